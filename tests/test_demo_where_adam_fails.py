"""The demo "Where Adam fails": its numbers against formulas and other code."""

import math

import numpy
import pytest

from adamlib.demos import DEMOS, where_adam_fails

DEMO = DEMOS["where-adam-fails"]
RULES = ("Adam", "AMSGrad", "SGD")


def burst(**settings):
    return DEMO.result(problem="burst", **settings)


def online(rule, c, beta2, steps=300):
    """Reddi's slopes with numpy's arithmetic: positions, regret per step, moves in alpha."""
    x, v, v_max, xs, moves = 0.0, 0.0, 0.0, [0.0], []
    slopes = numpy.where(numpy.arange(steps) % 3 == 0, c, -1.0)
    for t, g in enumerate(slopes, start=1):
        v = beta2 * v + (1 - beta2) * g**2
        v_max = max(v_max, v)
        scale = {"Adam": v, "AMSGrad": v_max}.get(rule)
        move = -g if scale is None else -g / (math.sqrt(scale / (1 - beta2**t)) + 1e-8)
        moves.append(move)
        x = float(numpy.clip(x + 0.5 / math.sqrt(t) * move, -1, 1))
        xs.append(x)
    regret = numpy.cumsum(slopes * (numpy.array(xs[:-1]) + 1)) / numpy.arange(1, steps + 1)
    return numpy.array(xs), regret, numpy.array(moves)


# Reddi's slopes.


@pytest.mark.parametrize("c", [2.1, 3, 10])
@pytest.mark.parametrize("beta2", [0, 0.1, 0.46, 0.999])
def test_runs_are_those_of_another_implementation(c, beta2):
    result = DEMO.result(C=c, beta2=beta2)
    for rule in RULES:
        run = result["runs"][rule]
        xs, regret, moves = online(rule, c, beta2)
        assert numpy.abs(xs[::3] - run["x"]).max() < 1e-11
        assert numpy.abs(regret[2::3] - run["regret"]).max() < 1e-11
        assert numpy.abs(moves[-3:] - run["moves"]).max() < 1e-9


def test_ends_as_in_the_lesson():
    runs = DEMO.result()["runs"]
    assert [f"{runs[rule]['x'][-1]:+.3f}" for rule in RULES] == ["+1.000", "-0.980", "-0.942"]
    runs = DEMO.result(beta2=0.999)["runs"]
    assert runs["Adam"]["x"][-1] < -0.96  # a long memory goes to the right place


@pytest.mark.parametrize("beta2", [0.1, 0.3, 0.46, 0.5, 0.9])
def test_last_moves_are_those_of_the_settled_cycle(beta2):
    """v repeats itself every three steps; with beta1 = 0 its three values are geometric sums."""
    c, b = 3.0, beta2
    whole = (1 - b) / (1 - b**3)
    after_c = whole * (c**2 + b + b**2)
    after_one = whole * (1 + b * c**2 + b**2)
    after_two = whole * (1 + b + b**2 * c**2)
    moves = -c / after_c**0.5, 1 / after_one**0.5, 1 / after_two**0.5
    assert numpy.allclose(DEMO.result(beta2=beta2)["runs"]["Adam"]["moves"], moves, atol=1e-6)


def test_border_where_adam_turns_round():
    """It lies between 0.46 and 0.48 for C = 3, lower for a larger C, higher for a smaller."""

    def together(c, beta2):
        return sum(DEMO.result(C=c, beta2=beta2)["runs"]["Adam"]["moves"])

    assert together(3, 0.46) > 0 > together(3, 0.48)
    assert together(10, 0.05) > 0 > together(10, 0.1)
    assert together(2.2, 0.75) > 0 > together(2.2, 0.85)
    assert {0.46, 0.48} <= set(where_adam_fails.SHORT)  # the slider can show it


def test_regret_of_staying_at_the_wrong_end():
    """Each cycle costs C - 1 - 1 at +1 and gains as much at -1."""
    for c in (2.5, 3, 10):
        result = DEMO.result(C=c, beta2=0)
        price = 2 * (c - 2) / 3
        assert result["at_the_wrong_end"] == pytest.approx(price)
        assert result["runs"]["Adam"]["regret"][-1] == pytest.approx(price, rel=0.05)
    best = DEMO.result()["runs"]
    assert best["AMSGrad"]["regret"][-1] < 0.06 and best["SGD"]["regret"][-1] < 0.11


@pytest.mark.parametrize("c", [2.1, 3, 10])
@pytest.mark.parametrize("beta2", [0, 0.1, 0.46, 0.5, 0.999])
def test_words_of_the_slopes_agree_with_the_numbers(c, beta2):
    result = DEMO.result(C=c, beta2=beta2)
    summary, runs = result["summary"], result["runs"]
    for rule in RULES:
        assert f"{rule} at {runs[rule]['x'][-1]:+.3f}".replace("-", "−") in summary.replace(
            " is at", " at"
        )
    moves = [f"{move:+.2f}".replace("-", "−") for move in runs["Adam"]["moves"]]
    assert "{}, {} and {} α".format(*moves) in summary
    total = sum(runs["Adam"]["moves"])
    assert ("two wrong ones outweigh" in summary) == (total > 0)
    assert ("right one outweighs" in summary) == (total <= 0)
    assert f"by {abs(total):.2g} α" in summary


def test_words_of_the_default():
    assert DEMO.result()["summary"] == (
        "With C = 3 and β₂ = 0.1, after 300 steps Adam is at +1.000, AMSGrad at −0.980 and SGD at "
        "−0.942; the best point is −1. Adam’s last three moves are −1.05, +0.76 and +0.97 α: the "
        "two wrong ones outweigh the right one by 0.68 α."
    )
    rows = {row[0]: row[1] for row in DEMO.result()["readouts"]}
    assert rows["Adam ends at"] == "+1.000" and rows["AMSGrad ends at"] == "−0.980"
    assert rows["Adam’s last three moves together"] == "+0.681"
    assert rows["Regret per step: Adam, AMSGrad, SGD"] == "0.669, 0.053, 0.100"


def test_sgd_is_run_anew_for_another_c():
    first = DEMO.result(C=3)["runs"]["SGD"]
    assert DEMO.result(C=4)["runs"]["SGD"] != first
    assert DEMO.result(C=3, beta2=0.5)["runs"]["SGD"] == first


# The late burst.


def bowl(beta2, eps, steps):
    """|x| and the rate at each step, written anew."""
    x, m, v, away, rate = 1.0, 0.0, 0.0, [1.0], [numpy.nan]
    for t in range(1, steps + 1):
        m = 0.9 * m + (1 - 0.9) * x
        v = beta2 * v + (1 - beta2) * (x * x)
        root = math.sqrt(v / (1 - beta2**t))
        x = x - 0.1 * (m / (1 - 0.9**t)) / (root + eps)
        away.append(abs(x))
        rate.append(0.1 / (root + eps))
    return numpy.array(away), numpy.array(rate)


def test_burst_as_in_the_lesson():
    result = burst(burst_beta2=0.999)
    rows = {row[0]: row[1] for row in result["readouts"]}
    assert result["steps"] == 8000
    assert (rows["at step"], result["crossing"], result["burst"][0]) == (6526, 6541, 7069)
    assert f"{rows['Least |x|']:.1e} {result['burst'][1]:.3f}" == "2.7e-150 0.089"
    assert result["summary"] == (
        "With β₂ = 0.999 and ε = 1e-8, |x| falls to 2.7e-150 at step 6526. The rate that "
        "multiplies m̂ passes 38 at step 6541, and x bursts out to 0.089 at step 7069: 148 orders "
        "of magnitude."
    )


def test_burst_with_a_shorter_memory():
    result = burst()
    assert result["crossing"] == 888 and result["burst"][0] == 948
    assert f"{result['burst'][1]:.3f}" == "0.030"
    assert "to 0.030 at step 948" in result["summary"]


@pytest.mark.parametrize("beta2", [0.95, 0.97, 0.99, 0.995])
@pytest.mark.parametrize("eps", [1e-8, 0.001, 0.0026, 0.01])
def test_burst_is_that_of_another_implementation(beta2, eps):
    result = burst(burst_beta2=beta2, eps=eps)
    away, rate = bowl(beta2, eps, result["steps"])
    # Beyond the burst's peak the last bit of a power is amplified until nothing can be compared.
    peak = result["burst"][0] if result["burst"] else result["steps"]
    for t, x in zip(result["t_x"], result["x"], strict=True):
        assert t > peak or x == pytest.approx(away[t], rel=1e-6, abs=0), t
    for t, eta in zip(result["t_rate"], result["rate"], strict=True):
        assert t > peak or eta == pytest.approx(rate[t], rel=1e-6), t
    over = numpy.flatnonzero(rate > 38)
    assert result["crossing"] == (over[0] if len(over) else None)
    if len(over):
        after = over[0] + 1
        peak = after + int(away[after:].argmax())
        assert result["burst"] == [peak, pytest.approx(away[peak], rel=1e-6)]


def test_limit_is_where_x_and_m_flip_their_signs():
    """A step of momentum with that rate is a matrix, and the limit gives it the eigenvalue -1."""
    for beta1 in (0.0, 0.5, 0.9):
        for share, beyond in ((0.999, False), (1.001, True)):
            eta = share * where_adam_fails.limit(beta1)
            step = [[beta1, 1 - beta1], [-eta * beta1, 1 - eta * (1 - beta1)]]  # of (m, x)
            assert (numpy.abs(numpy.linalg.eigvals(step)).max() > 1) == beyond
    assert where_adam_fails.limit(0.9) == pytest.approx(38)


@pytest.mark.parametrize("beta2", [0.97, 0.99, 0.999])
def test_large_eps_prevents_the_burst(beta2):
    result = burst(burst_beta2=beta2, eps=0.003)
    assert result["crossing"] is None and result["burst"] is None
    assert max(result["rate"]) < 0.1 / 0.003 < 38
    assert max(x for t, x in zip(result["t_x"], result["x"], strict=True) if t > 400) < 1e-3
    assert "38 is out of reach, because α ÷ ε is 33.3" in result["summary"]


def test_words_of_runs_that_are_too_short():
    late = burst(eps=0.0026)
    assert late["crossing"] is None
    assert "α ÷ ε, which is 38.5, would allow 38 later" in late["summary"]
    assert f"At the end the rate is {late['rate'][-1]:.3g};" in late["summary"]
    growing = burst(burst_beta2=0.999, eps=0.001)
    assert growing["crossing"] == 7496 and growing["burst"] is None
    assert "passes 38 at step 7496" in growing["summary"]
    assert "at step 8000 it is still growing" in growing["summary"]


@pytest.mark.parametrize("beta2", [0.95, 0.98, 0.99, 0.995, 0.998, 0.999])
def test_thin_curve_keeps_the_extremes(beta2):
    result = burst(burst_beta2=beta2)
    rows = {row[0]: row[1] for row in result["readouts"]}
    points = dict(zip(result["t_x"], result["x"], strict=True))
    assert points[result["burst"][0]] == result["burst"][1]
    assert points[rows["at step"]] == rows["Least |x|"]
    assert points[0] == 1 and rows["x at the end"] == result["end"]
    assert numpy.all(numpy.diff(result["t_x"]) >= 0) and result["t_rate"][-1] == result["steps"]
    assert len(result["x"]) <= 301 and len(result["rate"]) <= 150


def test_long_runs_come_in_parts():
    parts = list(DEMO.parts({"problem": "burst", "burst_beta2": 0.999}))
    progress = [part["progress"] for part in parts]
    assert progress == [t / 8 for t in range(1, 9)]
    assert [part["t_rate"][-1] < 1000 * (i + 1) + 1 for i, part in enumerate(parts)] == [True] * 8
    assert parts[0]["summary"].endswith("1000 of 8000 steps are computed.")
    assert len(parts[0]["x"]) < len(parts[1]["x"]) < len(parts[-1]["x"])
    for part in parts:  # each part stands by itself: a later one does not reach into it
        assert len(part["t_x"]) == len(part["x"]) == 2 * len(part["rate"]) + 1
        assert len(part["t_rate"]) == len(part["rate"])
    assert parts[0]["steps"] == 8000  # so the axis does not move
    assert all({row[0] for row in p["readouts"]} == {r[0] for r in parts[-1]["readouts"]}
               for p in parts)  # fmt: skip
    assert len(list(DEMO.parts({"problem": "burst"}))) == 1


@pytest.mark.parametrize("low_high_orders", [(2.7e-150, 0.089, 148), (1e-3, 2e-3, 0), (0, 1, 0)])
def test_orders_of_magnitude(low_high_orders):
    low, high, orders = low_high_orders
    assert where_adam_fails._orders(low, high) == orders


def test_readouts_have_names_of_their_own():
    for settings in ({}, {"problem": "burst"}, {"problem": "burst", "eps": 0.01}):
        names = [row[0] for row in DEMO.result(**settings)["readouts"]]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"problem": "none"}, "problem must be one of reddi, burst"),
        ({"C": 2}, "C must be a number from 2.1 to 10; got 2"),
        ({"beta2": 1}, "beta2 must be a number from 0 to 0.999"),
        ({"burst_beta2": 0.9}, "burst_beta2 must be a number from 0.95 to 0.999"),
        ({"eps": 0}, "eps must be a number from 1e-08 to 0.01"),
        ({"lr": 0.1}, "has no setting 'lr'"),
    ],
)
def test_bad_settings_are_refused_in_words(settings, words):
    with pytest.raises(ValueError, match=words):
        DEMO.result(**settings)
