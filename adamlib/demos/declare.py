"""How a demo says what it is: its name and words, its controls, and the function that computes it.

A demo is declared once, here in Python. The page, Jupyter and the printed book all make their
controls, their texts and their checks from the same declaration.

This file runs unchanged under CPython and MicroPython.
"""

import math


class Control:
    """What all controls share.

    Attributes:
        name: the keyword of the demo's function that this control sets.
        label: the words beside it.
        default: its value until somebody changes it.
        help: what it means, in a few words, or "".
        when: the control is shown when every setting named here has the value given, or one of the
            values; for `Choices`, when such a value is among those chosen. The setting itself
            exists always.
        more: whether it stands under "More settings", to keep the panel calm.
    """

    kind = ""

    def __init__(self, name, label, default, help="", when=None, more=False):
        self.name = name
        self.label = label
        self.help = help
        self.when = when or {}
        self.more = more
        self.default = self.check(default)

    def declaration(self):
        """The control as plain data."""
        return {
            "kind": self.kind,
            "name": self.name,
            "label": self.label,
            "help": self.help,
            "default": self.default,
            "when": conditions(self.when),
            "more": self.more,
        }


class Slider(Control):
    """A number, chosen from a list of sensible values that a slider walks through.

    From Python any number between the least and the largest of them may be set.

    Args:
        values: the values in increasing order.
        unit: the unit, shown after the number.
    """

    kind = "slider"

    def __init__(self, name, label, values, default, help="", unit="", **shown):
        self.values = [float(x) for x in values]
        self.unit = unit
        Control.__init__(self, name, label, default, help, **shown)

    def check(self, value):
        """The value as a float, or ValueError."""
        return _between(self.name, value, self.values[0], self.values[-1])

    def declaration(self):
        data = Control.declaration(self)
        data["values"] = self.values
        data["unit"] = self.unit
        return data


class Count(Control):
    """A whole number from `low` to `high`, on a slider."""

    kind = "count"

    def __init__(self, name, label, low, high, default, help="", unit="", **shown):
        self.low, self.high, self.unit = low, high, unit
        Control.__init__(self, name, label, default, help, **shown)

    def check(self, value):
        """The value as an int, or ValueError."""
        number = _between(self.name, value, self.low, self.high)
        if number != int(number):
            raise ValueError("%s must be a whole number; got %r" % (self.name, value))
        return int(number)

    def declaration(self):
        data = Control.declaration(self)
        data["low"], data["high"], data["unit"] = self.low, self.high, self.unit
        return data


class Number(Control):
    """A number that is typed, or set by dragging in the picture. `step` is one arrow key's worth.

    If the default is None the number may be left open, and the demo takes one of its own: the
    result says which, in `used`, a dictionary from the setting's name to the number.
    """

    kind = "number"

    def __init__(self, name, label, low, high, default, step, help="", **shown):
        self.low, self.high, self.step = low, high, step
        self.optional = default is None
        Control.__init__(self, name, label, default, help, **shown)

    def check(self, value):
        """The value as a float, or None if that is allowed, or ValueError."""
        if value is None and self.optional:
            return None
        return _between(self.name, value, self.low, self.high, ", or None" * self.optional)

    def declaration(self):
        data = Control.declaration(self)
        data["low"], data["high"], data["step"] = self.low, self.high, self.step
        data["optional"] = self.optional
        return data


class Choice(Control):
    """One of several options, given as pairs of a short name and the words shown for it.

    Args:
        only: for options that are not always to be had: name -> a `when` of its own. If the chosen
            option is not to be had, the first that is stands in for it, in the page's control as
            in the demo's function.
    """

    kind = "choice"

    def __init__(self, name, label, options, default, help="", only=None, **shown):
        self.options = options
        self.only = only or {}
        Control.__init__(self, name, label, default, help, **shown)

    def check(self, value):
        """The value, or ValueError."""
        names = [option[0] for option in self.options]
        if value in names:
            return value
        raise ValueError("%s must be one of %s; got %r" % (self.name, ", ".join(names), value))

    def declaration(self):
        data = Control.declaration(self)
        data["options"] = [[name, words] for name, words in self.options]
        data["only"] = {name: conditions(when) for name, when in self.only.items()}
        return data


class Choices(Choice):
    """Any of several options, in their own order; at least one."""

    kind = "choices"

    def check(self, value):
        """The chosen names as a list in the options' order, or ValueError."""
        names = [option[0] for option in self.options]
        given = [value] if isinstance(value, str) else list(value)
        for name in given:
            if name not in names:
                raise ValueError(
                    "%s must be some of %s; got %r" % (self.name, ", ".join(names), name)
                )
        if not given:
            raise ValueError("%s needs at least one of %s" % (self.name, ", ".join(names)))
        return [name for name in names if name in given]


class Switch(Control):
    """Yes or no."""

    kind = "switch"

    def check(self, value):
        """The value, or ValueError."""
        if value is True or value is False:
            return value
        raise ValueError("%s must be True or False; got %r" % (self.name, value))


class Demo:
    """A live figure: its words, its controls, and the function that computes what it draws.

    Attributes:
        name: as in addresses, "bias-correction".
        title: the words above it.
        caption: what to try and what to notice.
        controls: the controls in the order of the page.
        compute: a function of the controls' values, by name, that returns plain data: numbers,
            texts, None, and lists and dictionaries of these. A generator function yields such data,
            each more complete than the one before: that is how long work shows its progress.
            The data has `summary`, what the figure shows in words, and `readouts`, a list of
            [label, number or text, unit].
    """

    def __init__(self, name, title, caption, controls, compute):
        self.name = name
        self.title = title
        self.caption = caption
        self.controls = controls
        self.compute = compute

    def settings(self, given):
        """All settings: those given, checked, and the defaults of the others.

        Raises:
            ValueError: if a name is unknown or a value cannot be used, in words that say what can.
        """
        names = [control.name for control in self.controls]
        for name in given:
            if name not in names:
                raise ValueError(
                    "%s has no setting %r: it has %s" % (self.name, name, ", ".join(names))
                )
        return {
            c.name: c.check(given[c.name]) if c.name in given else c.default for c in self.controls
        }

    def parts(self, given):
        """Compute for these settings: an iterator over results, the last of which is complete."""
        result = self.compute(**self.settings(given))
        return iter([result]) if isinstance(result, dict) else result

    def result(self, **given):
        """Compute for these settings to the end and return the complete result."""
        for part in self.parts(given):
            last = part
        return last

    def declaration(self):
        """The demo as plain data, without its function."""
        return {
            "name": self.name,
            "title": self.title,
            "caption": self.caption,
            "controls": [control.declaration() for control in self.controls],
        }


def rows(column):
    """A column of a trace as lists of floats, whether it is a list or a numpy array."""
    return column if isinstance(column, list) else column.tolist()


def conditions(when):
    """A `when` as plain data: setting -> list of the values that will do."""
    return {
        name: list(values) if isinstance(values, (list, tuple)) else [values]
        for name, values in when.items()
    }


def _between(name, value, low, high, also=""):
    try:
        number = math.nan if isinstance(value, (bool, str)) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if low <= number <= high:
        return number
    raise ValueError("%s must be a number from %g to %g%s; got %r" % (name, low, high, also, value))
