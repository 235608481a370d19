"""Runs, against loops written out by hand with numpy arrays."""

import math
import sys

import numpy
import pytest

from adamlib import (
    OBJECTIVES,
    OPTIMIZERS,
    SGD,
    Adam,
    AMSGrad,
    Bowl,
    Kink,
    Momentum,
    NAdam,
    Noisy,
    Parabola,
    Rastrigin,
    Reddi,
    Rosenbrock,
    Trace,
    descend,
)

STEPS = 40

# With their default learning rate these two leap out of Rosenbrock's valley and Beale's.
CAREFUL = {SGD: {"lr": 0.0001}, Momentum: {"lr": 0.0001}}

FUNCTIONS = {kind.__name__: kind for kind in OBJECTIVES} | {
    f"Noisy({kind.__name__})": lambda kind=kind: Noisy(kind(), sd=0.3, seed=5)
    for kind in OBJECTIVES
}


def by_hand(optimizer, objective, start, steps):
    """The columns of a run, from whole arrays stepped at once."""
    columns = {name: [] for name in ("theta", "loss", "g", "step", *optimizer.state)}
    scalar = isinstance(objective.start, float)
    theta = numpy.array(start)
    columns["theta"].append(theta)
    columns["loss"].append(objective.value(theta[()]))
    for _ in range(steps):
        g = numpy.array(objective.gradient(theta[()]))
        moved = numpy.asarray(optimizer.step(theta, g))
        if objective.domain:
            moved = numpy.clip(moved, *objective.domain)
        columns["g"].append(g)
        columns["step"].append(moved - theta)
        for name in optimizer.state:
            columns[name].append(numpy.broadcast_to(getattr(optimizer, name), theta.shape))
        theta = moved
        columns["theta"].append(theta)
        columns["loss"].append(objective.value(theta[()]))
    return {name: numpy.array(rows, dtype=float) for name, rows in columns.items()}, scalar


@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_run_is_the_loop_to_the_last_bit(rule, function):
    make, settings = FUNCTIONS[function], CAREFUL.get(rule, {})
    trace = descend(rule(**settings), make(), steps=STEPS)
    expected, scalar = by_hand(rule(**settings), make(), make().start, STEPS)
    assert (trace.steps, trace.stopped) == (STEPS, None)
    assert trace.names == tuple(expected) == ("theta", "loss", "g", "step", *rule.state)
    row = () if scalar else (2,)
    for name, column in expected.items():
        ours = getattr(trace, name)
        length = STEPS + 1 if name in ("theta", "loss") else STEPS
        assert (ours.shape, ours.dtype) == ((length, *(() if name == "loss" else row)), float)
        assert ours.tobytes() == column.tobytes(), name


@pytest.mark.parametrize(
    ("objective", "start"),
    [
        (Bowl(), (3.0, -2.0)),
        (Bowl(), [3, -2]),
        (Bowl(), numpy.array([3.0, -2.0])),
        (Parabola(), 3.0),
        (Parabola(), 3),
        (Parabola(), numpy.float32(3.0)),
        (Parabola(), numpy.array(3.0)),
    ],
    ids=repr,
)
def test_start(objective, start):
    trace = descend(Adam(lr=0.1), objective, start=start, steps=5)
    plain = numpy.array(start, dtype=float)
    expected, _ = by_hand(Adam(lr=0.1), objective, plain, 5)
    assert trace.theta.tobytes() == expected["theta"].tobytes()


def test_start_is_not_changed():
    start = [3.0, -2.0]
    descend(SGD(), Bowl(), start=start, steps=5)
    assert start == [3.0, -2.0]


@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)
def test_the_optimizer_is_left_as_it_was_and_its_past_does_not_count(rule):
    used, fresh = rule(lr=0.125), rule(lr=0.125)
    for g in (3.0, -1.0):
        used.step(1.0, g)
    before = dict(vars(used))
    trace = descend(used, Rosenbrock(), steps=7)
    assert vars(used) == before
    expected = descend(fresh, Rosenbrock(), steps=7)
    assert trace.theta.tobytes() == expected.theta.tobytes()
    assert vars(fresh) == vars(rule(lr=0.125))


@pytest.mark.parametrize("objective", [Noisy(Bowl(), seed=2), Reddi()], ids=repr)
def test_runs_are_repeatable_though_the_function_changes(objective):
    objective.gradient(objective.start)
    first, second = (descend(Adam(), objective, steps=20) for _ in range(2))
    assert first.g.tobytes() == second.g.tobytes()


# Reddi's problem: no step leaves the domain.


def test_runs_stay_in_the_domain():
    trace = descend(SGD(lr=0.75), Reddi(C=3), steps=7)
    # from 0: -2.25, then twice 0.75 up, ...; every theta is clamped to [-1, 1]
    assert trace.theta.tolist() == [0.0, -1.0, -0.25, 0.5, -1.0, -0.25, 0.5, -1.0]
    assert trace.step.tolist() == [-1.0, 0.75, 0.75, -1.5, 0.75, 0.75, -1.5]
    assert trace.g.tolist() == [3.0, -1.0, -1.0, 3.0, -1.0, -1.0, 3.0]
    assert trace.loss.tolist() == pytest.approx((trace.theta / 3).tolist(), rel=1e-15)
    assert descend(SGD(lr=0.75), Reddi(C=3), start=1.0, steps=1).theta.tolist() == [1.0, -1.0]


def test_adam_ends_at_the_wrong_side_and_amsgrad_does_not():
    """Reddi, Kale and Kumar (2018), with their betas; 0.01 is the learning rate of ours."""
    settings = {"lr": 0.01, "beta1": 0.0, "beta2": 0.1}
    assert descend(Adam(**settings), Reddi(C=3), steps=3000).theta[-1] == 1.0
    assert descend(AMSGrad(**settings), Reddi(C=3), steps=3000).theta[-1] < -0.99


# Runs that end early.


def test_a_run_that_leaves_the_numbers_keeps_its_good_rows_and_says_why():
    trace = descend(SGD(lr=1.0), Rosenbrock(), steps=100)
    # x grows to the cube: |x| = 1.5, 155, 1.5e9, 1.3e30, ...; the next gradient has no square
    assert trace.steps == 4
    assert trace.stopped == "step 5: the square of the gradient is NaN or infinite"
    assert [len(getattr(trace, name)) for name in trace.names] == [5, 5, 4, 4]
    with numpy.errstate(over="ignore"):  # of the last loss
        expected, _ = by_hand(SGD(lr=1.0), Rosenbrock(), (-1.5, 2.0), 4)
    for name in trace.names:
        assert getattr(trace, name).tobytes() == expected[name].tobytes()
    assert numpy.isfinite(trace.theta).all()
    assert repr(trace) == f"Trace(4 steps, stopped: {trace.stopped})"


def test_a_run_that_is_stopped_in_its_second_coordinate_keeps_no_half_row():
    trace = descend(Momentum(lr=1e100), Bowl(condition=1e160), start=(1e-50, 1e-50), steps=5)
    assert trace.stopped == "step 2: the gradient is NaN or infinite"
    assert (trace.theta.shape, trace.b.shape) == ((2, 2), (1, 2))


class Quartic:
    """x^4 with a power that raises OverflowError, as a reader might write it."""

    start = 1.0
    domain = None

    def reset(self):
        pass

    def value(self, x):
        return x**4

    def gradient(self, x):
        return 4 * x * x * x


def test_a_loss_that_overflows_stops_the_run_too():
    trace = descend(SGD(lr=1e20), Quartic(), steps=10)
    assert trace.steps == 1
    assert trace.theta.tolist() == [1.0, 1.0 - 4e20]
    assert trace.loss.tolist() == [1.0, (1.0 - 4e20) ** 4]
    assert trace.stopped


def test_a_division_of_0_by_0_stops_the_run():
    trace = descend(Adam(lr=1.0, eps=0.0), Kink(), start=0.0, steps=3)
    assert trace.steps == 0
    assert trace.stopped == (
        "step 1: with eps = 0 the step is 0/0, because the gradient has always been 0"
    )


# Runs without steps.


@pytest.mark.parametrize(
    "run",
    [{"steps": 0}, {"start": (1e200, 0.0), "steps": 9}],
    ids=["none asked for", "none possible"],
)
def test_a_run_without_steps_has_empty_columns_of_the_right_shape(run):
    trace = descend(NAdam(), Bowl(), **run)
    assert trace.steps == 0
    shapes = {name: getattr(trace, name).shape for name in trace.names}
    assert shapes == dict.fromkeys(trace.names, (0, 2)) | {"theta": (1, 2), "loss": (1,)}
    assert descend(NAdam(), Parabola(), steps=0).m.shape == (0,)


def test_repr_says_how_far_the_run_got():
    assert repr(descend(Adam(), Bowl(), steps=0)) == "Trace(0 steps, loss 20.5)"
    assert repr(descend(SGD(lr=1.0), Parabola(), steps=2)) == "Trace(2 steps, loss 0)"


# Other people's parts.


class Halve:
    """An optimizer of someone else's: it has no state and no hyper-parameters."""

    state = ()

    def reset(self):
        pass

    def step(self, theta, g):
        return theta / 2


def test_any_object_with_the_same_methods_will_do():
    trace = descend(Halve(), Quartic(), start=8.0, steps=3)
    assert trace.theta.tolist() == [8.0, 4.0, 2.0, 1.0]
    assert trace.loss.tolist() == [4096.0, 256.0, 16.0, 1.0]
    assert trace.names == ("theta", "loss", "g", "step")


def test_without_numpy_the_columns_are_lists(monkeypatch):
    expected = descend(Adam(lr=0.1), Bowl(), steps=3)
    monkeypatch.setitem(sys.modules, "numpy", None)
    trace = descend(Adam(lr=0.1), Bowl(), steps=3)
    for name in trace.names:
        assert getattr(trace, name) == getattr(expected, name).tolist()
    assert descend(Adam(), Bowl(), steps=0).g == []


def test_a_trace_of_given_rows():
    trace = Trace({"theta": [1.0, 0.5], "loss": [2.0, 1.0], "step": [-0.5]}, "why")
    assert (trace.names, trace.steps, trace.stopped) == (("theta", "loss", "step"), 1, "why")
    assert trace.theta.tolist() == [1.0, 0.5]


# What is refused.

BAD_STARTS = [
    (Bowl(), 1.0),
    (Bowl(), (1.0,)),
    (Bowl(), (1.0, 2.0, 3.0)),
    (Bowl(), "12"),
    (Bowl(), ("1", "2")),
    (Bowl(), (None, 1.0)),
    (Bowl(), (1.0, math.nan)),
    (Bowl(), (math.inf, 1.0)),
    (Bowl(), (10**400, 1.0)),
    (Bowl(), [[1.0, 2.0]]),
    (Bowl(), {}),
    (Rastrigin(), (math.nan, 1.0)),
    (Parabola(), (1.0,)),
    (Parabola(), "1"),
    (Parabola(), True),
    (Parabola(), math.nan),
    (Parabola(), 1j),
    (Noisy(Parabola()), [1.0]),
]


@pytest.mark.parametrize(("objective", "start"), BAD_STARTS, ids=lambda x: repr(x)[:30])
def test_a_start_that_does_not_fit_is_refused(objective, start):
    with pytest.raises(ValueError, match=" needs a start like ") as refusal:
        descend(Adam(), objective, start=start)
    expected = f"{objective!r} needs a start like {objective.start!r}; got {start!r}"
    assert str(refusal.value) == expected


@pytest.mark.parametrize("steps", [-1, 1.0, 2.5, "3", None, True, math.inf], ids=repr)
def test_steps_must_be_a_whole_number(steps):
    message = f"steps must be a whole number, at least 0; got {steps!r}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        descend(Adam(), Bowl(), steps=steps)


def test_the_default_is_200_steps_from_the_functions_own_start():
    trace = descend(Adam(), Rosenbrock())
    assert trace.steps == 200
    assert tuple(trace.theta[0]) == Rosenbrock().start
