"""The Race: its runs against `descend` and formulas, its tuning against trying, its words."""

import inspect
import json
import math
import re

import numpy
import pytest
import traitlets

import adamlib
from adamlib import Adam, Noisy, descend
from adamlib.demos import DEMOS, Race, race, runs
from adamlib.demos.declare import Choice, Count, Number, Slider
from adamlib.demos.landscape import LANDSCAPES, objective

DEMO = DEMOS["race"]
NAMES = [rule.__name__ for rule in adamlib.OPTIMIZERS]

every_landscape = pytest.mark.parametrize("landscape", LANDSCAPES)
every_optimizer = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def nothing_remembered():
    race.runs.entries.clear()
    race.rates.entries.clear()
    race.recent.clear()


def by_name(result):
    return {run["name"]: run for run in result["runs"]}


def worst_of_last_ten(trace):
    """The score as the page defines it, from `descend`; infinite if the run left the numbers."""
    if trace.stopped or not numpy.isfinite(trace.loss).all():
        return math.inf
    return trace.loss[-10:].max()


# A walk is descend's walk.


@every_landscape
@every_optimizer
@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("lr", [0.01, 3.0])
def test_a_walk_is_that_of_descend_to_the_last_bit(landscape, name, noise, lr):
    function, rule = objective(landscape), getattr(adamlib, name)
    start = (1.25, -0.75)
    walked = runs.walk(lambda: rule(lr=lr), function, start, 60, noise)
    with numpy.errstate(all="ignore"):
        around = Noisy(function, sd=noise, seed=0) if noise else function
        trace = descend(rule(lr=lr), around, start, steps=60)
    kept = int(numpy.isfinite(trace.loss).argmin()) or len(trace.loss)
    assert (walked.left is None) == (kept == 61)
    assert walked.left in (None, kept)
    assert trace.theta[:kept].tolist() == [list(p) for p in zip(walked.xs, walked.ys, strict=True)]
    assert trace.loss[:kept].tolist() == walked.losses
    score = worst_of_last_ten(trace)
    assert walked.score == (None if score == math.inf else score)


def test_gradient_descent_follows_its_formula():
    """On the bowl each coordinate shrinks by 1 - lr times its curvature, step by step."""
    run = by_name(DEMO.result(optimizers=["SGD"], lr_SGD=0.0316, x=3.0, y=-2.0))["SGD"]
    t = numpy.arange(61)
    assert numpy.allclose(run["x"], 3.0 * (1 - 0.0316) ** t, rtol=1e-12, atol=0)
    assert numpy.allclose(run["y"], -2.0 * (1 - 0.0316 * 25) ** t, rtol=1e-12, atol=0)
    heights = (numpy.array(run["x"]) ** 2 + 25 * numpy.array(run["y"]) ** 2) / 2
    assert numpy.allclose(run["loss"], heights, rtol=1e-12, atol=0)
    assert run["score"] == max(run["loss"][51:]) == run["loss"][51]


def test_adam_follows_algorithm_1_with_all_settings_of_the_panel():
    settings = {"lr_Adam": 0.2, "beta1": 0.7, "beta2": 0.95, "eps": 0.01}
    run = by_name(DEMO.result(optimizers=["Adam"], steps=40, **settings))["Adam"]
    theta, m, v = numpy.array([-4.0, 1.0]), 0.0, 0.0
    for t in range(1, 41):
        g = theta * [1, 25]
        m, v = 0.7 * m + 0.3 * g, 0.95 * v + 0.05 * g**2
        theta = theta - 0.2 * (m / (1 - 0.7**t)) / (numpy.sqrt(v / (1 - 0.95**t)) + 0.01)
        assert numpy.allclose([run["x"][t], run["y"][t]], theta, rtol=0, atol=1e-12)


# The settings.


@every_optimizer
def test_every_default_is_the_optimizers_own(name):
    defaults = {control.name: control.default for control in DEMO.controls}
    settings = inspect.signature(getattr(adamlib, name)).parameters
    for key, setting in runs.KNOBS[name].items():
        assert settings[key].default == defaults[setting], key
    # What the panel leaves out: switches, and what makes an optimizer that optimizer.
    left_out = set(settings) - set(runs.KNOBS[name]) - {"lr"}
    assert left_out <= {"nesterov", "bias_correction", "weight_decay", "momentum_decay"}


@every_optimizer
def test_every_hyperparameter_of_the_panel_changes_the_run(name):
    for setting in runs.KNOBS[name].values():
        usual = by_name(DEMO.result(optimizers=[name]))[name]
        other = by_name(DEMO.result(optimizers=[name], **{setting: 0.5}))[name]
        assert usual["x"] != other["x"], setting


@every_optimizer
@pytest.mark.parametrize("tuned", [False, True])
def test_a_setting_is_shown_when_it_does_something(name, tuned):
    """The panel's `when` against what really changes a race of this optimizer alone."""
    shown = {
        control["name"]
        for control in DEMO.declaration()["controls"]
        if all(
            {"optimizers": name, "tuned": tuned}[key] in values
            for key, values in control["when"].items()
        )
    }
    own = set(runs.KNOBS[name].values()) | (set() if tuned else {"lr_" + name})
    assert shown == {"landscape", "tuned", "optimizers", "noise", "steps", "x", "y"} | own


@every_landscape
def test_the_start_is_the_landscapes_own_until_one_is_set(landscape):
    result = DEMO.result(landscape=landscape)
    assert result["start"] == [float(x) for x in objective(landscape).start]
    assert result["used"] == {"x": result["start"][0], "y": result["start"][1]}
    result = DEMO.result(landscape=landscape, x=0.5)
    assert result["start"] == [0.5, float(objective(landscape).start[1])]
    assert all((run["x"][0], run["y"][0]) == tuple(result["start"]) for run in result["runs"])
    assert "moved" not in result["summary"]


def test_a_start_outside_the_landscape_is_moved_to_its_edge_and_that_is_said():
    result = DEMO.result(landscape="rosenbrock", x=-5.0, y=1.0)
    assert result["start"] == [-2.0, 1.0]
    assert "outside this landscape, so it was moved to its edge" in result["summary"]


def test_the_fields_reach_every_landscape():
    fields = {control.name: control for control in DEMO.controls}
    for name in LANDSCAPES:
        left, right, bottom, top = objective(name).box
        for corner in ((left, bottom), (right, top)):
            assert DEMO.result(landscape=name, x=corner[0], y=corner[1])["start"] == list(corner)
    assert (fields["x"].low, fields["x"].high, fields["y"].high) == (-8, 8, 6)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"landscape": "hill"}, "landscape must be one of valley, narrow"),
        ({"optimizers": ["Adam", "Eve"]}, "optimizers must be some of SGD.*got 'Eve'"),
        ({"optimizers": []}, "optimizers needs at least one of SGD"),
        ({"lr_Adam": 0}, "lr_Adam must be a number from 1e-05 to 10; got 0"),
        ({"beta2": 1.0}, "beta2 must be a number from 0 to 0.9999; got 1.0"),
        ({"x": 8.5}, "x must be a number from -8 to 8, or None; got 8.5"),
        ({"steps": 12.5}, "steps must be a whole number; got 12.5"),
        ({"steps": 9}, "steps must be a number from 10 to 300; got 9"),
        ({"noise": None}, "noise must be a number from 0 to 100; got None"),
        ({"tuned": 1}, "tuned must be True or False; got 1"),
        ({"lr": 0.1}, "race has no setting 'lr': it has landscape"),
    ],
)
def test_bad_settings_are_refused_in_words(settings, words):
    with pytest.raises(ValueError, match=words):
        DEMO.result(**settings)


# Tuning.


def tried(name, landscape, steps=60, start=None, noise=0.0):
    """The best of the nine rates and its score, by trying them with `descend`."""
    rates = [0.0001, 0.000316, 0.001, 0.00316, 0.01, 0.0316, 0.1, 0.316, 1]
    function, scores = objective(landscape), []
    around = Noisy(function, sd=noise, seed=0) if noise else function
    for lr in rates:
        with numpy.errstate(all="ignore"):
            trace = descend(getattr(adamlib, name)(lr=lr), around, start, steps)
        scores.append(worst_of_last_ten(trace))
    best = int(numpy.argmin(scores))
    return rates[best], scores[best]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"landscape": "rosenbrock", "steps": 50},
        {"landscape": "beale", "start": (-0.5, 1.5)},
        {"landscape": "turned", "noise": 1.0},
        {"landscape": "rastrigin", "steps": 30},
    ],
)
def test_tuning_finds_what_trying_finds(settings):
    settings = {"landscape": "valley", **settings}
    expected = {name: tried(name, **settings) for name in NAMES}
    start = settings.pop("start", (None, None))
    result = DEMO.result(tuned=True, optimizers=NAMES, x=start[0], y=start[1], **settings)
    assert {name: (r["lr"], r["score"]) for name, r in by_name(result).items()} == expected
    assert result["budget"] == list(runs.RATES) and len(result["budget"]) == 9
    assert all(run["tuned"] for run in result["runs"])
    assert "the best of the same 9 learning rates" in result["summary"]


def test_of_equally_good_rates_the_lowest_is_kept():
    result = DEMO.result(tuned=True, optimizers=NAMES, x=0, y=0)  # nobody leaves the minimum
    assert {(run["lr"], run["score"]) for run in result["runs"]} == {(0.0001, 0.0)}


def test_default_rates_are_the_tuned_ones_so_that_the_first_picture_is_fair():
    tuned, untuned = (DEMO.result(optimizers=NAMES, tuned=tuned) for tuned in (True, False))
    for a, b in zip(tuned["runs"], untuned["runs"], strict=True):
        assert {**a, "tuned": False} == b
    assert untuned["budget"] is None and "learning rates" not in untuned["summary"]


def test_the_sliders_have_the_tuned_rates_among_their_values():
    values = {c.name: c.values for c in DEMO.controls if c.name.startswith("lr_")}
    assert len(values) == 10
    for walked in values.values():
        assert set(runs.RATES) <= set(walked) and walked == sorted(walked)
        assert numpy.allclose(numpy.diff(numpy.log10(walked)), 0.25, atol=0.002)


def test_tuning_shows_its_progress_and_remembers():
    settings = {"tuned": True, "landscape": "beale"}
    parts = list(DEMO.parts(settings))
    assert [part.get("progress") for part in parts] == [0, 0.25, 0.5, 0.75, None]
    assert [sum(r["tuned"] for r in part["runs"]) for part in parts] == [0, 1, 2, 3, 4]
    assert all(len(part["runs"]) == 4 for part in parts)
    assert "the best of" not in parts[-2]["summary"] and "the best of" in parts[-1]["summary"]
    assert list(DEMO.parts(settings)) == parts[-1:]
    # Elsewhere the last rates stand in until the new ones are found.
    first = next(DEMO.parts({**settings, "x": 0.0}))
    assert [r["lr"] for r in first["runs"]] == [r["lr"] for r in parts[-1]["runs"]]


def test_one_rate_changed_is_one_run_computed(monkeypatch):
    made = []
    walk = race.walk
    monkeypatch.setattr(race, "walk", lambda *given: made.append(1) or walk(*given))
    DEMO.result()
    assert len(made) == 4
    DEMO.result(lr_Adam=0.2)
    assert len(made) == 5
    DEMO.result(lr_Adam=0.2, lr_Lion=1.0)  # which does not take part
    assert len(made) == 5
    DEMO.result(x=1.0)
    assert len(made) == 9


def test_what_is_remembered_does_not_grow_without_end():
    for i in range(60):
        DEMO.result(x=i / 10, steps=10)
    assert len(race.runs.entries) <= race.runs.size == 100


# What the page says.


def first(**settings):
    return min((run["score"], run["name"]) for run in DEMO.result(**settings)["runs"])[1]


def test_the_caption_is_true():
    assert first() == "RMSprop"
    assert first(noise=1) == "Adam"
    assert first(tuned=True, landscape="beale") == "SGD"
    near = [(x, y) for x in (-0.85, -0.75, -0.65) for y in (0.9, 1, 1.1)]  # nobody drags exactly
    found = {first(tuned=True, landscape="rosenbrock", x=x, y=y) for x, y in near}
    assert found == {"Momentum"}
    assert len(DEMO.caption.split()) < 60


@pytest.mark.parametrize("landscape", ["valley", "narrow", "rosenbrock", "saddle"])
@pytest.mark.parametrize("names", [["Adam"], race.DEFAULTS, NAMES])
@pytest.mark.parametrize("noise", [0, 0.3])
def test_the_summary_tells_the_numbers(landscape, names, noise):
    result = DEMO.result(landscape=landscape, optimizers=names, noise=noise)
    assert not re.search(r"-\d", result["summary"])  # a true minus, which is read as one
    said = result["summary"].replace("−", "-")
    assert said.startswith(f"60 steps on the landscape “{LANDSCAPES[landscape][0]}”")
    assert ("with noise of size 0.3 on each slope" in said) == bool(noise)
    found = re.findall(r"(?:first: |, |other end )(\w+) ([-+.e\d]+)(?=[,.] |\.$)", said)
    assert found
    ends = sorted((r["score"], r["name"]) for r in result["runs"] if r["score"] is not None)
    expected = ends if len(ends) <= 4 else [*ends[:2], ends[-1]]
    assert [name for name, _ in found] == [name for _, name in expected]
    for (_, text), (score, _) in zip(found, expected, strict=True):
        assert float(text) == pytest.approx(score, rel=0.051, abs=0)
    for run in result["runs"]:
        assert (f"{run['name']} left the numbers at step {run['left']}." in said) == (
            run["left"] is not None
        )


def test_a_run_that_flies_away_is_told_with_its_step():
    """On Rosenbrock's valley the rates of the bowl are too large for SGD and Momentum."""
    result = DEMO.result(landscape="rosenbrock")
    found = by_name(result)
    for name, lr in (("SGD", 0.0316), ("Momentum", 0.01)):
        with numpy.errstate(all="ignore"):
            trace = descend(getattr(adamlib, name)(lr=lr), objective("rosenbrock"))
        assert found[name]["left"] == numpy.isfinite(trace.loss).argmin() or (
            f"step {found[name]['left']}:" in trace.stopped
        )
        assert found[name]["score"] is None
        assert len(found[name]["x"]) == found[name]["left"]
    assert (found["SGD"]["left"], found["Momentum"]["left"]) == (5, 7)


def test_a_run_that_leaves_the_picture_is_told_with_its_step():
    run = by_name(DEMO.result(landscape="rosenbrock"))["RMSprop"]
    # The first step of RMSprop is ten times the rate: 3.16 along each axis, out of any box of 4.
    assert run["outside"] == 1 and abs(run["x"][1] - run["x"][0]) == pytest.approx(3.16, rel=1e-5)
    inside = by_name(DEMO.result())
    assert all(run["outside"] is None for run in inside.values())
    for x, y in ((-5, 3), (5, -3)):
        assert by_name(DEMO.result(optimizers=["SGD"], x=x, y=y))["SGD"]["outside"] is None


@every_landscape
@pytest.mark.parametrize("tuned", [False, True])
def test_outside_is_outside_the_box(landscape, tuned):
    left, right, bottom, top = objective(landscape).box
    for x, y in ((left, bottom), (right, top), (right, bottom)):
        result = DEMO.result(landscape=landscape, optimizers=NAMES, tuned=tuned, x=x, y=y)
        for run in result["runs"]:
            x, y = numpy.array(run["x"]), numpy.array(run["y"])
            beyond = (x < left) | (x > right) | (y < bottom) | (y > top)
            assert run["outside"] == (int(beyond.argmax()) if beyond.any() else None)


@pytest.mark.parametrize("landscape", LANDSCAPES)
@pytest.mark.parametrize("lr", [1e-5, 10.0])
def test_the_result_is_plain_data(landscape, lr):
    rates = {"lr_" + name: lr for name in NAMES}
    result = DEMO.result(landscape=landscape, optimizers=NAMES, steps=100, noise=100, **rates)
    again = json.loads(json.dumps(result, allow_nan=False))
    assert again == result
    assert sum(len(run[key]) for run in result["runs"] for key in ("x", "y", "loss")) <= 3030


# Declarations and widgets.


def test_a_control_says_when_it_is_shown():
    plain = Slider("a", "a", (0, 1), 0).declaration()
    assert (plain["when"], plain["more"]) == ({}, False)
    when = {"optimizers": ("Adam", "AdamW"), "tuned": False}
    data = Count("n", "n", 0, 5, 2, when=when, more=True).declaration()
    assert data["when"] == {"optimizers": ["Adam", "AdamW"], "tuned": [False]}
    assert data["more"] is True
    choice = Choice("c", "c", [("a", "A"), ("b", "B")], "a", only={"b": {"n": (1, 2)}})
    assert choice.declaration()["only"] == {"b": {"n": [1, 2]}}
    assert choice.check("b") == "b"


def test_a_number_may_be_left_open():
    number = Number("x", "x", -1, 1, None, 0.1)
    assert number.check(None) is None and number.check(0) == 0.0
    assert number.declaration()["optional"] is True and number.declaration()["default"] is None
    closed = Number("x", "x", -1, 1, 0, 0.1)
    assert closed.declaration()["optional"] is False
    with pytest.raises(ValueError, match=r"x must be a number from -1 to 1; got None"):
        closed.check(None)
    with pytest.raises(ValueError, match=r"x must be a number from -1 to 1, or None; got 'a'"):
        number.check("a")


def test_the_widget_has_the_settings_as_traits():
    widget = Race(landscape="beale", optimizers=["Adam"], lr_Adam=0.1)
    assert (widget.x, widget.y) == (None, None)
    assert widget.trace.start.tolist() == [1.0, 1.5]
    expected = descend(Adam(lr=0.1), objective("beale"), steps=60)
    assert widget.trace.runs[0].loss.tolist() == expected.loss.tolist()
    widget.x, widget.y = 0.25, None
    assert widget.trace.start.tolist() == [0.25, 1.5]
    widget.x = None
    with pytest.raises(traitlets.TraitError, match="or None; got 9"):
        widget.x = 9
