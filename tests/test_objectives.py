"""The test functions, against calculus, the literature, and an integer version of the noise."""

import inspect
import math
from fractions import Fraction
from itertools import islice, pairwise

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamlib import (
    OBJECTIVES,
    Beale,
    Bowl,
    Himmelblau,
    Kink,
    Noisy,
    Parabola,
    Plateau,
    Random,
    Rastrigin,
    Reddi,
    Rosenbrock,
    RotatedBowl,
    Saddle,
)
from adamlib.objectives import _cosine

every_objective = pytest.mark.parametrize("kind", OBJECTIVES, ids=lambda kind: kind.__name__)

# Reddi's gradient is that of the present step, not of the average loss: it has tests of its own.
SMOOTH = [kind for kind in OBJECTIVES if kind is not Reddi]

# Functions with other than their default settings.
OTHERS = [Parabola(curvature=40.0), Bowl(condition=1.0), RotatedBowl(condition=1000.0)]


def is_line(objective):
    """Whether it is a function of one variable."""
    return isinstance(objective.start, float)


def points(objective, count=9):
    """Points on a grid over the box, and a little beyond."""
    left, right, bottom, top = objective.box
    xs = numpy.linspace(left - 0.3, right + 0.2, count).tolist()
    ys = numpy.linspace(bottom - 0.3, top + 0.2, count).tolist()
    return xs if is_line(objective) else [(x, y) for x in xs for y in ys]


def coordinates(theta):
    return [theta] if isinstance(theta, float) else list(theta)


# What a function says about itself.


def test_every_function_is_listed_once():
    names = [kind.__name__ for kind in OBJECTIVES]
    order = "Parabola Kink Bowl RotatedBowl Rosenbrock Beale Himmelblau Rastrigin Saddle Plateau"
    assert " ".join(names) == f"{order} Reddi"


DEFAULTS = {
    Parabola: {"curvature": 1.0},
    Bowl: {"condition": 25.0},
    RotatedBowl: {"condition": 25.0},
    Reddi: {"C": 3.0},
}


@every_objective
def test_settings(kind):
    defaults = {p.name: p.default for p in inspect.signature(kind).parameters.values()}
    assert defaults == DEFAULTS.get(kind, {})
    assert kind.parameters == tuple(defaults)
    settings = ", ".join(f"{name}={x!r}" for name, x in defaults.items())
    assert repr(kind()) == f"{kind.__name__}({settings})"


@every_objective
def test_start_and_minima_lie_in_the_box(kind):
    objective = kind()
    left, right, bottom, top = objective.box
    low, high = objective.domain or (-math.inf, math.inf)
    for theta in (objective.start, *objective.minima):
        x, y = (theta, objective.value(theta)) if is_line(objective) else theta
        assert left < x < right
        assert bottom <= y <= top
        assert all(low <= z <= high for z in coordinates(theta))


@every_objective
@pytest.mark.parametrize("sequence", [tuple, list, numpy.array])
def test_points_may_be_any_sequence(kind, sequence):
    objective = kind()
    plain = objective.value(objective.start), objective.gradient(objective.start)
    theta = objective.start if is_line(objective) else sequence(objective.start)
    objective.reset()
    assert (objective.value(theta), objective.gradient(theta)) == plain
    assert isinstance(plain[0], float)
    assert isinstance(plain[1], float if is_line(objective) else list)


# Minima.

MINIMA = {
    Parabola: 1,
    Kink: 1,
    Bowl: 1,
    RotatedBowl: 1,
    Rosenbrock: 1,
    Beale: 1,
    Himmelblau: 4,
    Rastrigin: 1,
    Saddle: 2,
    Plateau: 1,
    Reddi: 1,
}


@every_objective
def test_value_at_the_minima_is_the_least(kind):
    objective = kind()
    assert len(set(objective.minima)) == len(objective.minima) == MINIMA[kind]
    for theta in objective.minima:
        assert objective.value(theta) == pytest.approx(objective.least, rel=0, abs=1e-28)
        if kind is not Reddi:  # its minimum is at the edge of the domain
            assert coordinates(objective.gradient(theta)) == pytest.approx(
                [0.0] * len(coordinates(theta)), rel=0, abs=1e-13
            )


@every_objective
def test_no_point_is_lower_than_the_least(kind):
    objective = kind()
    low, high = objective.domain or (-math.inf, math.inf)
    inside = [x for x in points(objective, 41) if all(low <= z <= high for z in coordinates(x))]
    assert len(inside) >= 28
    assert min(map(objective.value, inside)) >= objective.least - 1e-15


# Gradients, against differences of the values.


def slope(objective, theta, i, h=1e-4):
    """The slope along coordinate i, from four values: its error is of the order of h^4."""

    def value(step):
        moved = coordinates(theta)
        moved[i] += step
        return objective.value(moved[0] if is_line(objective) else moved)

    near, far = value(h) - value(-h), value(2 * h) - value(-2 * h)
    return (8 * near - far) / (12 * h)


def check_gradient(objective, theta):
    g = coordinates(objective.gradient(theta))
    numeric = [slope(objective, theta, i) for i in range(len(g))]
    size = 1 + abs(objective.value(theta)) + max(map(abs, g))
    assert g == pytest.approx(numeric, rel=0, abs=1e-10 * size)


@pytest.mark.parametrize("objective", [kind() for kind in SMOOTH] + OTHERS, ids=repr)
def test_gradient_is_the_slope_of_the_value_on_a_grid(objective):
    for theta in [objective.start, *points(objective)]:
        check_gradient(objective, theta)


@pytest.mark.parametrize("objective", [kind() for kind in SMOOTH], ids=repr)
@given(data=st.data())
def test_gradient_is_the_slope_of_the_value_anywhere(objective, data):
    near = st.floats(-6.0, 6.0).filter(lambda x: abs(x) > 0.001)  # the kink is at 0
    check_gradient(objective, data.draw(near if is_line(objective) else st.tuples(near, near)))


# Values and gradients that are known: from the literature, or worked out on paper.

KNOWN = [
    (Parabola(), 3.0, 4.5, 3.0),
    (Parabola(curvature=4.0), -0.5, 0.5, -2.0),
    (Kink(), -0.25, 0.25, -1.0),
    (Kink(), 7.0, 7.0, 1.0),
    (Kink(), 0.0, 0.0, 0.0),
    (Bowl(), (1.0, 2.0), 50.5, [1.0, 50.0]),
    (Bowl(condition=4.0), (-3.0, 0.5), 5.0, [-3.0, 2.0]),
    # along the valley the curvature is 1, across it 25: (x, x) has u = x sqrt(2) and w = 0
    (RotatedBowl(), (3.0, 3.0), 9.0, [3.0, 3.0]),
    (RotatedBowl(), (-1.0, 1.0), 25.0, [-25.0, 25.0]),
    (RotatedBowl(condition=5.0), (2.0, 0.0), 6.0, [6.0, -4.0]),
    # the usual start, and its value and slope there
    (Rosenbrock(), (-1.2, 1.0), 24.2, [-215.6, -88.0]),
    (Rosenbrock(), (0.0, 0.0), 1.0, [-2.0, 0.0]),
    (Beale(), (1.0, 1.0), 14.203125, [0.0, 27.75]),
    (Beale(), (0.0, 0.0), 14.203125, [-12.75, 0.0]),
    (Beale(), (2.0, 0.0), 0.25 + 0.0625 + 0.390625, [-0.75, -2.0]),
    (Himmelblau(), (0.0, 0.0), 170.0, [-14.0, -22.0]),
    (Himmelblau(), (1.0, 1.0), 106.0, [-46.0, -38.0]),
    # cos(2 pi x) is -1 at x = 1/2 and 0 at x = 1/4
    (Rastrigin(), (0.5, 0.5), 40.5, [1.0, 1.0]),
    (Rastrigin(), (1.0, -2.0), 5.0, [2.0, -4.0]),
    (Rastrigin(), (0.25, 0.0), 10.0625, [0.5 + 20 * math.pi, 0.0]),
    (Saddle(), (0.0, 0.0), 0.25, [0.0, 0.0]),
    (Saddle(), (1.0, 2.0), 2.75, [1.0, 6.0]),
    (Plateau(), (0.0, 1.0), 0.5, [0.0, 0.5]),
    (Plateau(), (1.0, -2.0), 5 / 6, [2 / 36, -4 / 36]),
]


@pytest.mark.parametrize(("objective", "theta", "value", "g"), KNOWN, ids=repr)
def test_known_values_and_gradients(objective, theta, value, g):
    assert objective.value(theta) == pytest.approx(value, rel=1e-14, abs=1e-13)
    assert objective.gradient(theta) == pytest.approx(g, rel=1e-14, abs=1e-13)


def test_every_function_has_known_values():
    assert {type(row[0]) for row in KNOWN} == set(SMOOTH)


def test_himmelblau_has_a_hill_between_its_minima():
    top = (-0.270845, -0.923039)
    assert Himmelblau().value(top) == pytest.approx(181.617, abs=1e-3)
    assert Himmelblau().gradient(top) == pytest.approx([0.0, 0.0], abs=1e-3)


def test_rotated_bowl_is_the_bowl_turned_by_45_degrees():
    bowl, rotated = Bowl(condition=7.0), RotatedBowl(condition=7.0)
    for x, y in points(bowl):
        u, w = (x + y) / math.sqrt(2), (y - x) / math.sqrt(2)
        assert rotated.value((x, y)) == pytest.approx(bowl.value((u, w)), rel=1e-13)


def test_saddle_is_a_pass():
    """Uphill along x and downhill along y: neither a minimum nor a maximum."""
    saddle = Saddle()
    assert saddle.value((0.1, 0.0)) > saddle.value((0.0, 0.0)) > saddle.value((0.0, 0.1))
    assert max(map(abs, saddle.gradient((0.0, saddle.start[1])))) < 0.0011


# Reddi's sequence.


def test_reddi_misleads_in_threes():
    reddi = Reddi(C=4.0)
    assert [reddi.gradient(0.3) for _ in range(7)] == [4.0, -1.0, -1.0, 4.0, -1.0, -1.0, 4.0]
    reddi.reset()
    assert [reddi.gradient(x) for x in (-1.0, 0.0, 1.0)] == [4.0, -1.0, -1.0]


@pytest.mark.parametrize("C", [2.5, 3.0, 50.0])
def test_reddi_value_is_the_average_loss(C):  # noqa: N803
    reddi = Reddi(C=C)
    average = sum(reddi.gradient(0.0) for _ in range(3)) / 3
    for theta in (-1.0, -0.4, 0.0, 1.0):
        assert reddi.value(theta) == pytest.approx(average * theta, rel=1e-14)
    assert reddi.least == reddi.value(-1.0) == pytest.approx(-(C - 2) / 3, rel=1e-14)
    assert (reddi.domain, reddi.minima) == ((-1.0, 1.0), (-1.0,))


# Noise.


def integer_generator(s1, s2):
    """L'Ecuyer's Figure 3 as it stands there: in whole numbers, with Schrage's division."""
    while True:
        k = s1 // 53668
        s1 = 40014 * (s1 - k * 53668) - k * 12211
        if s1 < 0:
            s1 += 2147483563
        k = s2 // 52774
        s2 = 40692 * (s2 - k * 52774) - k * 3791
        if s2 < 0:
            s2 += 2147483399
        z = s1 - s2
        yield z + 2147483562 if z < 1 else z


def test_integer_generator_is_lecuyers():
    """2060321752 is the value by which Boost tests its `ecuyer1988`."""
    assert next(islice(integer_generator(1, 1), 9999, None)) == 2060321752


SEEDS = [0, 1, 2, 7, 12345, 2147483397, 2147483560, 2147483561]


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_is_lecuyers_generator(seed):
    integers = islice(integer_generator(seed + 1, 67890), 20, 2020)  # the first 20 are left out
    random = Random(seed)
    assert [random.uniform() for _ in range(2000)] == [z / 2147483563 for z in integers]


def test_uniform_wraps_around_above_0():
    """Where the two parts are equal, the number is the largest there is, and not 0."""
    random = Random()
    random.first = random.second = 0.0
    assert random.uniform() == 2147483562 / 2147483563


def test_normal_is_twelve_uniforms_less_6():
    ours, theirs = Random(3), Random(3)
    for _ in range(50):
        total = sum((Fraction(theirs.uniform()) for _ in range(12)), Fraction(-6))
        assert ours.normal() == pytest.approx(float(total), rel=0, abs=1e-14)


DRAWS = 20_000


def test_uniform_numbers_fill_the_interval_evenly():
    random = Random(11)
    counts, _ = numpy.histogram([random.uniform() for _ in range(DRAWS)], 20, (0, 1))
    expected = DRAWS / 20
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert counts.sum() == DRAWS
    assert 7.6 < chi_square < 36.2  # 99 in 100 draws lie in between, at 19 degrees of freedom


def test_normal_numbers_have_the_moments_they_should():
    random = Random(11)
    x = numpy.array([random.normal() for _ in range(DRAWS)])
    error = 1 / math.sqrt(DRAWS)
    assert abs(x.mean()) < 3 * error
    assert abs(x.var() - 1) < 3 * error * math.sqrt(2)
    assert abs((x**3).mean()) < 3 * error * math.sqrt(15)
    assert (x**4).mean() == pytest.approx(2.9, abs=3 * error * math.sqrt(96))  # 3 - 1.2 / 12
    assert numpy.abs(x).max() < 6
    assert abs(numpy.corrcoef(x[1:], x[:-1])[0, 1]) < 3 * error


def test_small_seeds_give_unrelated_noise():
    """Were both parts seeded in proportion, seed 1 would be twice seed 0: a correlation of 1/2."""
    rows = []
    for seed in range(8):
        random = Random(seed)
        rows.append([random.normal() for _ in range(1000)])
    between = numpy.corrcoef(rows) - numpy.eye(8)
    assert numpy.abs(between).max() < 4 / math.sqrt(1000)


BAD_SEEDS = [-1, 2147483562, 1.0, True, None, "7", math.nan]


@pytest.mark.parametrize("seed", BAD_SEEDS, ids=repr)
@pytest.mark.parametrize("make", [Random, lambda seed: Noisy(Bowl(), seed=seed)])
def test_bad_seeds_are_refused(make, seed):
    message = f"seed must be an integer from 0 to 2147483561; got {seed!r}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        make(seed)


@every_objective
def test_noisy_is_repeatable_and_only_the_gradient_is_noisy(kind):
    objective, noisy, twin = kind(), Noisy(kind(), sd=0.5, seed=3), Noisy(kind(), sd=0.5, seed=3)
    for name in ("start", "minima", "least", "box", "domain"):
        assert getattr(noisy, name) == getattr(objective, name)
    assert noisy.value(noisy.start) == objective.value(objective.start)
    random = Random(3)
    rows = []
    for _ in range(5):
        plain = objective.gradient(objective.start)
        rows.append(noisy.gradient(noisy.start))
        expected = [g + 0.5 * random.normal() for g in coordinates(plain)]
        assert coordinates(rows[-1]) == expected  # to the last bit
        assert isinstance(rows[-1], type(plain))
    assert [twin.gradient(twin.start) for _ in range(5)] == rows
    assert all(a != b for a, b in pairwise(rows))
    noisy.reset()
    assert [noisy.gradient(noisy.start) for _ in range(5)] == rows


def test_noise_depends_on_the_seed():
    firsts = {Noisy(Parabola(), seed=seed).gradient(0.0) for seed in range(100)}
    assert len(firsts) == 100


def test_noise_is_as_large_as_sd_says_and_averages_out():
    noisy = Noisy(Bowl(), sd=0.25, seed=1)
    g = numpy.array([noisy.gradient((1.0, 2.0)) for _ in range(5000)])
    assert g.mean(axis=0) == pytest.approx([1.0, 50.0], abs=4 * 0.25 / math.sqrt(5000))
    assert g.std(axis=0) == pytest.approx([0.25, 0.25], rel=4 / math.sqrt(2 * 5000))
    assert abs(numpy.corrcoef(g.T)[0, 1]) < 4 / math.sqrt(5000)


def test_noisy_says_what_it_is():
    assert repr(Noisy(Bowl(), sd=2, seed=5)) == (
        "Noisy(objective=Bowl(condition=25.0), sd=2.0, seed=5)"
    )
    assert repr(Noisy(Kink())) == "Noisy(objective=Kink(), sd=1.0, seed=0)"


# The cosine that is the same everywhere.


@given(st.floats(-1.0, 1.0))
def test_cosine_within_one_turn(turns):
    assert _cosine(turns) == pytest.approx(math.cos(2 * math.pi * turns), rel=0, abs=2e-15)


def test_cosine_in_the_first_quarter_turn():
    turns = numpy.linspace(0, 0.25, 2001)
    errors = [_cosine(x) - math.cos(2 * math.pi * x) for x in turns.tolist()]
    assert numpy.abs(errors).max() < 5e-16


@pytest.mark.parametrize("turns", [0, 1, -3, 7, 2**40, -(2**49)])
def test_cosine_of_whole_and_half_turns_is_exact(turns):
    assert _cosine(float(turns)) == 1.0
    assert _cosine(turns + 0.5) == -1.0
    for sign in (1, -1):
        assert _cosine(turns + sign * 0.25) == pytest.approx(0.0, abs=1e-16)
        assert _cosine(turns + sign * 0.125) == pytest.approx(math.sqrt(0.5), abs=2e-16)


@given(st.integers(-(2**20), 2**20), st.integers(-(2**20), 2**20))
def test_cosine_is_even_and_has_period_1(whole, part):
    turns = part * 2.0**-22
    assert _cosine(turns) == _cosine(-turns) == _cosine(turns + whole)


@pytest.mark.parametrize("turns", [1e15, 1.1e15, -1e16, 1e300, math.inf])
def test_cosine_where_floats_have_no_fractions(turns):
    assert _cosine(turns) == 1.0


# What is refused.

BAD = [None, "3", True, [3.0], 1j, math.nan, math.inf, -math.inf, 10**400]
REFUSED = [
    (Parabola, "curvature", "must be a finite number above 0", [*BAD, 0, 0.0, -1.0]),
    (Bowl, "condition", "must be a finite number, at least 1", [*BAD, 0.999, 0, -25.0]),
    (RotatedBowl, "condition", "must be a finite number, at least 1", [*BAD, 0.999, 0, -25.0]),
    (Reddi, "C", "must be a finite number above 2", [*BAD, 2, 2.0, 1.0, -3.0]),
    (lambda sd: Noisy(Bowl(), sd=sd), "sd", "must be a finite number above 0", [*BAD, 0, -1.0]),
]


@pytest.mark.parametrize(("kind", "name", "rule", "values"), REFUSED)
def test_bad_settings_are_refused_by_name(kind, name, rule, values):
    for bad in values:
        with pytest.raises(ValueError, match=rf"^{name} {rule}; got ") as refusal:
            kind(**{name: bad})
        assert str(refusal.value).endswith(repr(bad))


def test_the_edges_of_settings_are_taken():
    for kind in (Bowl, RotatedBowl):
        assert type(kind(condition=1).condition) is float
    assert Parabola(curvature=numpy.float32(0.5)).curvature == 0.5
    assert Reddi(C=2.0000000000000004).C > 2
    assert type(Reddi(C=3).C) is float
    assert Noisy(Bowl(), sd=5e-324).sd == 5e-324
