"""The live demos of the book. One module each says what a demo is and computes what it draws.

In the page these modules run in MicroPython, inside the reader's browser; see `adamlib/web/demos`.
In Jupyter each demo is an ordinary widget: `adamlib.demos.BiasCorrection(beta1=0.5)`.

This file and the demos' modules run unchanged under CPython and MicroPython; `widget` does not.
"""

from . import (
    bias_correction,
    inside_one_step,
    race,
    step_length,
    tune_it,
    two_parents,
    where_adam_fails,
    write_adam,
)

MODULES = (
    race,
    two_parents,
    inside_one_step,
    bias_correction,
    step_length,
    where_adam_fails,
    tune_it,
    write_adam,
)
DEMOS = {module.DEMO.name: module.DEMO for module in MODULES}


def class_name(name):
    """The widget's class for a demo: "bias-correction" -> "BiasCorrection"."""
    return "".join(word[0].upper() + word[1:] for word in name.split("-"))


def __getattr__(name):
    for demo in DEMOS.values():
        if class_name(demo.name) == name:
            from .widget import widget_class

            return widget_class(demo)
    raise AttributeError("adamlib.demos has no %s" % name)
