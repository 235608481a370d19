"""Tune it: its cells against `descend`, the Race and formulas; its words against its numbers."""

import inspect
import itertools
import json
import math
import re

import numpy
import pytest

import adamlib
from adamlib import Noisy, descend
from adamlib.demos import DEMOS, race, runs, tune_it
from adamlib.demos.landscape import LANDSCAPES, objective
from adamlib.objectives import Random

DEMO, RACE = DEMOS["tune-it"], DEMOS["race"]
NAMES = [rule.__name__ for rule in adamlib.OPTIMIZERS]
AXES = [
    (name, second)
    for name in NAMES
    for second in ("beta2", "beta1", "eps")
    if tune_it.hyperparameter(name, second)
]

every_axis = pytest.mark.parametrize(("name", "second"), AXES)


@pytest.fixture(autouse=True)
def nothing_remembered():
    tune_it.grids.entries.clear()
    race.runs.entries.clear()


def cells(result):
    return itertools.product(range(len(result["values"])), range(len(result["rates"])))


def score(optimizer, landscape="valley", steps=60, noise=0.0):
    """The worst loss of the last ten steps by `descend`, and the step that left the numbers."""
    around = Noisy(objective(landscape), sd=noise, seed=0) if noise else objective(landscape)
    with numpy.errstate(all="ignore"):
        trace = descend(optimizer, around, steps=steps)
    finite = numpy.isfinite(trace.loss)
    if trace.stopped or not finite.all():
        return None, int(finite.argmin()) or len(trace.loss)
    return trace.loss[-10:].max(), 0


# The cells.


@every_axis
def test_a_cell_is_the_run_that_it_says(name, second):
    result = DEMO.result(optimizer=name, second=second, steps=40, noise=0.1)
    rng = numpy.random.default_rng(len(name))
    for row, column in rng.permutation(list(cells(result)))[:12]:
        settings = {"lr": result["rates"][column], result["name"]: result["values"][row]}
        rule = getattr(adamlib, name)(**settings)
        found = result["loss"][row][column], result["left"][row][column]
        assert found == score(rule, steps=40, noise=0.1), settings


@pytest.mark.parametrize("name", ["SGD", "Momentum"])
def test_a_cell_without_a_loss_tells_the_step(name):
    result = DEMO.result(optimizer=name, landscape="rosenbrock")
    lost = 0
    for row, column in cells(result):
        settings = {"lr": result["rates"][column]}
        if result["name"]:
            settings[result["name"]] = result["values"][row]
        found = score(getattr(adamlib, name)(**settings), "rosenbrock")
        assert found == (result["loss"][row][column], result["left"][row][column])
        lost += found[0] is None
    assert lost > len(result["values"]) and f"{lost} of" in result["summary"]


def test_gradient_descent_follows_its_formula():
    result = DEMO.result(optimizer="SGD")
    assert result["name"] is None and len(result["loss"]) == 1
    t = numpy.arange(51, 61)
    for lr, loss in zip(result["rates"], result["loss"][0], strict=True):
        if lr < 0.05:
            x, y = -4.0 * (1 - lr) ** t, (1 - 25 * lr) ** t
            assert loss == pytest.approx(((x**2 + 25 * y**2) / 2).max(), rel=1e-12)
        elif lr < 2:  # the limit is 2/25: with 0.1 the distance grows by 1.5 a step
            assert loss == pytest.approx(12.5 * (1 - 25 * lr) ** 120, rel=1e-6)


@every_axis
def test_the_usual_row_is_what_the_race_tunes_on(name, second):
    result = DEMO.result(optimizer=name, second=second, landscape="beale")
    usual = inspect.signature(getattr(adamlib, name)).parameters[result["name"]].default
    assert result["values"][result["usual"]] == usual
    row = result["loss"][result["usual"]][: len(runs.RATES)]
    assert result["rates"][: len(runs.RATES)] == list(runs.RATES)
    best = min(
        (loss, lr) for loss, lr in zip(row, result["rates"], strict=False) if loss is not None
    )
    tuned = RACE.result(landscape="beale", optimizers=[name], tuned=True)["runs"][0]
    assert (tuned["score"], tuned["lr"]) == best


@pytest.mark.parametrize(("name", "second"), [*AXES, ("SGD", "beta2")])
def test_the_race_opens_the_very_run_of_a_cell(name, second):
    """What the page's button hands over makes the Race compute the same loss, to the last bit."""
    result = DEMO.result(optimizer=name, second=second, steps=30, noise=0.3, landscape="turned")
    for row, column in list(cells(result))[::9]:
        settings = {**result["race"], result["race_rate"]: result["rates"][column]}
        if result["race_value"]:
            settings[result["race_value"]] = result["values"][row]
        (run,) = RACE.result(**settings)["runs"]
        assert (run["score"], run["left"] or 0) == (
            result["loss"][row][column],
            result["left"][row][column],
        )


def test_best_and_usual_are_where_they_are_said():
    for name, second in AXES:
        result = DEMO.result(optimizer=name, second=second, steps=25)
        found = {c: result["loss"][c[0]][c[1]] for c in cells(result)}
        lowest = min(loss for loss in found.values() if loss is not None)
        assert found[tuple(result["best"])] == lowest
        assert result["readouts"][0][:2] == ["Lowest loss", lowest]
        assert result["readouts"][1][1] == result["rates"][result["best"][1]]
        assert result["readouts"][2][1] == result["values"][result["best"][0]]
        near = sum(loss is not None and loss <= 10 * lowest for loss in found.values())
        assert result["readouts"][3] == ["Cells within 10 times of it", near, f"of {len(found)}"]
    assert result["first"] == objective("valley").value((-4.0, 1.0)) == 20.5


# The axes.


@pytest.mark.parametrize("name", NAMES)
def test_the_second_axis_is_what_the_optimizer_has(name):
    parameters = set(inspect.signature(getattr(adamlib, name)).parameters)
    has = {tune_it.hyperparameter(name, second) for second in tune_it.SECOND} - {None}
    assert has == parameters & {"beta", "beta1", "beta2", "rho", "eps"}
    (second,) = (control for control in DEMO.controls if control.name == "second")
    offered = {option for option, when in second.only.items() if name in when["optimizer"]}
    assert len(offered) == len(has)
    assert (name in second.when["optimizer"]) == bool(has)


@pytest.mark.parametrize(
    ("name", "second", "axis", "words"),
    [
        ("RMSprop", "beta1", "rho", "RMSprop has no β₁, so the second axis is ρ."),
        ("Momentum", "beta2", "beta", "Momentum has no β₂, so the second axis is β."),
        ("AdaGrad", "beta1", "eps", "AdaGrad has no β₁, so the second axis is ε."),
        ("Lion", "eps", "beta2", "Lion has no ε, so the second axis is β₂."),
        ("SGD", "eps", None, "SGD has a learning rate and nothing more, so there is one row."),
    ],
)
def test_another_axis_stands_in_and_that_is_said(name, second, axis, words):
    result = DEMO.result(optimizer=name, second=second, steps=20)
    assert result["name"] == axis and words in result["summary"]
    assert "has no" not in DEMO.result(optimizer="Adam", second=second, steps=20)["summary"]
    # The page offers the options in the same order, so its control shows the same axis.
    (control,) = (control for control in DEMO.controls if control.name == "second")
    offered = [option for option, _ in control.options if name in control.only[option]["optimizer"]]
    if axis:
        assert tune_it.hyperparameter(name, offered[0]) == axis


def test_the_race_can_be_given_every_value():
    controls = {control.name: control for control in RACE.controls}
    for name, second in AXES:
        axis = tune_it.hyperparameter(name, second)
        for value in tune_it.ROWS[axis]:
            controls[runs.KNOBS[name][axis]].check(value)
        assert list(tune_it.ROWS[axis]) == sorted(tune_it.ROWS[axis])
    for rate in tune_it.COLUMNS:
        assert rate in controls["lr_Adam"].values


# From coarse to fine.


def test_it_comes_in_parts_from_coarse_to_fine():
    parts = list(DEMO.parts({}))
    assert len(parts) == math.ceil(88 / tune_it.BATCH)
    progress = [part.get("progress") for part in parts]
    assert progress[:-1] == sorted(progress[:-1]) and progress[-1] is None
    assert progress[0] == tune_it.BATCH / 88
    seen = 0
    for part in parts:
        known = [c for c in cells(part) if part["loss"][c[0]][c[1]] is not None]
        assert all(parts[-1]["loss"][r][c] == part["loss"][r][c] for r, c in known)
        assert len(known) > seen
        seen = len(known)
    # A quarter of the cells, every second of every second row, shows the whole at first.
    coarse = next(part for part in parts if part.get("progress", 1) >= 24 / 88)
    assert all(coarse["loss"][r][c] is not None for r in (0, 2, 4, 6) for c in range(0, 11, 2))
    assert list(DEMO.parts({})) == parts[-1:]


def test_what_was_begun_is_gone_on_with():
    begun = DEMO.parts({"optimizer": "NAdam"})
    first = [next(begun) for _ in range(3)][-1]
    rest = list(DEMO.parts({"optimizer": "NAdam"}))
    assert rest[0]["progress"] > first["progress"] and rest[-1] == DEMO.result(optimizer="NAdam")
    assert "progress" not in rest[-1]


def test_parts_do_not_change_after_they_were_handed_over():
    first, *rest = DEMO.parts({"optimizer": "Momentum"})
    assert sum(x is not None for row in first["loss"] for x in row) < len(rest) * tune_it.BATCH


# What the page says.


def best_row(noise):
    result = DEMO.result(second="beta1", noise=noise)
    return result["values"][result["best"][0]]


def test_the_caption_is_true(monkeypatch):
    result = DEMO.result()
    high = [row for b, row in zip(result["values"], result["loss"], strict=True) if b >= 0.99]
    assert len(high) == 3
    ratios = numpy.array(high).max(axis=0) / numpy.array(high).min(axis=0)
    assert ratios.max() < 1.2
    assert max(high[0]) / min(high[0]) > 500  # the learning rate decides
    calm = DEMO.result(second="beta1")
    assert calm["values"][calm["best"][0]] == 0.5
    assert calm["readouts"][0][1] < 1e-10 < 0.01 < min(calm["loss"][calm["usual"]])
    assert (best_row(1), best_row(3)) == (0.8, 0.9)
    values = calm["values"]
    for seed in range(1, 9):
        monkeypatch.setattr(runs, "_random", Random(seed))
        monkeypatch.setattr(runs, "_draws", [])
        tune_it.grids.entries.clear()
        for noise, row in ((1, 0.8), (3, 0.9)):
            assert abs(values.index(best_row(noise)) - values.index(row)) <= 2
    assert len(DEMO.caption.split()) < 60


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"second": "beta1", "noise": 1},
        {"optimizer": "SGD"},
        {"optimizer": "Momentum", "landscape": "rosenbrock"},
        {"optimizer": "RMSprop", "second": "eps", "landscape": "plateau", "steps": 60},
    ],
)
def test_the_summary_tells_the_numbers(settings):
    result = DEMO.result(**settings)
    said = result["summary"].replace("−", "-")
    assert LANDSCAPES[settings.get("landscape", "valley")][0] in said
    assert f"{settings.get('steps', 60)} steps" in said
    row, column = result["best"]
    loss, rate = re.search(r"last ten steps, is (\S+) at α = ([\d.e-]*\d)", said).groups()
    assert float(loss) == pytest.approx(result["loss"][row][column], rel=0.051, abs=0)
    assert float(rate) == result["rates"][column]
    if result["name"]:
        assert f" and {result['letter']} = {result['values'][row]:g}." in said
    usual = result["usual"]
    assert ("With the usual" in said) == (usual is not None and usual != row)
    if "With the usual" in said:
        best = min(
            (x, a)
            for x, a in zip(result["loss"][usual], result["rates"], strict=True)
            if x is not None
        )
        value, loss, rate = re.search(
            r"usual \S+ = (\S+) the lowest is (\S+), at α = ([\d.e-]*\d)", said
        ).groups()
        assert float(value) == pytest.approx(result["values"][usual], rel=1e-5)
        assert float(loss) == pytest.approx(best[0], rel=0.051) and float(rate) == best[1]
    lost = sum(step > 0 for steps in result["left"] for step in steps)
    count = len(list(cells(result)))
    assert (f"{lost} of {count} runs left the numbers." in said) == (lost > 0)


def test_where_nothing_stays_finite_it_says_so():
    grid = tune_it.Grid("SGD", None)
    grid.left = [[3] * 11]
    grid.done = 11
    result = tune_it.result(grid, "beta2", ("valley", 100, 0.0))
    assert result["best"] is None and result["summary"].endswith("Every run left the numbers.")
    assert result["readouts"][0] == ["Lowest loss", None, ""]
    assert result["readouts"][-1] == ["Cells within 10 times of it", 0, "of 11"]


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_the_result_is_plain_data(landscape):
    for part in DEMO.parts({"landscape": landscape, "optimizer": "Momentum", "steps": 20}):
        assert json.loads(json.dumps(part, allow_nan=False)) == part


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"optimizer": "Eve"}, "optimizer must be one of SGD, Momentum"),
        ({"second": "rho"}, "second must be one of beta2, beta1, eps; got 'rho'"),
        ({"landscape": 1}, "landscape must be one of valley"),
        ({"steps": 301}, "steps must be a number from 10 to 300; got 301"),
        ({"noise": -1}, "noise must be a number from 0 to 100; got -1"),
        ({"lr": 0.1}, "tune-it has no setting 'lr': it has landscape, optimizer, second"),
    ],
)
def test_bad_settings_are_refused_in_words(settings, words):
    with pytest.raises(ValueError, match=words):
        DEMO.result(**settings)
