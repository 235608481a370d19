"""The demos as widgets: the same front end in Jupyter, with every control a trait.

A demo is an ordinary ipywidget. Its traits have the names of the demo's settings; they can be read,
set, observed, linked and laid out beside other widgets. This module needs Jupyter.
"""

import html
import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import anywidget
import numpy
import traitlets

from adamlib import show
from adamlib.demos import DEMOS, class_name

STATIC = Path(__file__).parents[1] / "static"
NIGHTS = ("body[data-jp-theme-light=false] { %s }", "body.vscode-dark { %s }")
TRAITS = {
    "slider": traitlets.Float,
    "number": traitlets.Float,
    "count": traitlets.Int,
    "choice": traitlets.Unicode,
    "choices": traitlets.List,
    "switch": traitlets.Bool,
}


@cache
def _script():
    """The page's script as the module that anywidget wants."""
    script = STATIC.joinpath("demos.js").read_text(encoding="utf-8")
    return f"{script}\nexport default AdamDemos.default;\n"


@cache
def _styles():
    sheets = (STATIC / name for name in ("figures.css", "demos.css"))
    return show.palette_css(*NIGHTS) + "".join(p.read_text(encoding="utf-8") for p in sheets)


class DemoWidget(anywidget.AnyWidget):
    """A live figure of the book as a widget; its classes are made from the demos' declarations.

    Raises:
        TypeError: for a setting that the demo does not have.
        traitlets.TraitError: for a value that a setting cannot take, in words that say what it can.
    """

    demo = None  # the declaration, an `adamlib.demos.declare.Demo`
    _demo = traitlets.Unicode().tag(sync=True)

    def __init__(self, **settings):
        names = [control.name for control in self.demo.controls]
        for name in settings:
            if name not in names and not self.has_trait(name):
                raise TypeError(
                    f"{type(self).__name__} has no setting {name!r}: it has {', '.join(names)}"
                )
        super().__init__(_demo=self.demo.name, **settings)

    @property
    def settings(self):
        """The present settings, by name."""
        return {control.name: getattr(self, control.name) for control in self.demo.controls}

    @property
    def trace(self):
        """What the figure shows for the present settings, computed here.

        Attributes with the names of the demo's data; lists of numbers are numpy arrays.
        """
        return _arrays(self.demo.result(**self.settings))

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"] = place(self.demo, self.settings)
        return bundle


def place(demo, settings):
    """What stands for a demo where no widget can: the book's build draws the figure there."""
    changed = {c.name: settings[c.name] for c in demo.controls if settings[c.name] != c.default}
    given = html.escape(json.dumps(changed), quote=True)
    words = html.escape(f"{demo.title}. {demo.caption}")
    return f'<div data-demo="{demo.name}" data-settings="{given}"><p>{words}</p></div>'


def _checked(control):
    @traitlets.validate(control.name)
    def check(_, proposal):
        try:
            return control.check(proposal["value"])
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None

    return check


@cache
def widget_class(demo):
    """The widget's class for a demo."""
    settings = "\n".join(
        f"        {control.name}: {control.label.lower()}; {control.default!r} by default."
        for control in demo.controls
    )
    members = {
        "__doc__": f"{demo.title}.\n\n    {demo.caption}\n\n    Args:\n{settings}\n",
        "__module__": "adamlib.demos",
        "demo": demo,
        "_esm": _script(),
        "_css": _styles(),
    }
    for control in demo.controls:
        kind = TRAITS[control.kind]
        trait = kind(control.default, allow_none=control.default is None)
        members[control.name] = trait.tag(sync=True)
        members[f"_check_{control.name}"] = _checked(control)
    return type(class_name(demo.name), (DemoWidget,), members)


def _arrays(data):
    """Plain data as attributes, with arrays for lists of numbers."""
    if isinstance(data, dict):
        return SimpleNamespace(**{str(key): _arrays(value) for key, value in data.items()})
    if isinstance(data, list) and data:
        try:
            array = numpy.array([numpy.nan if x is None else x for x in data])
        except ValueError:  # rows of different lengths
            array = None
        if array is not None and array.dtype.kind in "if":
            return array
        return [_arrays(x) for x in data]
    return data


__all__ = [class_name(name) for name in DEMOS]
