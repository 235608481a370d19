"""Run an optimizer on an objective and keep a record of every step.

This file runs unchanged under CPython and MicroPython.
"""

import math


def descend(optimizer, objective, start=None, steps=200):
    """Walk down `objective` with `optimizer` and return the `Trace` of the walk.

    Every rule in this package treats each coordinate by itself. So a fresh copy of the optimizer
    walks along each coordinate, in plain floats: that is fast, and it gives the same bits wherever
    Python runs. `optimizer` itself is left as it was; only its hyper-parameters are used.

    Args:
        optimizer: any of `adamlib.OPTIMIZERS`, or an object with `step`, `reset` and `state` like
            theirs that works on floats.
        objective: any of `adamlib.objectives`, or an object like them.
        start: where to begin, a float or a sequence of them; the objective's own start if None.
        steps: how many steps to take, at least 0.

    Raises:
        ValueError: if `start` does not fit the objective or `steps` is negative.

    >>> from adamlib import Adam, Parabola
    >>> trace = descend(Adam(lr=0.1), Parabola(), steps=3)
    >>> [round(float(theta), 4) for theta in trace.theta]
    [1.0, 0.9, 0.8004, 0.7016]
    """
    start = objective.start if start is None else start
    scalar = isinstance(objective.start, (int, float))
    try:
        theta = [start] if scalar else list(start)
        if any(isinstance(x, (bool, str)) or not abs(x) < math.inf for x in theta):
            theta = []
        theta = [float(x) for x in theta]
    except (TypeError, ValueError, OverflowError):
        theta = []
    if len(theta) != (1 if scalar else len(objective.start)):
        raise ValueError("%r needs a start like %r; got %r" % (objective, objective.start, start))
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        raise ValueError("steps must be a whole number, at least 0; got %r" % (steps,))

    walkers = [_fresh(optimizer) for _ in theta]
    rows = {"theta": [theta], "loss": [_loss(objective, theta, scalar)], "g": [], "step": []}
    for name in optimizer.state:
        rows[name] = []
    objective.reset()
    stopped = None
    for _ in range(steps):
        try:
            g = objective.gradient(theta[0] if scalar else theta)
            g = [g] if scalar else g
            moved = [w.step(x, slope) for w, x, slope in zip(walkers, theta, g)]
            if objective.domain:
                low, high = objective.domain
                moved = [min(max(x, low), high) for x in moved]
            loss = _loss(objective, moved, scalar)
        except ArithmeticError as error:
            stopped = str(error)
            break
        rows["g"].append(g)
        rows["step"].append([new - old for new, old in zip(moved, theta)])
        for name in optimizer.state:
            rows[name].append([getattr(w, name) for w in walkers])
        theta = moved
        rows["theta"].append(theta)
        rows["loss"].append(loss)
    for name in rows:
        if scalar and name != "loss":
            rows[name] = [row[0] for row in rows[name]]
    return Trace(rows, stopped)


class Trace:
    """The record of a run. Its columns are numpy arrays, or lists where there is no numpy.

    Attributes:
        theta, loss: one row for the start and one for each step: row t is after t steps.
        g, step: one row for each step: row t - 1 is the gradient of step t, and how far it went.
        m, v, m_hat, v_hat, ...: the optimizer's own state after each step, by its own names.
        steps: how many steps were taken.
        stopped: None, or why the run ended early (it left the numbers that a float can hold).

    A row is a float for functions of one variable, else one number for each coordinate.
    """

    def __init__(self, rows, stopped=None):
        self.names = tuple(rows)
        self.steps = len(rows["step"])
        self.stopped = stopped
        for name in rows:
            setattr(self, name, _column(rows[name], rows["theta"][0]))

    def __repr__(self):
        end = "stopped: " + self.stopped if self.stopped else "loss %.6g" % self.loss[-1]
        return "Trace(%d steps, %s)" % (self.steps, end)


def _fresh(optimizer):
    """A copy of `optimizer` that has taken no step."""
    copy = object.__new__(type(optimizer))
    for name, value in optimizer.__dict__.items():
        setattr(copy, name, value)
    copy.reset()
    return copy


def _loss(objective, theta, scalar):
    return objective.value(theta[0] if scalar else theta)


def _column(rows, row):
    """The rows as an array; without rows, an empty one for rows like `row`."""
    try:
        import numpy
    except ImportError:
        return rows
    return numpy.array(rows) if rows else numpy.empty((0,) + numpy.shape(row))
