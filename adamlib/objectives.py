"""Test functions to descend on: value, gradient, a start, and the minimum that is known.

A point is a float for the functions of one variable and a sequence of floats for the others.
`value(theta)` returns a float, `gradient(theta)` a float or a list. Every function has

    start       where a run begins unless it is told otherwise
    minima      all points where the value is least
    least       the value there
    box         the part of the plane worth drawing: (left, right, bottom, top)
    domain      (low, high) if a run has to stay between them, else None

This file runs unchanged under CPython and MicroPython and gives the same bits in both, so it keeps
to arithmetic: elementary functions may differ in the last bit from one C library to the next.
"""

import math


class Objective:
    """What all test functions share."""

    parameters = ()
    domain = None
    least = 0.0

    def reset(self):
        """Begin again. Only functions that change from call to call have anything to do here."""

    def __repr__(self):
        settings = ["%s=%r" % (name, getattr(self, name)) for name in self.parameters]
        return "%s(%s)" % (type(self).__name__, ", ".join(settings))


class Parabola(Objective):
    """f(x) = curvature * x^2 / 2: the simplest problem there is, and enough to surprise.

    >>> Parabola().value(3.0), Parabola().gradient(3.0)
    (4.5, 3.0)
    """

    parameters = ("curvature",)
    start = 1.0
    minima = (0.0,)
    box = (-1.5, 1.5, 0.0, 1.0)

    def __init__(self, curvature=1.0):
        self.curvature = _above("curvature", curvature, 0)

    def value(self, theta):
        return 0.5 * self.curvature * theta * theta

    def gradient(self, theta):
        return self.curvature * theta


class Kink(Objective):
    """f(x) = abs(x): the slope is 1 however close the minimum is. At 0 the gradient given is 0.

    >>> Kink().value(-2.0), Kink().gradient(-2.0)
    (2.0, -1.0)
    """

    start = 1.0
    minima = (0.0,)
    box = (-1.5, 1.5, 0.0, 1.5)

    def value(self, theta):
        return abs(theta)

    def gradient(self, theta):
        return 1.0 * (theta > 0) - 1.0 * (theta < 0)


class Bowl(Objective):
    """f(x, y) = (x^2 + condition * y^2) / 2: a valley along an axis.

    Args:
        condition: the ratio of the two curvatures, at least 1.

    >>> Bowl(condition=25).gradient((1.0, 2.0))
    [1.0, 50.0]
    """

    parameters = ("condition",)
    start = (-4.0, 1.0)
    minima = ((0.0, 0.0),)
    box = (-5.0, 5.0, -3.0, 3.0)

    def __init__(self, condition=25.0):
        self.condition = _at_least("condition", condition, 1)

    def value(self, theta):
        x, y = theta
        return 0.5 * (x * x + self.condition * (y * y))

    def gradient(self, theta):
        x, y = theta
        return [x, self.condition * y]


class RotatedBowl(Bowl):
    """The same valley, turned by 45 degrees so that it lies along no axis.

    With u = (x + y) / sqrt(2) and w = (y - x) / sqrt(2), f = (u^2 + condition * w^2) / 2.

    >>> RotatedBowl(condition=25).value((1.0, 1.0)), RotatedBowl(condition=25).value((1.0, -1.0))
    (1.0, 25.0)
    """

    start = (-3.5, -2.2)
    box = (-5.0, 5.0, -5.0, 5.0)

    def value(self, theta):
        x, y = theta
        return 0.25 * ((x + y) * (x + y) + self.condition * ((y - x) * (y - x)))

    def gradient(self, theta):
        x, y = theta
        along, across = 0.5 * (x + y), 0.5 * self.condition * (y - x)
        return [along - across, along + across]


class Rosenbrock(Objective):
    """f(x, y) = (1 - x)^2 + 100 (y - x^2)^2: a curved valley with an almost flat floor.

    >>> Rosenbrock().value((1.0, 1.0)), Rosenbrock().gradient((-1.0, 1.0))
    (0.0, [-4.0, 0.0])

    Source: Rosenbrock (1960).
    """

    start = (-1.5, 2.0)
    minima = ((1.0, 1.0),)
    box = (-2.0, 2.0, -1.0, 3.0)

    def value(self, theta):
        x, y = theta
        away, off = 1.0 - x, y - x * x
        return away * away + 100.0 * (off * off)

    def gradient(self, theta):
        x, y = theta
        off = y - x * x
        return [-2.0 * (1.0 - x) - 400.0 * x * off, 200.0 * off]


class Beale(Objective):
    """f(x, y) = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2: flat, with walls.

    >>> Beale().value((3.0, 0.5)), Beale().value((0.0, 0.0))
    (0.0, 14.203125)

    Source: Beale (1958).
    """

    start = (1.0, 1.5)
    minima = ((3.0, 0.5),)
    box = (-1.0, 4.5, -1.0, 2.0)

    def value(self, theta):
        x, y = theta
        a = 1.5 - x + x * y
        b = 2.25 - x + x * (y * y)
        c = 2.625 - x + x * (y * y * y)
        return a * a + b * b + c * c

    def gradient(self, theta):
        x, y = theta
        y2 = y * y
        y3 = y2 * y
        a = 1.5 - x + x * y
        b = 2.25 - x + x * y2
        c = 2.625 - x + x * y3
        return [
            2.0 * (a * (y - 1.0) + b * (y2 - 1.0) + c * (y3 - 1.0)),
            2.0 * x * (a + 2.0 * b * y + 3.0 * c * y2),
        ]


class Himmelblau(Objective):
    """f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2: four minima, all equally deep.

    >>> Himmelblau().value((3.0, 2.0)), Himmelblau().gradient((0.0, 0.0))
    (0.0, [-14.0, -22.0])

    Source: Himmelblau (1972).
    """

    start = (0.0, -0.5)
    minima = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )
    box = (-5.0, 5.0, -5.0, 5.0)

    def value(self, theta):
        x, y = theta
        a, b = x * x + y - 11.0, x + y * y - 7.0
        return a * a + b * b

    def gradient(self, theta):
        x, y = theta
        a, b = x * x + y - 11.0, x + y * y - 7.0
        return [4.0 * x * a + 2.0 * b, 2.0 * a + 4.0 * y * b]


class Rastrigin(Objective):
    """f(x, y) = 20 + x^2 + y^2 - 10 cos(2 pi x) - 10 cos(2 pi y): a bowl full of dents.

    >>> Rastrigin().value((0.0, 0.0)), Rastrigin().value((0.5, 0.0))
    (0.0, 20.25)

    Source: Rastrigin (1974), in two dimensions.
    """

    start = (2.3, -1.8)
    minima = ((0.0, 0.0),)
    box = (-3.0, 3.0, -3.0, 3.0)

    def value(self, theta):
        x, y = theta
        dents = _cosine(x) + _cosine(y)
        return 20.0 + x * x + y * y - 10.0 * dents

    def gradient(self, theta):
        return [2.0 * x + 20.0 * math.pi * _cosine(x - 0.25) for x in theta]


class Saddle(Objective):
    """f(x, y) = x^2 / 2 - y^2 / 2 + y^4 / 4 + 1 / 4: a pass at (0, 0) between two valleys.

    The start lies almost on the ridge, where the gradient nearly vanishes.

    >>> Saddle().value((0.0, 1.0)), Saddle().gradient((0.0, 0.0))
    (0.0, [0.0, 0.0])
    """

    start = (1.5, 0.001)
    minima = ((0.0, 1.0), (0.0, -1.0))
    box = (-2.0, 2.0, -1.8, 1.8)

    def value(self, theta):
        x, y = theta
        y2 = y * y
        return 0.5 * (x * x) - 0.5 * y2 + 0.25 * (y2 * y2) + 0.25

    def gradient(self, theta):
        x, y = theta
        return [x, y * y * y - y]


class Plateau(Objective):
    """f(x, y) = r / (1 + r) with r = x^2 + y^2: a pit in a plain where the slope is almost 0.

    >>> Plateau().value((0.0, 0.0)), Plateau().value((0.0, 3.0))
    (0.0, 0.9)
    """

    start = (-6.0, 4.0)
    minima = ((0.0, 0.0),)
    box = (-8.0, 8.0, -6.0, 6.0)

    def value(self, theta):
        x, y = theta
        r = x * x + y * y
        return r / (1.0 + r)

    def gradient(self, theta):
        x, y = theta
        fall = 1.0 + (x * x + y * y)
        scale = 2.0 / (fall * fall)
        return [scale * x, scale * y]


class Noisy(Objective):
    """Another test function whose gradient comes with random noise; its value does not.

    The noise is the same in every run and on every machine: it depends on the seed alone.

    Args:
        objective: the function underneath.
        sd: the standard deviation of the noise on each coordinate, above 0.
        seed: an integer from 0 to 2147483561.

    >>> noisy = Noisy(Parabola(), sd=0.5, seed=7)
    >>> noisy.value(3.0), round(noisy.gradient(3.0), 6)
    (4.5, 3.205549)
    """

    parameters = ("objective", "sd", "seed")

    def __init__(self, objective, sd=1.0, seed=0):
        self.objective = objective
        self.sd = _above("sd", sd, 0)
        self.seed = seed
        self.start = objective.start
        self.minima = objective.minima
        self.least = objective.least
        self.box = objective.box
        self.domain = objective.domain
        self.reset()

    def reset(self):
        """Begin the noise again from the seed."""
        self.objective.reset()
        self.random = Random(self.seed)

    def value(self, theta):
        return self.objective.value(theta)

    def gradient(self, theta):
        g = self.objective.gradient(theta)
        if isinstance(g, list):
            return [x + self.sd * self.random.normal() for x in g]
        return g + self.sd * self.random.normal()


class Reddi(Objective):
    """Slopes C, -1, -1, C, -1, -1, ... on the interval [-1, 1]: three steps that mislead Adam.

    The average slope (C - 2) / 3 is positive, so the best point is -1. The value given is the
    average loss; the gradient is that of the present step and moves on with each call.

    Args:
        C: the rare large slope, above 2.

    >>> reddi = Reddi(C=3)
    >>> [reddi.gradient(0.0) for t in range(4)]
    [3.0, -1.0, -1.0, 3.0]

    Source: Reddi, Kale and Kumar (2018), section 3.
    """

    parameters = ("C",)
    start = 0.0
    minima = (-1.0,)
    box = (-1.2, 1.2, -0.5, 0.5)
    domain = (-1.0, 1.0)

    def __init__(self, C=3.0):
        self.C = _above("C", C, 2)
        self.least = -(self.C - 2.0) / 3.0
        self.reset()

    def reset(self):
        """The next slope is C again."""
        self.t = 0

    def value(self, theta):
        return (self.C - 2.0) / 3.0 * theta

    def gradient(self, theta):
        self.t += 1
        return self.C if self.t % 3 == 1 else -1.0


OBJECTIVES = (
    Parabola,
    Kink,
    Bowl,
    RotatedBowl,
    Rosenbrock,
    Beale,
    Himmelblau,
    Rastrigin,
    Saddle,
    Plateau,
    Reddi,
)


class Random:
    """A small seeded generator that gives the same numbers under CPython and MicroPython.

    Two multiplicative generators are combined. All products stay below 2^53, so floats hold them
    exactly and nothing depends on how wide an integer is.

    Args:
        seed: an integer from 0 to 2147483561.

    >>> random = Random(seed=7)
    >>> round(random.uniform(), 6), round(random.normal(), 6)
    (0.590666, 0.310574)

    Source: L'Ecuyer, Communications of the ACM 31 (1988), Figure 3.
    """

    def __init__(self, seed=0):
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= 2147483561:
            raise ValueError("seed must be an integer from 0 to 2147483561; got %r" % (seed,))
        self.first = seed + 1.0
        self.second = 67890.0  # seeded as well, it would make seed 1 twice seed 0, and so on
        for _ in range(20):  # neighbouring seeds have to part company first
            self.uniform()

    def uniform(self):
        """A number strictly between 0 and 1."""
        self.first = (40014.0 * self.first) % 2147483563.0
        self.second = (40692.0 * self.second) % 2147483399.0
        z = self.first - self.second
        return (z if z > 0.0 else z + 2147483562.0) / 2147483563.0

    def normal(self):
        """A number with mean 0 and variance 1: twelve uniforms less 6, so never beyond 6."""
        total = -6.0
        for _ in range(12):
            total += self.uniform()
        return total


def _cosine(turns):
    """cos(2 pi turns) by its series, because the math module's differs between C libraries."""
    if abs(turns) > 1e15:
        return 1.0
    a = abs(turns - math.floor(turns + 0.5))  # the nearest whole turn away, at most one half
    beyond = a > 0.25
    phi = 2.0 * math.pi * (0.5 - a if beyond else a)
    total = 1.0
    for k in range(22, 0, -2):
        total = 1.0 - phi * phi / (k * (k - 1)) * total
    return -total if beyond else total


def _above(name, x, bound):
    value = _number(x)
    if bound < value < math.inf:
        return value
    raise ValueError("%s must be a finite number above %r; got %r" % (name, bound, x))


def _at_least(name, x, bound):
    value = _number(x)
    if bound <= value < math.inf:
        return value
    raise ValueError("%s must be a finite number, at least %r; got %r" % (name, bound, x))


def _number(x):
    """A float, or NaN for what is no number."""
    try:
        return math.nan if isinstance(x, (bool, str)) else float(x)
    except (TypeError, ValueError, OverflowError):
        return math.nan
