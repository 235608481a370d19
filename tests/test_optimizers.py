"""The update rules, against numbers from elsewhere: other libraries, hand work, mathematics."""

import copy
import doctest
import inspect
import json
import math
import struct
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamlib import (
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    RMSprop,
    optimizers,
)

every_rule = pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)

# The rules that divide by the size of past gradients: eps is what keeps 0/0 away from them.
DIVIDING = (AdaGrad, RMSprop, Adam, AdamW, AMSGrad, NAdam, AdaMax)


def bits(x):
    """Every bit of a float or an array, so that 0.0 and -0.0 differ and NaN equals itself."""
    x = numpy.asarray(x)
    return x.dtype.str, x.shape, x.tobytes()


def memory(optimizer):
    """Everything that the optimizer remembers, for comparison."""
    return {
        name: x if isinstance(x, (bool, int)) else bits(x) for name, x in vars(optimizer).items()
    }


# Names, defaults, documentation.

DEFAULTS = {
    SGD: {"lr": 0.01},
    Momentum: {"lr": 0.01, "beta": 0.9, "nesterov": False},
    AdaGrad: {"lr": 0.01, "eps": 1e-10},
    RMSprop: {"lr": 0.01, "rho": 0.99, "eps": 1e-8},
    Adam: {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "bias_correction": True},
    AdaMax: {"lr": 0.002, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    Lion: {"lr": 0.0001, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0},
}
DEFAULTS[AdamW] = {**DEFAULTS[Adam], "weight_decay": 0.01}
DEFAULTS[AMSGrad] = DEFAULTS[Adam]
DEFAULTS[NAdam] = {**DEFAULTS[Adam], "momentum_decay": 0.004}

STATE = {
    SGD: (),
    Momentum: ("b",),
    AdaGrad: ("s",),
    RMSprop: ("v",),
    Adam: ("m", "v", "m_hat", "v_hat"),
    AdamW: ("m", "v", "m_hat", "v_hat"),
    AMSGrad: ("m", "v", "v_max", "m_hat", "v_hat"),
    NAdam: ("m", "v", "m_hat", "v_hat", "mu_product"),
    AdaMax: ("m", "u", "m_hat"),
    Lion: ("m",),
}


def test_order_is_that_of_increasing_complexity():
    names = [rule.__name__ for rule in OPTIMIZERS]
    assert names == (
        "SGD Momentum AdaGrad RMSprop Adam AdamW AMSGrad NAdam AdaMax Lion".split()
    )


@every_rule
def test_defaults(rule):
    parameters = inspect.signature(rule).parameters.values()
    assert {p.name: p.default for p in parameters} == DEFAULTS[rule]
    assert rule.hyperparameters == tuple(DEFAULTS[rule])
    assert {name: getattr(rule(), name) for name in DEFAULTS[rule]} == DEFAULTS[rule]


@every_rule
def test_fresh_state(rule):
    optimizer = rule()
    assert (optimizer.t, rule.state) == (0, STATE[rule])
    start = {name: getattr(optimizer, name) for name in rule.state}
    assert start == {name: 1.0 if name == "mu_product" else 0.0 for name in rule.state}


@every_rule
def test_repr_makes_an_equal_optimizer(rule):
    settings = {name: x if isinstance(x, bool) else 0.25 for name, x in DEFAULTS[rule].items()}
    optimizer = rule(**settings)
    assert repr(optimizer) == f"{rule.__name__}({', '.join(f'{k}={v}' for k, v in settings.items())})"
    assert memory(eval(repr(optimizer))) == memory(optimizer)


@every_rule
def test_docstring_is_short_and_names_its_source(rule):
    lines = rule.__doc__.splitlines()
    assert len(lines) < 25
    assert any(line.strip().startswith("Source: ") for line in lines)
    assert any(line.strip().startswith(">>> ") for line in lines)


def test_examples_in_docstrings():
    results = doctest.testmod(optimizers)
    assert results.failed == 0
    assert results.attempted >= len(OPTIMIZERS)


# The same trajectories as PyTorch, optax and Keras.

PARITY = json.loads(Path(__file__).with_name("data").joinpath("parity.json").read_text())


class AdamL2:
    """Adam with weight decay the old way: inside the gradient."""

    def __init__(self, weight_decay, **settings):
        self.adam, self.weight_decay = Adam(**settings), weight_decay

    def step(self, theta, g):
        return self.adam.step(theta, g + self.weight_decay * theta)


class RMSpropMomentum:
    """Momentum along RMSprop's steps: buf <- mu buf + g / (sqrt(v) + eps)."""

    def __init__(self, lr, beta, **settings):
        self.scale, self.momentum = RMSprop(lr=1.0, **settings), Momentum(lr=lr, beta=beta)

    def step(self, theta, g):
        return self.momentum.step(theta, -self.scale.step(0.0 * theta, g))


CONFIGURATIONS = {
    "Adam": Adam,
    "Adam_L2_wd0.01": AdamL2,
    "AdamW_wd0.01": AdamW,
    "AMSGrad": AMSGrad,
    "RMSprop": RMSprop,
    "RMSprop_momentum0.9": RMSpropMomentum,
    "SGD_momentum0.9": Momentum,
    "SGD_nesterov0.9": Momentum,
    "AdaGrad": AdaGrad,
    "NAdam": NAdam,
    "AdaMax": AdaMax,
}
OUR_NAMES = {
    "b1": "beta1",
    "b2": "beta2",
    "mom": "beta",
    "alpha": "rho",
    "wd": "weight_decay",
    "psi": "momentum_decay",
}

# Where another library runs another algorithm under the same name, and which.
OTHER_ALGORITHMS = {
    ("optax", "AMSGrad"): "takes the maximum of the corrected v",
    ("optax", "AdaGrad"): "adds eps inside the root",
    ("optax", "NAdam"): "keeps mu constant at beta1",
    ("keras", "Adam"): "adds eps to the root of the uncorrected v",
    ("keras", "AdamW_wd0.01"): "adds eps to the root of the uncorrected v",
    ("keras", "AMSGrad"): "adds eps to the root of the uncorrected v",
    ("keras", "RMSprop"): "adds eps inside the root",
    ("keras", "AdaGrad"): "adds eps inside the root",
    ("keras", "NAdam"): "has another schedule of mu",
    ("keras", "AdaMax"): "adds eps to u outside the maximum",
}

TRAJECTORIES = [
    (source, problem, name)
    for problem in "AB"
    for name, sources in PARITY[problem].items()
    for source, rows in sources.items()
    if isinstance(rows, dict)
]


def furthest(source, problem, name):
    """The largest absolute distance between our trajectory and theirs."""
    settings = {OUR_NAMES.get(k, k): v for k, v in PARITY["hyperparameters"][name].items()}
    if problem == "B" and name.startswith("SGD"):
        settings["lr"] = 0.01
    optimizer = CONFIGURATIONS[name](**settings)
    setting = PARITY[f"problem_{problem}"]
    theta = numpy.array(setting["x0"])
    rows = PARITY[problem][name][source]
    assert list(rows) == ["1", "2", "3", "10", "100"]
    distances = []
    for t in range(1, 101):
        if problem == "A":
            g = numpy.array(setting["gradient_rows_cycled"][(t - 1) % 10])
        else:
            g = numpy.array([theta[0], 25 * theta[1]])
        theta = optimizer.step(theta, g)
        if str(t) in rows:
            theirs = [float(x) for x in rows[str(t)]]
            distances.append(numpy.abs(theta - theirs).max())
    assert len(distances) == 5
    return max(distances)


@pytest.mark.parametrize(("source", "problem", "name"), TRAJECTORIES)
def test_parity(source, problem, name):
    distance = furthest(source, problem, name)
    if (source, name) in OTHER_ALGORITHMS:
        assert distance > 1e-12  # else the exception has had its day
    else:
        assert distance <= 1e-12


def test_parity_covers_every_configuration_and_library():
    assert set(CONFIGURATIONS) == set(PARITY["A"]) == set(PARITY["B"])
    assert sum(source == "torch" for source, _, _ in TRAJECTORIES) == 2 * 11
    assert {source for source, _, _ in TRAJECTORIES} == {"torch", "optax", "keras"}
    assert set(OTHER_ALGORITHMS) <= {(source, name) for source, _, name in TRAJECTORIES}


# Steps one and two by hand, from the published formulas. Theta starts at 1 unless it is given.
# A row is (gradient, theta after the step, state after the step).

HAND = {
    "SGD": (
        SGD(lr=0.1),
        (2.0, 0.8, {}),  # 1 - 0.1 * 2
        (-1.0, 0.9, {}),  # 0.8 + 0.1 * 1
    ),
    "Momentum": (
        Momentum(lr=0.1, beta=0.9),
        (2.0, 0.8, {"b": 2.0}),
        (0.0, 0.62, {"b": 1.8}),  # 0.8 - 0.1 * 1.8
    ),
    "Momentum, Nesterov": (
        Momentum(lr=0.1, beta=0.9, nesterov=True),
        (2.0, 0.62, {"b": 2.0}),  # 1 - 0.1 * (2 + 0.9 * 2)
        (0.0, 0.458, {"b": 1.8}),  # 0.62 - 0.1 * (0 + 0.9 * 1.8)
    ),
    "AdaGrad, large eps": (
        AdaGrad(lr=0.1, eps=0.1),
        (2.0, 0.904761904761904762, {"s": 4.0}),  # 1 - 0.2 / 2.1
        (1.5, 0.847069597069597070, {"s": 6.25}),  # - 0.15 / 2.6
    ),
    "AdaGrad, zero first": (
        AdaGrad(lr=0.1, eps=0.1),
        (0.0, 1.0, {"s": 0.0}),
        (2.0, 0.904761904761904762, {"s": 4.0}),
    ),
    "AdaGrad, zero second": (
        AdaGrad(lr=0.1, eps=0.0),
        (-2.0, 1.1, {"s": 4.0}),
        (0.0, 1.1, {"s": 4.0}),
    ),
    "RMSprop, large eps": (
        RMSprop(lr=0.1, rho=0.75, eps=0.1),
        (2.0, 0.818181818181818182, {"v": 1.0}),  # 1 - 0.2 / (1 + 0.1)
        (-1.0, 0.909090909090909091, {"v": 1.0}),  # v = 0.75 + 0.25
    ),
    "RMSprop, default rho": (
        RMSprop(lr=0.01, eps=0.1),
        (5.0, 0.916666666666666667, {"v": 0.25}),  # 1 - 0.05 / (0.5 + 0.1)
        (0.0, 0.916666666666666667, {"v": 0.2475}),
    ),
    "RMSprop, zero first": (
        RMSprop(lr=0.1, rho=0.75, eps=0.1),
        (0.0, 1.0, {"v": 0.0}),
        (2.0, 0.818181818181818182, {"v": 1.0}),
    ),
    "Adam, large eps": (
        Adam(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1),
        # 1 - 0.1 * 2 / (2 + 0.1)
        (2.0, 0.904761904761904762, {"m": 1.0, "v": 1.0, "m_hat": 2.0, "v_hat": 4.0}),
        # m_hat = 0.5 / 0.75, v_hat = 0.75 / 0.4375
        (
            0.0,
            0.857457342650076430,
            {"m": 0.5, "v": 0.75, "m_hat": 0.666666666666666667, "v_hat": 1.714285714285714286},
        ),
    ),
    "Adam, zero first": (
        Adam(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1),
        (0.0, 1.0, {"m": 0.0, "v": 0.0, "m_hat": 0.0, "v_hat": 0.0}),
        # m_hat = 1 / 0.75, v_hat = 1 / 0.4375
        (
            2.0,
            0.917279721747157461,
            {"m": 1.0, "v": 1.0, "m_hat": 1.333333333333333333, "v_hat": 2.285714285714285714},
        ),
    ),
    "Adam, default betas, large eps, theta = -3": (
        Adam(eps=0.1),
        (2.0, -3.000952380952380952, {"m": 0.2, "v": 0.004, "m_hat": 2.0, "v_hat": 4.0}),
        # m = 0.18 - 0.4, v = 0.003996 + 0.016, m_hat = m / 0.19, v_hat = v / 0.001999
        (
            -4.0,
            -3.000597498121990197,
            {"m": -0.22, "v": 0.019996, "m_hat": -1.157894736842105263, "v_hat": 10.003001500750375188},
        ),
    ),
    "Adam, uncorrected": (
        Adam(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1, bias_correction=False),
        # 1 - 0.1 * 1 / (1 + 0.1)
        (2.0, 0.909090909090909091, {"m": 1.0, "v": 1.0, "m_hat": 1.0, "v_hat": 1.0}),
        # - 0.1 * 0.5 / (sqrt(0.75) + 0.1)
        (0.0, 0.857332435862230804, {"m": 0.5, "v": 0.75, "m_hat": 0.5, "v_hat": 0.75}),
    ),
    "AdamW, large decay and eps": (
        AdamW(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1, weight_decay=2.0),
        # 1 - 0.1 * 2 * 1 - 0.1 * 2 / 2.1
        (2.0, 0.704761904761904762, {"m": 1.0, "v": 1.0, "m_hat": 2.0, "v_hat": 4.0}),
        (0.0, 0.516504961697695478, {"m": 0.5, "v": 0.75}),
    ),
    "AdamW, zero gradients": (
        AdamW(lr=0.1, weight_decay=2.0),
        (0.0, 0.8, {"m": 0.0, "v": 0.0}),
        (0.0, 0.64, {"m": 0.0, "v": 0.0}),
    ),
    "AdamW, uncorrected": (
        AdamW(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1, bias_correction=False, weight_decay=2.0),
        (2.0, 0.709090909090909091, {"m_hat": 1.0, "v_hat": 1.0}),  # 0.8 - 0.1 / 1.1
        (0.0, 0.515514254044048986, {"m_hat": 0.5, "v_hat": 0.75}),
    ),
    "AMSGrad, large eps": (
        AMSGrad(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1),
        (2.0, 0.904761904761904762, {"v": 1.0, "v_max": 1.0, "v_hat": 4.0}),
        # the maximum of 1 and 0.75, corrected after it is taken: 1 / 0.4375
        (
            0.0,
            0.863401765635483492,
            {"m": 0.5, "v": 0.75, "v_max": 1.0, "v_hat": 2.285714285714285714},
        ),
    ),
    "AMSGrad, the paper's": (
        AMSGrad(lr=0.1, beta1=0.5, beta2=0.75, eps=0.0, bias_correction=False),
        (2.0, 0.9, {"m_hat": 1.0, "v_hat": 1.0}),
        (0.0, 0.85, {"m_hat": 0.5, "v": 0.75, "v_hat": 1.0}),
    ),
    "AMSGrad, growing": (
        AMSGrad(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1),
        (2.0, 0.904761904761904762, {"v_max": 1.0}),
        # m = 0.5 - 2, v = 0.75 + 4
        (
            -4.0,
            AMSTHETA,
            {"m": -1.5, "m_hat": -2.0, "v": 4.75, "v_max": 4.75, "v_hat": AMSVHAT},
        ),
    ),
    "NAdam, large eps and momentum decay": (
        NAdam(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1, momentum_decay=1.0),
        # mu_1, mu_2, mu_3 = 0.26, 0.2696, 0.278816: 0.5 * (1 - 0.96^t / 2)
        # m_hat = 0.2696 * 1 / (1 - 0.26 * 0.2696) + 0.74 * 2 / 0.74
        (
            2.0,
            0.890956076162290997,
            {"m": 1.0, "v": 1.0, "m_hat": 2.289922400591889055, "v_hat": 4.0, "mu_product": 0.26},
        ),
        # m = 0.5 - 0.5, so m_hat = 0.7304 * -1 / (1 - 0.070096)
        (
            -1.0,
            0.939686018636898207,
            {
                "m": 0.0,
                "v": 1.0,
                "m_hat": -0.785457423562002099,
                "v_hat": 2.285714285714285714,
                "mu_product": 0.070096,
            },
        ),
    ),
    "NAdam, zero second": (
        NAdam(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1, momentum_decay=1.0),
        (2.0, 0.890956076162290997, {}),
        # m_hat = 0.278816 * 0.5 / (1 - 0.070096 * 0.278816)
        (0.0, 0.880866943712127507, {"m_hat": 0.142186884305333419, "v_hat": 1.714285714285714286}),
    ),
    "NAdam, uncorrected": (
        NAdam(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1, bias_correction=False, momentum_decay=1.0),
        (2.0, 0.840945454545454545, {"m_hat": 1.7496, "v_hat": 1.0}),  # 0.2696 + 0.74 * 2
        (-1.0, 0.907345454545454545, {"m_hat": -0.7304, "v_hat": 1.0}),
    ),
    "AdaMax, large eps": (
        AdaMax(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1),
        (2.0, 0.904761904761904762, {"m": 1.0, "u": 2.1, "m_hat": 2.0}),
        # u = max(0.75 * 2.1, 0 + 0.1), m_hat = 0.5 / 0.75
        (0.0, 0.862433862433862434, {"m": 0.5, "u": 1.575, "m_hat": 0.666666666666666667}),
    ),
    "AdaMax, growing": (
        AdaMax(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1),
        (0.5, 0.916666666666666667, {"m": 0.25, "u": 0.6, "m_hat": 0.5}),
        (-3.0, 0.975806451612903226, {"m": -1.375, "u": 3.1, "m_hat": -1.833333333333333333}),
    ),
    "AdaMax, zero first": (
        AdaMax(lr=0.1, beta1=0.5, beta2=0.75, eps=0.1),
        (0.0, 1.0, {"m": 0.0, "u": 0.1, "m_hat": 0.0}),
        (2.0, 0.936507936507936508, {"m": 1.0, "u": 2.1, "m_hat": 1.333333333333333333}),
    ),
    "Lion, large decay": (
        Lion(lr=0.1, beta1=0.5, beta2=0.75, weight_decay=2.0),
        (2.0, 0.7, {"m": 0.5}),  # c = 1: 1 - 0.1 * (1 + 2 * 1)
        (-1.0, 0.66, {"m": 0.125}),  # c = 0.25 - 0.5: 0.7 - 0.1 * (-1 + 2 * 0.7)
    ),
    "Lion, the two betas disagree": (
        Lion(lr=0.1, beta1=0.75, beta2=0.5),
        (2.0, 0.9, {"m": 1.0}),
        (-2.0, 0.8, {"m": -0.5}),  # c = 0.75 - 0.5: the momentum outweighs the gradient
    ),
    "Lion, zero gradients": (
        Lion(lr=0.1, weight_decay=2.0),
        (0.0, 0.8, {"m": 0.0}),  # the sign of 0 is 0
        (0.0, 0.64, {"m": 0.0}),
    ),
}
HAND_STARTS = {"Adam, default betas, large eps, theta = -3": -3.0}


@pytest.mark.parametrize("case", HAND)
def test_two_steps_by_hand(case):
    optimizer, *rows = HAND[case]
    optimizer = copy.copy(optimizer)
    theta = HAND_STARTS.get(case, 1.0)
    for t, (g, expected, state) in enumerate(rows, start=1):
        theta = optimizer.step(theta, g)
        assert optimizer.t == t
        assert theta == pytest.approx(expected, rel=1e-14, abs=1e-15)
        for name, x in state.items():
            assert getattr(optimizer, name) == pytest.approx(x, rel=1e-14, abs=1e-15), name


def test_every_rule_has_hand_made_cases():
    assert {type(case[0]) for case in HAND.values()} == set(OPTIMIZERS)
