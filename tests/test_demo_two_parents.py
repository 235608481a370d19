"""Two parents, one child: the four runs against a second implementation, in numpy."""

import numpy as np
import pytest

from adamlib.demos import DEMOS
from adamlib.demos import two_parents as module

DEMO = DEMOS["two-parents"]
RATES = np.outer(10.0 ** np.arange(-5, 1), (1, 1.33, 1.78, 2.37, 3.16, 4.22, 5.62, 7.5)).ravel()
RATES = np.append(RATES, 10.0)
TURN = np.array([[1, -1], [1, 1]]) / 2**0.5  # by 45 degrees
VALLEYS = {  # curvature matrix and start
    "along": (np.diag([1.0, 100.0]), np.array([-4.0, 1.0])),
    "steep": (np.diag([1.0, 10000.0]), np.array([-4.0, 1.0])),
    "turned": (TURN @ np.diag([1.0, 100.0]) @ TURN.T, TURN @ [-4.0, 1.0]),
    "narrow": (TURN @ np.diag([1.0, 400.0]) @ TURN.T, TURN @ [-4.0, 1.0]),
}
BETA1 = (0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
BETA2 = (0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def race(valley, lr, beta1, beta2):
    """Losses after each of 140 steps of theta -= lr * (average of g) / (root of average of g^2).

    `beta1` or `beta2` is None where that memory is missing. lr, beta1 and beta2 are broadcast.
    """
    curvature, start = VALLEYS[valley]
    b1, b2 = (np.asarray(0.0 if b is None else b) for b in (beta1, beta2))
    shape = np.broadcast(lr, b1, b2).shape
    theta = start.reshape(2, *(1,) * len(shape)) + np.zeros((2, *shape))
    m, v = np.zeros((2, *shape)), np.zeros((2, *shape))
    losses = []
    for t in range(141):
        losses.append(0.5 * np.einsum("i...,ij,j...->...", theta, curvature, theta))
        g = np.clip(np.einsum("ij,j...->i...", curvature, theta), -1e60, 1e60)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        if beta2 is None:
            step = m / (1 - b1)  # momentum as a sum, with nothing corrected
        else:
            step = m / (1 - b1 ** (t + 1)) / ((v / (1 - b2 ** (t + 1))) ** 0.5 + 1e-8)
        theta = theta - lr * step
    return np.array(losses)


def arrivals(losses):
    """The first step from which the loss stays at or below 0.01 for 20 steps; infinity if none."""
    window = np.lib.stride_tricks.sliding_window_view(losses <= 0.01, 20, axis=0).all(axis=-1)
    window[0] = False  # nobody starts there
    return np.where(window.any(axis=0), window.argmax(axis=0), np.inf)


KINDS = {  # method -> the decays that it has, as columns over the tables
    "plain": (np.zeros(1), None),
    "momentum": (np.array(BETA1), None),
    "scaling": (np.zeros(1), np.array(BETA2)),
    "both": (np.repeat(BETA1, 7), np.tile(BETA2, 9)),
}


@pytest.mark.parametrize("method", KINDS)
@pytest.mark.parametrize("valley", VALLEYS)
def test_each_method_gets_the_best_of_the_same_rates(valley, method):
    """All tables, against all 49 rates."""
    beta1, beta2 = KINDS[method]
    losses = race(valley, RATES[:, None], beta1, beta2)
    steps = arrivals(losses)
    seconds = [None] * len(beta1) if beta2 is None else beta2
    for column, (b1, b2) in enumerate(np.broadcast(beta1, seconds)):
        lr = module.tuned(valley, method, float(b1), b2)
        chosen = np.flatnonzero(np.isclose(RATES, lr, rtol=1e-9))
        assert len(chosen) == 1
        best = steps[:, column].min()
        if best < np.inf and b2 is None:
            assert chosen[0] == steps[:, column].argmin()
        elif best < np.inf:
            # Sums are rounded in another order here, and scaling amplifies that: a run may cross
            # the line one step apart, and where it keeps bursting out, end elsewhere.
            assert steps[chosen[0], column] <= best + 1
        else:
            assert losses[-1, chosen[0], column] <= 2 * losses[-1, :, column].min()


@pytest.mark.parametrize("valley", VALLEYS)
@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.8, 0.99), (0, 0.9), (0.95, 0.5)])
def test_the_runs_are_the_formulas(valley, beta1, beta2):
    result = DEMO.result(valley=valley, beta1=beta1, beta2=beta2)
    decays = {
        "plain": (None, None),
        "momentum": (beta1, None),
        "scaling": (None, beta2),
        "both": (beta1, beta2),
    }
    assert [run["method"] for run in result["runs"]] == list(decays)
    for run in result["runs"]:
        losses = race(valley, np.array(run["lr"]), *decays[run["method"]])
        count = len(run["loss"])
        start = min(count, 40)  # later, rounding grows where a run is unstable
        assert np.allclose(run["loss"][:start], losses[:start], rtol=1e-6, atol=1e-9)
        curvature, first = VALLEYS[valley]
        places = np.array([run["x"], run["y"]])
        assert np.allclose(places[:, 0], first)
        assert np.allclose(0.5 * (places * (curvature @ places)).sum(axis=0), run["loss"])
        below = np.array(run["loss"]) <= 0.01
        if run["steps"] is None:
            assert count == 141
            assert np.isinf(arrivals(np.array(run["loss"])))
        else:
            assert count == run["steps"] + 20
            assert below[run["steps"] :].all()
            assert not below[run["steps"] - 1]


def steps(**settings):
    return [run["steps"] for run in DEMO.result(**settings)["runs"]]


def test_what_the_caption_says():
    assert len(module.RATES) == 49
    ratios = np.array(module.RATES[1:]) / module.RATES[:-1]
    assert np.allclose(ratios, 4 / 3, atol=0.012)
    # Plain, momentum, scaling, both.
    assert steps() == [None, 79, 14, 74]
    assert steps(valley="steep") == [None, None, 14, 116]  # momentum fails
    assert steps(valley="turned") == [None, 79, None, 79]  # scaling fails
    assert steps(valley="narrow") == [None, 95, None, None]  # both fail
    assert steps(beta1=0.8) == [None, 39, 14, 35]  # about half
    assert steps(valley="steep", beta1=0.8) == [None, None, 14, 56]
    assert len(DEMO.caption.split()) <= 60


def test_turning_the_valley_changes_nothing_without_scaling():
    along, turned = (DEMO.result(valley=valley)["runs"] for valley in ("along", "turned"))
    for a, b in zip(along[:2], turned[:2], strict=True):
        assert (a["lr"], a["steps"]) == (b["lr"], b["steps"])
        assert np.allclose(TURN @ [a["x"], a["y"]], [b["x"], b["y"]], atol=1e-9)


@pytest.mark.parametrize("valley", VALLEYS)
def test_without_memory_of_the_direction_the_child_is_its_parents(valley):
    plain, momentum, scaling, both = DEMO.result(valley=valley, beta1=0)["runs"]
    for a, b in ((plain, momentum), (scaling, both)):
        assert [a[key] for key in ("lr", "steps", "x", "y", "loss")] == [
            b[key] for key in ("lr", "steps", "x", "y", "loss")
        ]


def test_between_the_sliders_values_the_rates_are_searched():
    """From Python any decay may be set. Here the search itself is compared with the tables."""
    for method, beta1, beta2 in (("momentum", 0.8, 0.9), ("both", 0.7, 0.98), ("scaling", 0, 0.5)):
        found = module.RATES[module.search("along", method, beta1, beta2)]
        assert found == module.tuned("along", method, beta1, beta2)
    run = DEMO.result(beta1=0.75)["runs"][1]
    losses = race("along", RATES, 0.75, None)
    assert abs(run["steps"] - arrivals(losses).min()) <= 1


@pytest.mark.parametrize("valley", VALLEYS)
@pytest.mark.parametrize("beta1", [0.9, 0.8, 0.5])
def test_the_summary_says_what_the_numbers_say(valley, beta1):
    result = DEMO.result(valley=valley, beta1=beta1)
    words = result["summary"]
    assert f"β₁ = {beta1:g}" in words
    assert ("turned by 45°" in words) == (valley in ("turned", "narrow"))
    assert "κ = " + {"steep": "10,000", "narrow": "400"}.get(valley, "100") in words
    reached, _, missed = words.partition("Not there")
    arrived = []
    for run, (label, value, unit) in zip(result["runs"], result["readouts"], strict=True):
        assert label.lower() == run["words"]
        assert unit == "steps"
        if run["steps"] is None:
            assert value == "not in 140"
            assert f"{run['words']} ({run['loss'][-1]:.2g})" in missed or run["loss"][-1] < 0.001
        else:
            assert value == run["steps"]
            assert f"{value} with {run['words']}" in reached
            arrived.append((value, reached.index(f"{value} with {run['words']}")))
    assert [place for _, place in sorted(arrived)] == sorted(place for _, place in arrived)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"valley": "canyon"}, "valley must be one of along, steep, turned, narrow"),
        ({"beta1": 1}, "beta1 must be a number from 0 to 0.98"),
        ({"beta2": 0}, "beta2 must be a number from 0.5 to 0.999"),
        ({"lr": 0.1}, "no setting 'lr'"),
    ],
)
def test_what_cannot_be_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        DEMO.result(**settings)


def test_a_result_is_small_enough_for_a_slider():
    """Steps taken and numbers handed to the page, at the settings where all four run longest."""
    for valley in VALLEYS:
        runs = DEMO.result(valley=valley, beta1=0.98)["runs"]
        assert sum(len(run["loss"]) for run in runs) <= 4 * 141
