"""The data: their shapes, shares, spreads and sources, and that the seed decides."""

import builtins
import subprocess
import sys

import numpy
import pytest
from sklearn.datasets import load_digits, make_moons

from adamlib.datasets import (
    digits,
    gaussian_ring,
    ring_centres,
    split,
    two_moons,
    zipf_shares,
    zipf_words,
)

MADE = [two_moons, gaussian_ring, zipf_words]


def generator(seed=0):
    return numpy.random.default_rng(seed)


def test_digits_are_scikit_learns():
    x, labels = digits()
    original = load_digits()
    assert (x.shape, x.dtype, labels.shape) == ((1797, 64), numpy.float64, (1797,))
    assert (x * 16 == original.data).all()
    assert (labels == original.target).all()
    assert (x.min(), x.max()) == (0, 1)
    counts = numpy.bincount(labels)
    assert (len(counts), counts.min(), counts.max()) == (10, 174, 183)


def test_without_scikit_learn_the_digits_say_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        digits()


def test_importing_needs_numpy_alone():
    code = (
        "import sys, adamlib.nn, adamlib.datasets; print(*{m.split('.')[0] for m in sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"sklearn", "scipy", "tqdm", "matplotlib"}.isdisjoint(run.stdout.split())


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_the_generator_decides(make):
    one, same, other = (make(generator(seed), n=50) for seed in (1, 1, 2))
    assert (one[0] == same[0]).all()
    assert (one[1] == same[1]).all()
    assert (one[0] != other[0]).any()
    assert one[0].shape[0] == one[1].shape[0] == 50
    assert one[0].dtype == numpy.float64
    assert one[1].dtype.kind == "i"


def test_moons_are_scikit_learns_without_noise():
    """Every point lies on the half circle that scikit-learn draws for its class."""
    x, labels = two_moons(generator(), n=301, noise=0)
    assert numpy.bincount(labels).tolist() == [151, 150]
    theirs, classes = make_moons(100_000, noise=None)
    for label in (0, 1):
        curve = theirs[classes == label]
        own = x[labels == label]
        nearest = [numpy.hypot(*(curve - point).T).min() for point in own]
        assert max(nearest) < 1e-4
        assert own[:, 0].min() < label - 0.99  # from one end to the other
        assert own[:, 0].max() > label + 0.99


def test_moons_noise_has_its_standard_deviation():
    clear, noisy = (two_moons(generator(1), n=4000, noise=noise) for noise in (0, 0.2))
    assert (clear[1] == noisy[1]).all()
    assert (noisy[0] - clear[0]).std(axis=0) == pytest.approx([0.2, 0.2], rel=0.05)


def test_ring():
    centres = ring_centres(8, 2.0)
    assert centres.shape == (8, 2)
    assert numpy.hypot(*centres.T) == pytest.approx(2)
    gaps = numpy.hypot(*(centres - numpy.roll(centres, 1, axis=0)).T)
    assert gaps == pytest.approx(4 * numpy.sin(numpy.pi / 8))
    assert centres[2] == pytest.approx([0, 2])
    x, labels = gaussian_ring(generator(2), n=16000, sd=0.05)
    counts = numpy.bincount(labels, minlength=8)
    assert abs(counts - 2000).max() < 5 * (16000 / 8 * 7 / 8) ** 0.5
    for k in range(8):
        own = x[labels == k] - centres[k]
        assert own.mean(axis=0) == pytest.approx([0, 0], abs=0.006)
        assert own.std(axis=0) == pytest.approx([0.05, 0.05], rel=0.08)
    x, labels = gaussian_ring(generator(2), n=90, modes=3, radius=5, sd=0)
    assert (x == ring_centres(3, 5)[labels]).all()
    assert set(labels) == {0, 1, 2}


def test_zipf_shares_by_hand():
    assert zipf_shares(4).tolist() == pytest.approx([12 / 25, 6 / 25, 4 / 25, 3 / 25])
    assert zipf_shares(3, exponent=2) == pytest.approx(numpy.array([36, 9, 4]) / 49)
    assert (zipf_shares(5, exponent=0) == 0.2).all()
    assert zipf_shares(1000).sum() == pytest.approx(1)


def test_zipf_words_have_their_shares_and_their_noise():
    x, labels = zipf_words(generator(3), n=40_000, words=50, features=6, noise=0.25)
    assert (x.shape, labels.min(), labels.max()) == ((40_000, 6), 0, 49)
    expected = 40_000 * zipf_shares(50)
    assert (abs(numpy.bincount(labels, minlength=50) - expected) < 5 * expected**0.5).all()
    within = x[labels == 0]
    assert within.std(axis=0) == pytest.approx(numpy.full(6, 0.25), rel=0.05)
    meanings = numpy.array([x[labels == k].mean(axis=0) for k in range(50)])
    assert meanings.std() == pytest.approx(1, rel=0.15)
    x, labels = zipf_words(generator(3), n=200, words=50, noise=0)
    assert len(numpy.unique(x, axis=0)) == len(numpy.unique(labels)) < 50  # rare ones are missing


# Splits.


def test_split_keeps_every_example_once_and_every_class_in_proportion():
    x, labels = numpy.arange(1797)[:, None] * 1.0, digits()[1]
    (kept, kept_labels), (aside, aside_labels) = split(x, labels, generator(4), test=0.25)
    assert sorted([*kept[:, 0], *aside[:, 0]]) == list(range(1797))
    for rows, own in ((kept, kept_labels), (aside, aside_labels)):
        assert (labels[rows[:, 0].astype(int)] == own).all()  # labels stay with their rows
        assert (numpy.diff(rows[:, 0]) < 0).any()  # and the order is random
    counts = numpy.bincount(labels)
    assert numpy.bincount(aside_labels).tolist() == [round(c / 4) for c in counts.tolist()]


def test_split_by_seed():
    x, labels = gaussian_ring(generator(), n=100)
    one, same, other = (split(x, labels, generator(seed))[1][0] for seed in (5, 5, 6))
    assert (one == same).all()
    assert one.shape != other.shape or (one != other).any()


def test_split_leaves_one_of_each_class():
    labels = numpy.array([0] * 10 + [7])
    (_, kept), (_, aside) = split(labels[:, None], labels, generator(), test=0.9)
    assert sorted(kept) == [0, 7]
    assert sorted(aside) == [0] * 9


# What is refused.


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
@pytest.mark.parametrize("n", [0, -3, 2.5, True])
def test_bad_counts(make, n):
    with pytest.raises(ValueError, match="n must be a whole number, at least 1; got"):
        make(generator(), n=n)


@pytest.mark.parametrize(
    "make, name, value, least",
    [
        (two_moons, "noise", -0.1, "at least"),
        (two_moons, "noise", numpy.nan, "at least"),
        (gaussian_ring, "sd", numpy.inf, "at least"),
        (gaussian_ring, "radius", 0, "above"),
        (zipf_words, "noise", -1, "at least"),
        (zipf_words, "exponent", -1, "at least"),
    ],
)
def test_bad_sizes(make, name, value, least):
    with pytest.raises(ValueError, match=f"{name} must be a finite number {least} 0; got"):
        make(generator(), **{name: value})


@pytest.mark.parametrize("name", ["words", "features"])
def test_bad_numbers_of_words(name):
    with pytest.raises(ValueError, match=f"{name} must be a whole number"):
        zipf_words(generator(), **{name: 0})
    with pytest.raises(ValueError, match="modes must be a whole number"):
        gaussian_ring(generator(), modes=0)


def test_bad_splits():
    x, labels = numpy.zeros((4, 2)), numpy.arange(4)
    for share in (0, 1, -0.5, numpy.nan):
        with pytest.raises(ValueError, match="above 0 and below 1; got"):
            split(x, labels, generator(), test=share)
    for bad in ((x, labels[:3]), (x, labels[:, None]), (x[:0], labels[:0])):
        with pytest.raises(ValueError, match="one label for each row of x, please"):
            split(*bad, generator())
