"""The demo "How long is a step?": its numbers against formulas, other code and the past in full."""

import itertools
import math

import numpy
import pytest

from adamlib.demos import DEMOS, step_length

DEMO = DEMOS["step-length"]
PAIRS = [(0.9, 0.999), (0.9, 0.9999), (0.0, 0.99), (0.99, 0.9), (0.5, 0.95)]


def reference(gradients, beta1, beta2, last):
    """The last steps of Adam, in units of alpha: Algorithm 1, written anew."""
    m = v = 0.0
    steps = []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        if t > len(gradients) - last:
            steps.append(m / (1 - beta1**t) / (math.sqrt(v / (1 - beta2**t)) + 1e-8))
    return numpy.array(steps)


def bound_at(t, beta1, beta2):
    """The longest possible step number t: the weights of the past, put into Cauchy and Schwarz."""
    ages = numpy.arange(t)
    squares = (beta1**2 / beta2) ** ages  # (weight in m)² ÷ weight in v, but for what follows
    w, u = (1 - beta1) / (1 - beta1**t), (1 - beta2) / (1 - beta2**t)
    return math.sqrt((w**2 / u * squares).sum())


# The past that is not run: the demo begins where that many real steps would have led.


@pytest.mark.parametrize(("beta1", "beta2"), PAIRS)
@pytest.mark.parametrize("calm", [1, 20, 21, 500, 5000])
def test_calm_in_closed_form_is_the_calm_in_full(beta1, beta2, calm):
    result = DEMO.result(beta1=beta1, beta2=beta2, calm=calm, factor=100)
    gradients = [0.01] * calm + [1.0] * 200
    steps = reference(gradients, beta1, beta2, last=len(result["steps"]))
    assert len(steps) == 200 + min(calm, 20)
    assert numpy.abs(steps - result["steps"]).max() < 1e-12
    assert result["g"] == gradients[-len(steps) :]
    assert result["first"] == 1 - min(calm, 20)


@pytest.mark.parametrize(("beta1", "beta2"), PAIRS)
@pytest.mark.parametrize("every", [1, 7, 100, 1000])
def test_rare_past_in_closed_form_is_the_past_in_full(beta1, beta2, every):
    result = DEMO.result(gradients="sparse", beta1=beta1, beta2=beta2, every=every)
    ones = 100000 // every + 1
    gradients = ([0.0] * (every - 1) + [1.0]) * ones
    gradients += [1.0 if i % every == 0 else 0.0 for i in range(1, 200)]
    shown = len(result["steps"])
    steps = reference(gradients, beta1, beta2, last=shown)
    assert shown == 200 + min(every - 1, 20)
    assert numpy.allclose(result["steps"], steps, rtol=1e-12, atol=1e-12)
    assert result["g"] == gradients[-shown:]
    assert result["g"][-result["first"] + 1] == 1.0  # step 1 is one with a gradient


@pytest.mark.parametrize(("beta1", "beta2"), [*PAIRS, (0.9, 0.9), (0.95, 0.92)])
@pytest.mark.parametrize("growing", [1, 2, 30])
def test_worst_case_attains_the_exact_bound(beta1, beta2, growing):
    """With n gradients that are not 0 nothing can be worse: Cauchy and Schwarz with n weights."""
    if beta1 == 0:
        growing = 1
    result = DEMO.result(gradients="worst", beta1=beta1, beta2=beta2, growing=growing)
    ages = numpy.arange(growing)
    squares = ((1 - beta1) * beta1**ages) ** 2 / ((1 - beta2) * beta2**ages)
    exact = math.sqrt(squares.sum())
    at = growing - result["first"]
    assert abs(result["steps"][at] / exact - 1) < 3e-5  # 100000 zeros are not infinitely many
    assert result["g"][:20] == [0.0] * 20 and result["g"][-20:] == [0.0] * 20
    if beta1**2 < beta2:
        assert (result["at"], result["longest"]) == (growing, result["steps"][at])


# The bounds.


def test_true_bound_is_what_the_weights_give():
    for beta1, beta2 in [*PAIRS, (0.9, 0.99), (0.9, 0.95), (0.9, 0.9), (0.95, 0.92)]:
        true = step_length.true_bound(beta1, beta2)
        if beta1**2 < beta2:
            assert abs(bound_at(200_000, beta1, beta2) / true - 1) < 1e-6
            at_each = [bound_at(t, beta1, beta2) for t in (1, 2, 5, 10, 50, 200, 1000, 5000)]
            assert numpy.all(numpy.diff([*at_each, true]) > -1e-9)  # so it holds at every step
        else:
            assert true is None and bound_at(2000, beta1, beta2) > 1e6
    pairs = ((0.9, 0.999), (0.9, 0.99), (0.9, 0.95), (0.9, 0.9))
    bounds = [step_length.true_bound(*pair) for pair in pairs]
    assert numpy.allclose(bounds, (7.270, 2.345, 1.165, 1), atol=5e-4)


def test_printed_bound_is_the_papers():
    assert abs(step_length.printed_bound(0.9, 0.999) - 10**0.5) < 1e-12
    assert step_length.printed_bound(0.9, 0.99) == pytest.approx(1)  # exactly at the border
    assert step_length.printed_bound(0.9, 0.95) == 1  # 1 - beta1 is below the root: alpha
    assert step_length.printed_bound(0.0, 0.75) == 2


@pytest.mark.parametrize("kind", ["jump", "sparse", "constant", "noise", "worst"])
def test_no_step_passes_the_true_bound(kind):
    passed = 0
    for beta1, beta2 in itertools.product((0, 0.5, 0.9, 0.95), (0.5, 0.9, 0.95, 0.99, 0.9999)):
        if beta1**2 >= beta2:
            continue
        result = DEMO.result(gradients=kind, beta1=beta1, beta2=beta2, every=1000, factor=1000)
        assert max(abs(x) for x in result["steps"]) <= result["longest"]
        assert result["longest"] <= result["true_bound"] * (1 + 1e-9)
        passed += result["longest"] > result["printed_bound"] * (1 + 1e-9)
    assert (passed > 0) == (kind in ("jump", "worst"))  # but the paper's, yes


# The numbers of the lesson.


def test_jumps_as_in_the_lesson():
    peaks = {f: DEMO.result(factor=f)["longest"] for f in (2, 5, 10, 100)}
    assert numpy.allclose(list(peaks.values()), (1.88, 3.73, 5.19, 6.55), atol=0.005)
    assert DEMO.result()["at"] == 12
    assert DEMO.result(calm=10)["longest"] < 1.13  # after a short calm v has little to forget


def test_rare_gradients_as_in_the_lesson():
    walked = {}
    for every in (1, 10, 100, 1000):
        result = DEMO.result(gradients="sparse", every=every)
        walked[every] = {row[0]: row[1] for row in result["readouts"]}
    distances = [x["Distance for each gradient of 1"] for x in walked.values()]
    assert numpy.allclose(distances, (1, 3.16, 9.80, 25.3), rtol=0.002)
    roots = [x["Square root of the period"] for x in walked.values()]
    assert numpy.allclose(numpy.square(roots), list(walked))


def test_a_rare_gradients_distance_is_that_of_a_whole_period():
    """Also where the picture ends before the next gradient is due."""
    for beta1, every in ((0.99, 500), (0.99, 150), (0.9, 201)):
        gradients = ([0.0] * (every - 1) + [1.0]) * (100000 // every + 1) + [0.0] * (every - 1)
        steps = reference(gradients, beta1, 0.999, last=every)
        result = DEMO.result(gradients="sparse", beta1=beta1, every=every)
        distance = result["readouts"][1]
        assert distance[0] == "Distance for each gradient of 1"
        assert abs(distance[1] - steps.sum()) < 1e-9
        assert abs(result["longest"] - steps.max()) < 1e-9


@pytest.mark.parametrize("size", step_length.SIZES)
def test_constant_gradients_cancel_until_eps_counts(size):
    result = DEMO.result(gradients="constant", size=size)
    assert numpy.allclose(result["steps"], size / (size + 1e-8), rtol=1e-12, atol=0)
    assert ("ε counts" in result["summary"]) == (size < 2e-6)


def test_noise_has_the_typical_step_of_the_theory():
    """One seed is 300 steps that resemble their neighbours; twenty seeds come closer."""
    for beta1, theory in ((0.9, 0.2294), (0.5, 0.5774), (0.0, 1.0)):
        rms = []
        for seed in range(1, 21):
            result = DEMO.result(gradients="noise", beta1=beta1, seed=seed)
            counted = numpy.array(result["steps"][100:])
            rms.append({row[0]: row[1] for row in result["readouts"]}["Typical step (rms)"])
            assert rms[-1] == pytest.approx(math.sqrt((counted**2).mean()), rel=1e-12)
        assert abs(result["typical"] - theory) < 1e-4
        assert abs(numpy.mean(rms) / theory - 1) < 0.1
        assert len(set(rms)) == 20
    g = numpy.concatenate([step_length.noise(seed) for seed in range(1, 21)])
    assert abs(g.mean()) < 0.04 and abs(g.std() - 1) < 0.03


def test_noise_steps_are_adams():
    result = DEMO.result(gradients="noise", seed=3)
    steps = reference(result["g"], 0.9, 0.999, last=400)
    assert numpy.abs(steps - result["steps"]).max() < 1e-12
    DEMO.result(gradients="noise", seed=4)  # another seed in between
    assert DEMO.result(gradients="noise", seed=3) == result
    assert list(step_length._noise) == [3]  # only the last seed's numbers are kept


# The words.


@pytest.mark.parametrize("kind", [name for name, _ in step_length.GRADIENTS])
@pytest.mark.parametrize(("beta1", "beta2"), [*PAIRS, (0.9, 0.9), (0.95, 0.92)])
def test_words_agree_with_the_numbers(kind, beta1, beta2):
    result = DEMO.result(gradients=kind, beta1=beta1, beta2=beta2)
    summary, longest, printed = result["summary"], result["longest"], result["printed_bound"]
    rows = {row[0]: row[1] for row in result["readouts"]}
    assert rows["Longest step"] == longest
    assert rows["The paper’s bound"] == printed
    assert ("No step is longer than α" in summary) == (longest < 1 + 1e-6)
    assert ("longer than the paper’s bound" in summary) == (longest > max(1, printed) + 1e-6)
    assert ("within the paper’s bound" in summary) == (1 + 1e-6 < longest <= printed + 1e-6)
    assert ("no true bound" in summary) == (beta1**2 >= beta2) == (rows["True bound"] == "none")
    if beta1**2 < beta2:
        assert f"the true bound is {result['true_bound']:.3g} α" in summary
        assert rows["True bound"] == result["true_bound"]
    if kind != "constant" and longest < 1000:
        assert f"{longest:.3g} α" in summary
    if kind in ("jump", "worst", "noise") and result["at"] > 0:
        assert f"at step {result['at']}" in summary and rows["at step"] == result["at"]


def test_words_of_the_default():
    assert DEMO.result()["summary"] == (
        "After 5000 equal gradients the gradient grows 100-fold. The longest step is 6.55 α, at "
        "step 12 after the jump. That is longer than the paper’s bound of 3.16 α; the true bound "
        "is 7.27 α."
    )


def test_words_of_special_cases():
    def said(**settings):
        return DEMO.result(**settings)["summary"]

    assert "After 1 equal gradient the" in said(calm=1)
    assert "stays as it is" in said(factor=1) and "already before the jump" in said(factor=1)
    assert "already before the jump" in said(beta2=0.9)
    assert "in each step moves Adam 1 α" in said(gradients="sparse", every=1)
    assert "zeros: a single gradient. The longest step is 3.16 α" in said(
        gradients="worst", growing=1
    )
    assert "zeros: a single gradient" in said(gradients="worst", beta1=0)
    assert "grow by the factor β₂ ÷ β₁ = 1.11" in said(gradients="worst")
    assert "shrink by the factor β₂ ÷ β₁ = 0.968" in said(gradients="worst", beta1=0.95, beta2=0.92)
    assert "100 equal gradients" in said(gradients="worst", beta2=0.9)
    assert "of 1e6 every step is 1 α" in said(gradients="constant", size=1e6)
    assert "of 1e-8 every step is 0.5 α" in said(gradients="constant", size=1e-8)


def test_results_are_lean_and_plain():
    for kind, _ in step_length.GRADIENTS:
        result = DEMO.result(gradients=kind)
        assert len(result["g"]) == len(result["steps"]) <= 400
        assert all(type(x) is float for x in result["g"] + result["steps"])
        assert math.isfinite(sum(result["steps"]))
        assert len({row[0] for row in result["readouts"]}) == len(result["readouts"])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"gradients": "none"}, "gradients must be one of jump, sparse, constant, noise, worst"),
        ({"beta1": 1.0}, "beta1 must be a number from 0 to 0.99"),
        ({"beta2": 0.4}, "beta2 must be a number from 0.5 to 0.9999"),
        ({"calm": 2.5}, "calm must be a whole number of steps; got 2.5"),
        ({"every": 2.5}, "every must be a whole number of steps; got 2.5"),
        ({"every": 0}, "every must be a number from 1 to 1000"),
        ({"growing": 1.5}, "growing must be a whole number"),
        ({"seed": 0}, "seed must be a number from 1 to 20"),
        ({"alpha": 0.1}, "has no setting 'alpha'"),
    ],
)
def test_bad_settings_are_refused_in_words(settings, words):
    with pytest.raises(ValueError, match=words):
        DEMO.result(**settings)
