"""The update rules, against numbers from elsewhere: other libraries, hand work, mathematics."""

import copy
import inspect
import json
import math
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
    order = "SGD Momentum AdaGrad RMSprop Adam AdamW AMSGrad NAdam AdaMax Lion"
    assert " ".join(names) == order


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
    assert (
        repr(optimizer) == f"{rule.__name__}({', '.join(f'{k}={v}' for k, v in settings.items())})"
    )
    assert memory(eval(repr(optimizer))) == memory(optimizer)


@every_rule
def test_docstring_is_short_and_names_its_source(rule):
    lines = rule.__doc__.splitlines()
    assert len(lines) < 25
    assert any(line.strip().startswith("Source: ") for line in lines)
    assert any(line.strip().startswith(">>> ") for line in lines)


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
            {
                "m": -0.22,
                "v": 0.019996,
                "m_hat": -1.157894736842105263,
                "v_hat": 10.003001500750375188,
            },
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
            0.963671756439348702,
            {"m": -1.5, "m_hat": -2.0, "v": 4.75, "v_max": 4.75, "v_hat": 10.857142857142857143},
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
            assert getattr(optimizer, name) == pytest.approx(x, rel=1e-12, abs=1e-15), name


def test_every_rule_has_hand_made_cases():
    assert {type(case[0]) for case in HAND.values()} == set(OPTIMIZERS)


# What holds for every sequence of gradients.

slopes = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.floats(-1e3, -1e-3))
steep = slopes.filter(bool)
decays = st.floats(0.01, 0.9999)


def histories(max_size=30):
    """Gradients of which the first is not 0, so that eps = 0 divides by something."""
    return st.builds(lambda g, rest: [g, *rest], steep, st.lists(slopes, max_size=max_size))


@st.composite
def settings_of(draw, rule):
    """Any hyper-parameters of a rule."""
    kinds = {
        "lr": st.floats(1e-4, 1.0),
        "beta": decays,
        "beta1": decays,
        "beta2": decays,
        "rho": decays,
        "eps": st.sampled_from([1e-8, 1e-3, 0.1, 10.0]),
        "weight_decay": st.floats(0.0, 3.0),
        "momentum_decay": st.floats(0.0, 2.0),
        "nesterov": st.booleans(),
        "bias_correction": st.booleans(),
    }
    return {name: draw(kinds[name]) for name in rule.hyperparameters}


def lengths(optimizer, gradients):
    """How far each step goes down from 0, to the last bit."""
    return numpy.array([0.0 - optimizer.step(0.0, g) for g in gradients])


def walk(optimizer, theta, gradients):
    """All thetas of a walk."""
    thetas = []
    for g in gradients:
        theta = optimizer.step(theta, g)
        thetas.append(theta)
    return thetas


# The rules whose steps stay as they are when all gradients grow c-fold; those of the others grow.
SCALE_FREE = {
    "AdaGrad": AdaGrad(eps=0.0),
    "RMSprop": RMSprop(eps=0.0),
    "Adam": Adam(eps=0.0),
    "Adam, uncorrected": Adam(eps=0.0, bias_correction=False),
    "AdamW": AdamW(eps=0.0),
    "AMSGrad": AMSGrad(eps=0.0),
    "NAdam": NAdam(eps=0.0),
    "AdaMax": AdaMax(eps=0.0),
    "Lion": Lion(),
}
PROPORTIONAL = {
    "SGD": SGD(),
    "Momentum": Momentum(),
    "Momentum, Nesterov": Momentum(nesterov=True),
}


@pytest.mark.parametrize("name", SCALE_FREE)
@given(gradients=histories(), power=st.integers(-60, 60))
def test_scale_invariance_to_the_last_bit(name, gradients, power):
    plain = lengths(copy.copy(SCALE_FREE[name]), gradients)
    scaled = lengths(copy.copy(SCALE_FREE[name]), [math.ldexp(g, power) for g in gradients])
    assert bits(scaled) == bits(plain)


@pytest.mark.parametrize("name", [name for name in SCALE_FREE if name != "Lion"])
@given(gradients=histories(), factor=st.floats(1e-6, 1e6))
def test_scale_invariance(name, gradients, factor):
    optimizer = SCALE_FREE[name]
    plain = lengths(copy.copy(optimizer), gradients)
    scaled = lengths(copy.copy(optimizer), [factor * g for g in gradients])
    assert scaled == pytest.approx(plain, rel=1e-12, abs=1e-12 * optimizer.lr)


@pytest.mark.parametrize("name", PROPORTIONAL)
@given(gradients=histories(), power=st.integers(-60, 60))
def test_steps_in_proportion_to_the_gradient(name, gradients, power):
    plain = lengths(copy.copy(PROPORTIONAL[name]), gradients)
    scaled = lengths(copy.copy(PROPORTIONAL[name]), [math.ldexp(g, power) for g in gradients])
    assert bits(scaled) == bits(numpy.ldexp(plain, power))


def test_every_rule_is_scale_free_or_proportional():
    rules = {type(rule) for rule in (SCALE_FREE | PROPORTIONAL).values()}
    assert rules == set(OPTIMIZERS)


def uncorrected_over_corrected(beta1, beta2, t):
    """(1 - beta1^t) / sqrt(1 - beta2^t), without the cancellation."""
    return math.expm1(t * math.log(beta1)) / -math.sqrt(-math.expm1(t * math.log(beta2)))


@given(gradients=histories(), beta1=decays, beta2=decays)
def test_exact_ratio_of_uncorrected_to_corrected_steps(gradients, beta1, beta2):
    settings = {"lr": 1.0, "beta1": beta1, "beta2": beta2, "eps": 0.0}
    corrected = lengths(Adam(**settings), gradients)
    uncorrected = lengths(Adam(**settings, bias_correction=False), gradients)
    ratios = [uncorrected_over_corrected(beta1, beta2, t) for t in range(1, len(gradients) + 1)]
    assert uncorrected == pytest.approx(corrected * ratios, rel=1e-11, abs=1e-300)


def test_uncorrected_steps_at_the_defaults():
    adam = Adam(lr=1.0, eps=0.0, bias_correction=False)
    steps = lengths(adam, [0.3] * 1000)
    assert steps[[0, 1, 2, 9, 99, 999]] == pytest.approx(
        [3.162, 4.250, 4.950, 6.528, 3.241, 1.258], abs=5e-4
    )
    assert (steps.argmax() + 1, round(steps.max(), 3)) == (12, 6.569)
    assert steps.sum() == pytest.approx(1997, abs=0.5)


def adam_bound(beta1, beta2):
    return (1 - beta1) / math.sqrt(1 - beta2) / math.sqrt(1 - beta1**2 / beta2)


@given(gradients=histories(60), beta1=decays, beta2=decays)
def test_no_step_of_adam_is_longer_than_its_bound(gradients, beta1, beta2):
    beta1 = min(beta1, 0.999 * math.sqrt(beta2))  # beyond the root of beta2 there is no bound
    steps = lengths(Adam(lr=1.0, beta1=beta1, beta2=beta2, eps=0.0), gradients)
    assert numpy.abs(steps).max() <= adam_bound(beta1, beta2) * (1 + 1e-9)


def test_a_step_of_adam_almost_as_long_as_its_bound():
    adam = Adam(lr=1.0, eps=0.0)
    growth = adam.beta2 / adam.beta1  # 1.11 times as steep with each step
    gradients = [1e-9] + [0.0] * 10_000 + [1e-6 * growth**k for k in range(100)]
    assert round(adam_bound(0.9, 0.999), 3) == 7.270
    assert 7.27 < lengths(adam, gradients).max() <= adam_bound(0.9, 0.999)


def test_after_a_jump_of_the_gradient_the_twelfth_step_of_adam_is_the_longest():
    steps = lengths(Adam(lr=1.0), [0.01] * 5000 + [1.0] * 30)
    assert (steps.argmax() - 4999, round(steps.max(), 2)) == (12, 6.55)


def adamax_bound(beta1, beta2):
    return (1 - beta1) / (1 - beta1 / beta2)


@given(gradients=histories(60), beta1=decays, beta2=decays)
def test_no_step_of_adamax_is_longer_than_its_bound(gradients, beta1, beta2):
    beta1 = min(beta1, 0.999 * beta2)
    steps = lengths(AdaMax(lr=1.0, beta1=beta1, beta2=beta2, eps=0.0), gradients)
    assert numpy.abs(steps).max() <= adamax_bound(beta1, beta2) * (1 + 1e-9)


def test_steps_of_adamax_can_be_longer_than_lr():
    steps = lengths(AdaMax(lr=1.0, eps=0.0), [0.999**t for t in range(200)])
    assert round(adamax_bound(0.9, 0.999), 4) == 1.0091
    assert 1.009 < steps.max() <= adamax_bound(0.9, 0.999)


@given(gradients=st.lists(st.tuples(slopes, slopes), min_size=1), settings=settings_of(Adam))
def test_adamw_without_decay_is_adam(gradients, settings):
    theta = numpy.array([1.0, -3.0])
    gradients = numpy.array(gradients)
    adamw = walk(AdamW(**settings, weight_decay=0.0), theta, gradients)
    assert bits(adamw) == bits(walk(Adam(**settings), theta, gradients))


@given(gradients=st.lists(slopes, min_size=1), settings=settings_of(Adam))
def test_amsgrad_is_adam_while_gradients_grow(gradients, settings):
    gradients = sorted(gradients, key=abs)
    adam = walk(Adam(**settings), 1.0, gradients)
    assert walk(AMSGrad(**settings), 1.0, gradients) == pytest.approx(adam, rel=1e-12, abs=1e-12)


@given(gradients=st.lists(slopes, min_size=1), settings=settings_of(RMSprop))
def test_rmsprop_is_adam_without_momentum_and_correction(gradients, settings):
    rho = settings.pop("rho")
    adam = Adam(beta1=0.0, beta2=rho, bias_correction=False, **settings)
    assert walk(RMSprop(rho=rho, **settings), 1.0, gradients) == walk(adam, 1.0, gradients)


@pytest.mark.parametrize("nesterov", [False, True])
@given(gradients=st.lists(slopes, min_size=1))
def test_momentum_without_momentum_is_gradient_descent(nesterov, gradients):
    momentum = Momentum(beta=0.0, nesterov=nesterov)
    assert walk(momentum, 1.0, gradients) == walk(SGD(), 1.0, gradients)


@every_rule
@given(data=st.data())
def test_floats_and_arrays_give_the_same_bits(rule, data):
    settings = data.draw(settings_of(rule))
    rows = data.draw(st.lists(st.tuples(slopes, slopes, slopes), min_size=1, max_size=12))
    start = data.draw(st.tuples(slopes, slopes, slopes))
    together, apart = rule(**settings), [rule(**settings) for _ in start]
    theta, thetas = numpy.array(start), list(start)
    for row in rows:
        theta = together.step(theta, numpy.array(row))
        thetas = [one.step(x, g) for one, x, g in zip(apart, thetas, row, strict=True)]
        assert bits(theta) == bits(thetas)
        for name in rule.state:
            whole = numpy.broadcast_to(getattr(together, name), 3)
            assert bits(whole) == bits([getattr(one, name) for one in apart]), name


# What a step leaves alone, and what comes out of it.

SHAPES = [(), (0,), (1,), (4,), (2, 3), (2, 1, 3)]


@every_rule
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_shape_and_precision_are_kept(rule, shape, dtype):
    optimizer = rule()
    theta = numpy.ones(shape, dtype)
    for slope in (0.5, -0.25, 0.0):
        theta = optimizer.step(theta, numpy.full(shape, slope, dtype))
        assert (theta.shape, theta.dtype) == (shape, dtype)
        for name in set(rule.state) - {"mu_product"}:
            state = getattr(optimizer, name)
            assert (state.shape, state.dtype) == (shape, dtype), name


@every_rule
def test_every_layout_in_memory_will_do(rule):
    theta, g = numpy.arange(1.0, 13.0).reshape(3, 4), numpy.linspace(-1.0, 1.0, 12).reshape(3, 4)
    rows = rule(lr=0.1).step(theta, g)
    for lay in (numpy.asfortranarray, lambda x: numpy.repeat(x, 2, axis=1)[:, ::2]):
        assert (rule(lr=0.1).step(lay(theta), lay(g)) == rows).all()


@every_rule
def test_arguments_are_never_changed(rule):
    theta, g = numpy.array([1.0, -2.0]), numpy.array([0.5, 0.0])
    for x in (theta, g):
        x.setflags(write=False)
    optimizer = rule()
    first = optimizer.step(theta, g)
    second = optimizer.step(first, g)
    assert (theta.tolist(), g.tolist()) == ([1.0, -2.0], [0.5, 0.0])
    kept = [x for x in vars(optimizer).values() if isinstance(x, numpy.ndarray)]
    for x in (theta, g):
        assert not any(numpy.shares_memory(x, y) for y in (first, second, *kept))


@every_rule
def test_a_record_of_the_state_is_not_overwritten_by_later_steps(rule):
    optimizer = rule()
    theta, g = numpy.array([1.0, -2.0]), numpy.array([0.5, 0.0])
    theta = optimizer.step(theta, g + 1.0)
    kept, record = dict(vars(optimizer)), memory(optimizer)
    before = bits(theta)
    optimizer.step(theta, g)
    assert bits(theta) == before
    assert {k: x if isinstance(x, (bool, int)) else bits(x) for k, x in kept.items()} == record


@every_rule
def test_a_learning_rate_of_0_stays_and_still_learns_the_state(rule):
    optimizer = rule(lr=0.0)
    assert walk(optimizer, 3.0, [1.0, -2.0]) == [3.0, 3.0]
    assert optimizer.t == 2
    assert all(getattr(optimizer, name) != 0.0 for name in rule.state)


@every_rule
def test_whole_numbers_are_numbers(rule):
    assert walk(rule(), 3, [2, -1, 0]) == walk(rule(), 3.0, [2.0, -1.0, 0.0])


@every_rule
def test_reset_starts_over(rule):
    optimizer = rule(lr=0.5)
    fresh = memory(optimizer)
    first = walk(optimizer, 1.0, [1.0, -2.0, 0.5])
    assert memory(optimizer) != fresh
    optimizer.reset()
    assert memory(optimizer) == fresh
    assert walk(optimizer, 1.0, [1.0, -2.0, 0.5]) == first


# What is refused.

NOT_A_RATE = [-1.0, -5e-324, math.nan, math.inf, -math.inf, "0.1", None, True, [0.1], 1j, 10**400]
NOT_A_DECAY = [*NOT_A_RATE, 1, 1.0, 1.5]
NOT_A_FLAG = [0, 1, None, "True", 1.0]
REFUSED = {
    "lr": NOT_A_RATE,
    "beta": NOT_A_DECAY,
    "nesterov": NOT_A_FLAG,
    "rho": NOT_A_DECAY,
    "eps": NOT_A_RATE,
    "beta1": NOT_A_DECAY,
    "beta2": NOT_A_DECAY,
    "bias_correction": NOT_A_FLAG,
    "weight_decay": NOT_A_RATE,
    "momentum_decay": NOT_A_RATE,
}
SETTINGS = [(rule, name) for rule in OPTIMIZERS for name in DEFAULTS[rule]]


@pytest.mark.parametrize(("rule", "name"), SETTINGS, ids=lambda x: getattr(x, "__name__", x))
def test_bad_hyperparameters_are_refused_by_name(rule, name):
    for bad in REFUSED[name]:
        with pytest.raises(ValueError, match=rf"^{name} must be ") as refusal:
            rule(**{name: bad})
        assert str(refusal.value).endswith(f"; got {bad!r}")


@pytest.mark.parametrize(("rule", "name"), SETTINGS, ids=lambda x: getattr(x, "__name__", x))
def test_the_edges_of_hyperparameters_are_taken(rule, name):
    good = [0, 0.0, 0.5, numpy.float64(0.5), numpy.float32(0.5), math.nextafter(1, 0)]
    if REFUSED[name] is NOT_A_RATE:
        good = [*good, 1, 1e300]
    if REFUSED[name] is NOT_A_FLAG:
        good = [True, False]
    for x in good:
        kept = getattr(rule(**{name: x}), name)
        assert (kept, type(kept)) == (x, bool if isinstance(x, bool) else float)


NOT_NUMBERS = {
    "list": [1.0],
    "tuple": (1.0,),
    "str": "1.0",
    "NoneType": None,
    "dict": {},
    "bool": True,
    "complex": 1j,
}


@every_rule
@pytest.mark.parametrize("kind", NOT_NUMBERS)
def test_only_floats_and_arrays_are_stepped(rule, kind):
    optimizer = rule()
    optimizer.step(1.0, 1.0)
    before = memory(optimizer)
    message = f"^{{}} is a {kind}: give a float or a numpy array$"
    with pytest.raises(TypeError, match=message.format("theta")):
        optimizer.step(NOT_NUMBERS[kind], 1.0)
    with pytest.raises(TypeError, match=message.format("the gradient")):
        optimizer.step(1.0, NOT_NUMBERS[kind])
    assert memory(optimizer) == before


UNEQUAL = [((3,), (2,)), ((3,), (3, 1)), ((1,), ()), ((), (1,)), ((2, 3), (3,)), ((0,), ())]


def ones(shape):
    """Ones of a shape; the shape () is that of a float."""
    return numpy.ones(shape) if shape else 1.0


@every_rule
@pytest.mark.parametrize(("theta", "g"), UNEQUAL)
def test_unequal_shapes_are_refused(rule, theta, g):
    optimizer = rule()
    before = memory(optimizer)
    with pytest.raises(ValueError) as refusal:
        optimizer.step(ones(theta), ones(g))
    assert str(refusal.value) == (
        f"theta has shape {theta} but its gradient has shape {g}: they must be equal"
    )
    assert memory(optimizer) == before


@pytest.mark.parametrize("rule", [rule for rule in OPTIMIZERS if rule.state])
@pytest.mark.parametrize(("old", "new"), UNEQUAL)
def test_another_shape_is_refused_until_a_reset(rule, old, new):
    optimizer = rule()
    optimizer.step(ones(old), ones(old))
    before = memory(optimizer)
    with pytest.raises(ValueError) as refusal:
        optimizer.step(ones(new), ones(new))
    assert str(refusal.value) == (
        f"theta has shape {new} but this optimizer has been stepping shape {old}: "
        "make one optimizer for each array, or reset() it"
    )
    assert memory(optimizer) == before
    optimizer.reset()
    assert numpy.shape(optimizer.step(ones(new), ones(new))) == new


def test_a_rule_without_state_steps_any_shape():
    sgd = SGD()
    for shape in SHAPES:
        assert numpy.shape(sgd.step(ones(shape), ones(shape))) == shape


def numbers(kind, good, bad=None):
    """A float, a numpy float, or an array whose entries are good but for bad[1, 0] and [1, 2]."""
    if kind == "array":
        x = numpy.full((2, 3), good)
        if bad is not None:
            x[1, 0] = x[1, 2] = bad
        return x
    return {"float": float, "numpy.float64": numpy.float64}[kind](good if bad is None else bad)


kinds = pytest.mark.parametrize("kind", ["float", "numpy.float64", "array"])


@every_rule
@kinds
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e200, -1.35e154], ids=str)
@pytest.mark.parametrize("step", [1, 3])
def test_a_gradient_without_a_finite_square_is_refused(rule, kind, bad, step):
    """The refusal names the step and the first bad index, and the bad step leaves no trace."""
    optimizer, control = rule(), rule()
    theta, g = numbers(kind, 1.0), numbers(kind, 0.5)
    for _ in range(step - 1):
        theta = optimizer.step(theta, g)
        control.step(theta, g)
    before = memory(optimizer)
    where = "[1, 0]" if kind == "array" else ""
    for _ in range(2):
        with pytest.raises(FloatingPointError) as refusal:
            optimizer.step(theta, numbers(kind, 0.5, bad))
        what = "the square of the gradient" if math.isfinite(bad) else "the gradient"
        assert str(refusal.value) == f"step {step}: {what}{where} is NaN or infinite"
        assert memory(optimizer) == before
    assert bits(optimizer.step(theta, -g)) == bits(control.step(theta, -g))
    assert memory(optimizer) == memory(control)


@every_rule
@kinds
def test_the_largest_gradient_that_can_be_squared_is_taken(rule, kind):
    optimizer = rule(lr=1e-160)
    assert numpy.isfinite(optimizer.step(numbers(kind, 1.0), numbers(kind, 1.3e154))).all()
    assert optimizer.t == 1


@every_rule
@kinds
@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.79e308], ids=str)
@pytest.mark.parametrize("step", [1, 3])
def test_a_step_out_of_the_finite_numbers_is_refused(rule, kind, bad, step):
    optimizer, control = rule(lr=1.7e307), rule(lr=1.7e307)
    for _ in range(step - 1):
        for each in (optimizer, control):
            each.step(numbers(kind, 0.0), numbers(kind, 0.0625))
    before = memory(optimizer)
    where = "[1, 0]" if kind == "array" else ""
    start, slope = numbers(kind, 0.0, bad), numbers(kind, 0.0625, 1.0)
    with numpy.errstate(all="ignore"), pytest.raises(FloatingPointError) as refusal:
        optimizer.step(start, slope)
    assert str(refusal.value) == f"step {step}: the new theta{where} is NaN or infinite"
    assert memory(optimizer) == before
    good = numbers(kind, 0.0), numbers(kind, -0.0625)
    assert bits(optimizer.step(*good)) == bits(control.step(*good))
    assert memory(optimizer) == memory(control)


@pytest.mark.parametrize("rule", DIVIDING)
@kinds
def test_0_over_0_is_refused(rule, kind):
    """With eps = 0 a coordinate needs one gradient that is not 0; after that, 0 will do."""
    optimizer, control = rule(eps=0.0), rule(eps=0.0)
    before = memory(optimizer)
    where = "[1, 0]" if kind == "array" else ""
    with pytest.raises(FloatingPointError) as refusal:
        optimizer.step(numbers(kind, 1.0), numbers(kind, 1.0, 0.0))
    assert str(refusal.value) == (
        f"step 1: with eps = 0 the step is 0/0, because the gradient{where} has always been 0"
    )
    assert memory(optimizer) == before
    for g in (1.0, 0.0):
        args = numbers(kind, 1.0), numbers(kind, g)
        assert bits(optimizer.step(*args)) == bits(control.step(*args))
    assert memory(optimizer) == memory(control)


@pytest.mark.parametrize("rule", DIVIDING)
def test_0_over_0_is_the_only_reason_for_eps(rule):
    """With eps above 0, gradients of 0 are no trouble, in any place of the sequence."""
    optimizer = rule(lr=0.1, **({"weight_decay": 0.0} if rule is AdamW else {}))
    assert walk(optimizer, 1.0, [0.0, 0.0]) == [1.0, 1.0]
    assert optimizer.step(1.0, 1.0) < 1.0


def test_rules_that_divide_are_those_with_eps():
    assert set(DIVIDING) == {rule for rule in OPTIMIZERS if "eps" in DEFAULTS[rule]}


@pytest.mark.parametrize("rule", [rule for rule in DIVIDING if rule is not AdaMax])
def test_squares_that_vanish_are_refused(rule):
    """1e-200 is not 0 but its square is: the division by it must not pass, whatever the error."""
    optimizer = rule(eps=0.0)
    before = memory(optimizer)
    with pytest.raises(ArithmeticError):
        optimizer.step(1.0, 1e-200)
    with numpy.errstate(divide="ignore"), pytest.raises(FloatingPointError, match=r"\[1\]"):
        optimizer.step(numpy.ones(2), numpy.array([1.0, 1e-200]))
    assert memory(optimizer) == before


def test_adagrad_refuses_a_sum_that_overflows():
    """Else s would be infinite, and no step would move theta ever again."""
    adagrad = AdaGrad(lr=0.1)
    adagrad.step(1.0, 1.2e154)
    before = memory(adagrad)
    with pytest.raises(FloatingPointError, match=r"^step 2: s is NaN or infinite$"):
        adagrad.step(1.0, 1.2e154)
    assert memory(adagrad) == before
