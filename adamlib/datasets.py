"""Data for the applications: what travels with a package, or is made on the spot. No download.

A data set is a pair: x, with one example in each row, and labels, a whole number from 0 for each
example. What is drawn by chance comes from the `numpy.random.Generator` that is handed in, so the
same seed gives the same data.
"""

import numpy


def digits():
    """Handwritten digits: 1797 pictures of 8 by 8 pixels, from 0 (blank) to 1 (full ink).

    They were written by 13 people. A random split (`split`) has the same hands in both parts, so it
    measures how well new *digits* are read, not new *writers*.

    Returns:
        x of shape (1797, 64), the pixels of a picture row by row, in sixteenths; labels of shape
        (1797,), from 0 to 9, between 174 and 183 of each.

    Raises:
        ImportError: if scikit-learn, which carries the pictures, is not installed.

    Source: the test part of E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits,
        UCI Machine Learning Repository (1998), as scikit-learn's `load_digits`.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError(
            "The digits come with scikit-learn, which is not installed: pip install scikit-learn"
        ) from error
    data = load_digits()
    return data.data / 16, data.target


def two_moons(rng, n=400, noise=0.1):
    """Two half circles that reach into each other: classes that no straight line can part.

    Class 0 lies on (cos a, sin a), class 1 on (1 - cos a, 1/2 - sin a), both with a uniform in
    [0, π]. Each point is then moved by normal noise.

    Args:
        rng: a `numpy.random.Generator`.
        n: how many points, half of them (rounded up) in class 0.
        noise: its standard deviation in each coordinate; the radius of the moons is 1.

    Returns:
        x of shape (n, 2) and labels of shape (n,), in random order.

    >>> x, labels = two_moons(numpy.random.default_rng(0), n=5)
    >>> x.shape, sorted(labels.tolist())
    ((5, 2), [0, 0, 0, 1, 1])

    Source: the shape is that of scikit-learn's `make_moons`.
    """
    _require_count("n", n)
    _require_positive("noise", noise, zero=True)
    labels = rng.permutation(numpy.arange(n) % 2)
    angle = rng.uniform(0, numpy.pi, n)
    upper = numpy.stack([numpy.cos(angle), numpy.sin(angle)], axis=1)
    x = numpy.where(labels[:, None] == 0, upper, [1, 0.5] - upper)
    return x + noise * rng.standard_normal((n, 2)), labels


def ring_centres(modes=8, radius=2.0):
    """The centres of `gaussian_ring`: equally spaced on a circle, the first at angle 0.

    >>> ring_centres(4).round(9).tolist()
    [[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [-0.0, -2.0]]
    """
    _require_count("modes", modes)
    _require_positive("radius", radius)
    angle = 2 * numpy.pi * numpy.arange(modes) / modes
    return radius * numpy.stack([numpy.cos(angle), numpy.sin(angle)], axis=1)


def gaussian_ring(rng, n=512, modes=8, radius=2.0, sd=0.1):
    """Points in clumps on a circle, to see whether a generative model finds all of the clumps.

    Args:
        rng: a `numpy.random.Generator`.
        n: how many points; each belongs to a clump drawn by chance, all equally likely.
        modes: how many clumps.
        radius: of the circle that their centres lie on.
        sd: the standard deviation of a clump in each coordinate, in the unit of the radius.

    Returns:
        x of shape (n, 2) and labels of shape (n,), which say to which clump a point belongs.

    >>> x, labels = gaussian_ring(numpy.random.default_rng(0), n=1000, sd=0.01)
    >>> bool(abs(x - ring_centres()[labels]).max() < 0.05)
    True

    Source: made here; a usual test of mode collapse since Metz, Poole, Pfau and Sohl-Dickstein,
        Unrolled Generative Adversarial Networks (2017).
    """
    _require_count("n", n)
    _require_positive("sd", sd, zero=True)
    centres = ring_centres(modes, radius)
    labels = rng.integers(modes, size=n)
    return centres[labels] + sd * rng.standard_normal((n, 2)), labels


def zipf_shares(words=100, exponent=1.0):
    """How common each word is: the share of rank k is proportional to 1 / k^exponent.

    >>> zipf_shares(3).round(4).tolist()
    [0.5455, 0.2727, 0.1818]

    Source: Zipf, Human Behavior and the Principle of Least Effort (1949).
    """
    _require_count("words", words)
    _require_positive("exponent", exponent, zero=True)
    shares = numpy.arange(1.0, words + 1) ** -exponent
    return shares / shares.sum()


def zipf_words(rng, n=5000, words=100, features=32, exponent=1.0, noise=0.5):
    """Words to be recognised from a noisy hint, when a few are frequent and most are rare.

    Every word has a meaning, a vector of independent standard normal numbers. An example is a word,
    drawn with the shares of `zipf_shares`, and its hint: the meaning plus normal noise.

    Args:
        rng: a `numpy.random.Generator`; it draws the meanings first, then the examples.
        n: how many examples.
        words: how many classes; label 0 is the most frequent.
        features: how many numbers a hint has.
        exponent: 1 is Zipf's law; 0 makes all words equally frequent, for comparison.
        noise: its standard deviation, in units of that of the meanings.

    Returns:
        x of shape (n, features) and labels of shape (n,). A rare word may not occur at all.

    Source: made here; the question is that of Kunstner et al., Heavy-Tailed Class Imbalance and Why
        Adam Outperforms Gradient Descent on Language Models (2024).
    """
    _require_count("n", n)
    _require_count("features", features)
    _require_positive("noise", noise, zero=True)
    meanings = rng.standard_normal((words, features))
    labels = rng.choice(words, size=n, p=zipf_shares(words, exponent))
    return meanings[labels] + noise * rng.standard_normal((n, features)), labels


def split(x, labels, rng, test=0.25):
    """Set a share of the examples aside, the same share of every class ("stratified").

    Args:
        x, labels: any examples, one label for each.
        rng: a `numpy.random.Generator` that draws which ones, and their order.
        test: the share to set aside, above 0 and below 1. In each class it is rounded to whole
            examples, and at least one stays.

    Returns:
        Two pairs, (x, labels) of what stays and (x, labels) of what is set aside. Split the first
        once more to have validation data too.

    >>> labels = numpy.array([0] * 8 + [1] * 4)
    >>> (_, kept), (_, aside) = split(numpy.zeros((12, 2)), labels, numpy.random.default_rng(0))
    >>> numpy.bincount(kept).tolist(), numpy.bincount(aside).tolist()
    ([6, 3], [2, 1])
    """
    x, labels = numpy.asarray(x), numpy.asarray(labels)
    if labels.ndim != 1 or x.shape[:1] != labels.shape or not len(labels):
        raise ValueError(f"one label for each row of x, please: {x.shape} against {labels.shape}")
    if not 0 < test < 1:
        raise ValueError(f"test must be a share above 0 and below 1; got {test!r}")
    order = rng.permutation(len(labels))
    aside = numpy.zeros(len(labels), dtype=bool)
    for label in numpy.unique(labels):
        members = order[labels[order] == label]
        aside[members[: min(round(test * len(members)), len(members) - 1)]] = True
    kept, aside = order[~aside[order]], order[aside[order]]
    return (x[kept], labels[kept]), (x[aside], labels[aside])


def _require_count(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, numpy.integer)) or value < 1:
        raise ValueError(f"{name} must be a whole number, at least 1; got {value!r}")


def _require_positive(name, value, zero=False):
    if not (0 < value < numpy.inf or (zero and value == 0)):
        raise ValueError(
            f"{name} must be a finite number {'at least' if zero else 'above'} 0; got {value!r}"
        )
