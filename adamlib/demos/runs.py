"""Runs on a landscape, for the demos that compare optimizers: how to make and walk and judge one.

This file runs unchanged under CPython and MicroPython.
"""

import math

from .. import optimizers
from ..objectives import Random
from .declare import Choice, Count, Slider
from .landscape import LANDSCAPES, OPTIONS

NAMES = tuple(rule.__name__ for rule in optimizers.OPTIMIZERS)
RULES = {rule.__name__: rule for rule in optimizers.OPTIMIZERS}

# The tuning budget: nine learning rates, each about √10 times the one before.
RATES = (0.0001, 0.000316, 0.001, 0.00316, 0.01, 0.0316, 0.1, 0.316, 1.0)
# What a slider for learning rates walks through: four to a decade, with all of RATES among them.
FINE_RATES = tuple(digits / 10**down for down in range(7, 1, -1) for digits in (100, 178, 316, 562))
FINE_RATES = FINE_RATES + (10.0,)
LAST = 10  # a run is judged by its worst loss in so many last steps, so that no crossing counts

BETAS = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
MEMORIES = BETAS + (0.995, 0.998, 0.999, 0.9995, 0.9999)
EPSILONS = tuple(10.0 / 10**down for down in range(13, 0, -1)) + (10.0, 100.0)

LETTERS = {"beta": "β", "rho": "ρ", "beta1": "β₁", "beta2": "β₂", "eps": "ε"}

# Settings that these demos have in common.
LANDSCAPE = Choice("landscape", "Landscape", OPTIONS, "valley")
NOISE = Slider(
    "noise",
    "Noise",
    (0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
    0,
    "its standard deviation on each slope",
)


STEPS = 60  # so few that four runs can follow a start that is being dragged


def steps_setting(**shown):
    """The number of steps, as a setting."""
    return Count("steps", "Steps", 10, 300, STEPS, **shown)


# The settings that hold an optimizer's hyper-parameters. Optimizers share one where their defaults
# agree, so that every default here is the class's own.
_ADAM = {"beta1": "beta1", "beta2": "beta2", "eps": "eps"}
KNOBS = {
    "SGD": {},
    "Momentum": {"beta": "beta"},
    "AdaGrad": {"eps": "eps_AdaGrad"},
    "RMSprop": {"rho": "rho", "eps": "eps"},
    "Adam": _ADAM,
    "AdamW": _ADAM,
    "AMSGrad": _ADAM,
    "NAdam": _ADAM,
    "AdaMax": _ADAM,
    "Lion": {"beta1": "beta1", "beta2": "beta2_Lion"},
}


def with_knob(setting):
    """The names of the optimizers that have a hyper-parameter in this setting."""
    return tuple(name for name in NAMES if setting in KNOBS[name].values())


_draws = []
_random = Random(0)


def draws(count):
    """The first `count` normal numbers from seed 0, which are drawn once."""
    while len(_draws) < count:
        _draws.append(_random.normal())
    return _draws


class Run:
    """One run: where it went, its losses, and whether it left the numbers.

    Attributes:
        xs, ys, losses: one number for the start and one for each step; the loss is the height
            above the minimum. All are finite.
        left: the step that led out of the numbers a float can hold, or None.
    """

    def __init__(self, xs, ys, losses, left):
        self.xs, self.ys, self.losses, self.left = xs, ys, losses, left

    @property
    def score(self):
        """The worst loss of the last ten steps, or None if the run left the numbers."""
        return None if self.left else max(self.losses[-LAST:])


def words(x):
    """A number in a sentence: two digits are enough there."""
    x *= 1 + 1e-9  # the two Pythons round a tie such as 12.5 differently
    text = "%d" % int(x + 0.5) if 100 <= x < 100000 else "%.2g" % x
    return text.replace("e+", "e").replace("-", "−")


def setting(landscape, steps, noise):
    """Where and how long the runs are, in words."""
    text = "%d steps on the landscape “%s”" % (steps, LANDSCAPES[landscape][0])
    return text + (" with noise of size %g on each slope" % noise if noise else "")


class Cache:
    """What was computed last, by key. It is emptied when it is full."""

    def __init__(self, size):
        self.size = size
        self.entries = {}

    def get(self, key, make):
        """The entry for the key, which `make` makes if it is not there."""
        if key not in self.entries:
            if len(self.entries) >= self.size:
                self.entries.clear()
            self.entries[key] = make()
        return self.entries[key]


def walk(make, objective, start, steps, noise=0.0):
    """The same walk as `adamlib.descend`'s, to the last bit, with less kept: twice as fast.

    Dragging a start across the picture asks for a few of these in every frame.

    Args:
        make: a function without arguments that makes the optimizer.
        objective: a function of two variables.
        noise: the standard deviation of what is added to each slope, as by `adamlib.Noisy` with
            seed 0; every run gets the same.
    """
    step_x, step_y = make().step, make().step
    gradient, value, least = objective.gradient, objective.value, objective.least
    extra = draws(2 * steps) if noise else ()
    x, y = start
    xs, ys, losses = [x], [y], [value(start) - least]
    for t in range(steps):
        try:
            g_x, g_y = gradient((x, y))
            if noise:
                g_x += noise * extra[2 * t]
                g_y += noise * extra[2 * t + 1]
            x = step_x(x, g_x)
            y = step_y(y, g_y)
            loss = value((x, y)) - least
        except ArithmeticError:
            return Run(xs, ys, losses, t + 1)
        if not loss < math.inf:
            return Run(xs, ys, losses, t + 1)
        xs.append(x)
        ys.append(y)
        losses.append(loss)
    return Run(xs, ys, losses, None)
