"""The live demos of the book. One module each says what a demo is and computes what it draws.

In the page these modules run in MicroPython, inside the reader's browser; see `adamlib/web/demos`.
In Jupyter each demo is an ordinary widget: `adamlib.demos.BiasCorrection(beta1=0.5)`.

This file and the demos' modules run unchanged under CPython and MicroPython; `widget` does not.
"""

NAMES = (
    "race",
    "two-parents",
    "inside-one-step",
    "bias-correction",
    "step-length",
    "where-adam-fails",
    "tune-it",
    "write-adam",
)


class Demos:
    """The demos by name, like a dictionary; each is loaded when it is first asked for."""

    def __getitem__(self, name):
        if name not in NAMES:
            raise KeyError(name)
        return __import__("adamlib.demos." + name.replace("-", "_"), None, None, ("DEMO",)).DEMO

    def __iter__(self):
        return iter(NAMES)

    def __len__(self):
        return len(NAMES)

    def items(self):
        return [(name, self[name]) for name in NAMES]

    def values(self):
        return [self[name] for name in NAMES]


DEMOS = Demos()


def class_name(name):
    """The widget's class for a demo: "bias-correction" -> "BiasCorrection"."""
    return "".join([word[0].upper() + word[1:] for word in name.split("-")])


def __getattr__(name):
    for demo in NAMES:
        if class_name(demo) == name:
            from .widget import widget_class

            return widget_class(DEMOS[demo])
    raise AttributeError("adamlib.demos has no %s" % name)
