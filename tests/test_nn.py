"""The small network against finite differences, scipy, scikit-learn and arithmetic by hand."""

import builtins
import io
import sys

import numpy
import pytest
import scipy.special
from sklearn.metrics import log_loss

from adamlib import OPTIMIZERS, SGD, Adam, Momentum
from adamlib.nn import (
    Dense,
    Dropout,
    Network,
    ReLU,
    Softplus,
    evaluate,
    mlp,
    sigmoid,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    train,
)

FLOATS = [numpy.float64, numpy.float32]


def generator(seed=0):
    return numpy.random.default_rng(seed)


def slopes(f, x, h=1e-6):
    """The central difference quotients of a scalar function f, one for each element of x."""
    g = numpy.zeros(x.shape)
    for i in numpy.ndindex(x.shape):
        before = x[i]
        x[i] = before + h
        above = f()
        x[i] = before - h
        below = f()
        x[i] = before
        g[i] = (above - below) / (2 * h)
    return g


# Gradients.

LAYERS = {
    "Dense": lambda: Dense(5, 3),
    "ReLU": ReLU,
    "leaky ReLU": lambda: ReLU(leak=0.2),
    "Softplus": Softplus,
    "Dropout, which passes all": lambda: Dropout(0.4, generator()),
}
AXES = {"one network": None, "two side by side": 2}
axes = pytest.mark.parametrize("runs", AXES.values(), ids=AXES)


@axes
@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_gradient_of_a_layer(make, runs):
    """Of sum(weights * y), with respect to x and to the parameters. Its error is near 1e-9."""
    rng = generator(1)
    network = Network(make(), rng=rng, runs=runs)
    network.theta[...] = rng.standard_normal(network.theta.shape)  # biases too
    x = rng.standard_normal((*network.theta.shape[:-1], 4, 5))
    weights = rng.standard_normal(network.forward(x).shape)

    def value():
        return (weights * network.forward(x)).sum()

    g_x = network.backward(weights)
    g = network.g.copy()
    assert abs(g_x - slopes(value, x)).max() < 1e-8
    assert abs(g - slopes(value, network.theta)).max(initial=0) < 1e-8
    assert g.any() or not g.size


def softmax_case(rng, side, n, outputs):
    return softmax_cross_entropy, rng.integers(outputs, size=(*side, n))


def sigmoid_case(rng, side, n, outputs):
    return sigmoid_cross_entropy, rng.uniform(size=(*side, n, outputs))


CASES = [softmax_case, sigmoid_case]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)


@axes
@cases
def test_gradient_of_a_loss(case, runs):
    rng, side = generator(2), () if runs is None else (runs,)
    z = 3 * rng.standard_normal((*side, 6, 4))
    loss, answers = case(rng, side, 6, 4)
    value, g_z = loss(z, answers)
    assert value.shape == side
    assert abs(g_z - slopes(lambda: loss(z, answers)[0].sum(), z)).max() < 1e-8


@axes
@cases
@pytest.mark.parametrize("activation", [ReLU, lambda: ReLU(leak=0.1), Softplus])
def test_gradient_of_a_whole_network(case, activation, runs):
    rng, side = generator(3), () if runs is None else (runs,)
    network = mlp(5, 7, 6, 4, rng=rng, activation=activation, runs=runs)
    network.theta[...] += 0.1 * rng.standard_normal(network.theta.shape)  # biases too
    x = rng.standard_normal((*side, 9, 5))
    loss, answers = case(rng, side, 9, 4)
    g_x = network.backward(loss(network.forward(x), answers)[1])
    g = network.g.copy()

    def value():
        return loss(network.forward(x), answers)[0].sum()

    assert abs(g - slopes(value, network.theta)).max() < 1e-8
    assert abs(g_x - slopes(value, x)).max() < 1e-8


def test_gradient_through_dropout_in_training():
    """The same mask for every difference: a generator of the same seed draws it each time."""
    drop = Dropout(0.4, generator())
    network = Network(Dense(5, 8), drop, Dense(8, 3), rng=generator(4))
    x, labels = generator(5).standard_normal((1, 5)), numpy.array([1])

    def value():
        drop.rng = generator(6)
        return softmax_cross_entropy(network.forward(x, training=True), labels)

    network.backward(value()[1])
    g = network.g.copy()
    assert abs(g - slopes(lambda: value()[0], network.theta)).max() < 1e-8
    assert (
        0 < (network.layers[0].g_b == 0).sum() < 8
    )  # what led into a dropped unit has no gradient


@cases
def test_networks_side_by_side_are_the_single_ones(case):
    rng = generator(7)
    together = mlp(5, 6, 4, rng=rng, runs=3)
    x = rng.standard_normal((3, 8, 5))
    loss, answers = case(rng, (3,), 8, 4)
    value, g_z = loss(together.forward(x), answers)
    together.backward(g_z)
    for k in range(3):
        alone = mlp(5, 6, 4, rng=rng)
        alone.theta[...] = together.theta[k]
        own, g_z = loss(alone.forward(x[k]), answers[k])
        alone.backward(g_z)
        assert numpy.isclose(own, value[k], rtol=1e-13)
        assert numpy.allclose(alone.g, together.g[k], rtol=0, atol=1e-14)
    assert len({float(v) for v in value}) == 3  # each has a start of its own


# Values.


def test_dense_and_relu_by_hand():
    network = Network(Dense(2, 2), ReLU(), Dense(2, 1), rng=generator())
    network.theta[...] = [1, -1, 2, 3, 0.5, -10, 4, 5, 6]  # W, b; W, b
    # [1, 2] W + b = [1 + 4 + 0.5, -1 + 6 - 10] = [5.5, -5]; cut to [5.5, 0]; times 4, plus 6
    assert network.forward([[1, 2]]).tolist() == [[28.0]]
    assert network.backward(numpy.array([[1.0]])).tolist() == [[4.0, 8.0]]
    assert network.g.tolist() == [4, 0, 8, 0, 4, 0, 5.5, 0, 1]


def test_relu_at_its_corner_and_with_a_leak():
    x = numpy.array([[-3.0, -0.0, 0.0, 2.0]])
    relu, leaky = ReLU(), ReLU(leak=0.25)
    assert relu.forward(x).tolist() == [[0, 0, 0, 2]]
    assert relu.backward(numpy.ones((1, 4))).tolist() == [[0, 0, 0, 1]]
    assert leaky.forward(x).tolist() == [[-0.75, 0, 0, 2]]
    assert leaky.backward(numpy.ones((1, 4))).tolist() == [[0.25, 0.25, 0.25, 1]]


WIDE = numpy.array([[-1e4, -700.0, -40.0, -1.0, 0.0, 1.0, 40.0, 700.0, 1e4]])


@pytest.mark.parametrize("dtype", FLOATS)
def test_sigmoid_and_softplus_over_the_whole_range(dtype):
    x = WIDE.astype(dtype)
    with numpy.errstate(under="ignore"):
        ours, theirs = sigmoid(x), scipy.special.expit(x)
    assert ours.dtype == dtype
    assert numpy.allclose(ours, theirs, rtol=1e-5 if dtype == numpy.float32 else 1e-13, atol=0)
    soft = Softplus().forward(x)
    assert soft.dtype == dtype
    assert numpy.allclose(soft, -scipy.special.log_expit(-x), rtol=1e-6, atol=0)


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_cross_entropy_is_scipys_and_scikit_learns(dtype):
    rng = generator(8)
    z, labels = (5 * rng.standard_normal((50, 7))).astype(dtype), rng.integers(7, size=50)
    value, g_z = softmax_cross_entropy(z, labels)
    p = scipy.special.softmax(z.astype(float), axis=1)
    tolerance = 1e-6 if dtype == numpy.float32 else 1e-14
    assert value == pytest.approx(log_loss(labels, p, labels=range(7)), rel=10 * tolerance)
    assert numpy.allclose(g_z, (p - numpy.eye(7)[labels]) / 50, rtol=0, atol=tolerance)
    assert (value.dtype, g_z.dtype) == (dtype, dtype)


def test_softmax_cross_entropy_of_extreme_outputs():
    """Where e^z would overflow, and where the label's probability is 0 in floats."""
    value, g_z = softmax_cross_entropy(numpy.array([[1e5, 0.0], [0.0, 1e5]]), [0, 0])
    assert value == 5e4
    assert g_z.tolist() == [[0, 0], [-0.5, 0.5]]
    value, g_z = softmax_cross_entropy(numpy.array([[1e5, 1e5], [-1e5, -1e5]]), [0, 0])
    assert value == numpy.log(2)
    assert g_z.tolist() == [[-0.25, 0.25]] * 2
    assert softmax_cross_entropy(numpy.zeros((3, 10)), [0, 5, 9])[0] == pytest.approx(
        2.302585092994046
    )


@pytest.mark.parametrize("dtype", FLOATS)
def test_sigmoid_cross_entropy_of_extreme_outputs(dtype):
    value, g_z = sigmoid_cross_entropy(WIDE.astype(dtype).T, 1)
    expected = -scipy.special.log_expit(WIDE).mean()
    assert value == pytest.approx(expected, rel=1e-6)
    with numpy.errstate(under="ignore"):
        assert numpy.allclose(g_z, (scipy.special.expit(WIDE.T) - 1) / 9, atol=1e-7)
    assert (value.dtype, g_z.dtype) == (dtype, dtype)


def test_sigmoid_cross_entropy_sums_outputs_and_averages_examples():
    z, y = (
        numpy.array([[0.3, -1.0], [2.0, 0.5], [1.0, -2.0]]),
        numpy.array([[1, 0], [0.5, 1], [0, 0]]),
    )
    s = scipy.special.expit(z)
    by_hand = -(y * numpy.log(s) + (1 - y) * numpy.log(1 - s)).sum() / 3
    assert sigmoid_cross_entropy(z, y)[0] == pytest.approx(by_hand, rel=1e-14)


def test_dropout_keeps_the_mean_and_acts_in_training_only():
    drop = Dropout(0.3, generator(9))
    x = numpy.full((400, 500), 2.0)
    assert (drop.forward(x) == x).all()
    assert (drop.backward(x) == x).all()
    y = drop.forward(x, training=True)
    assert numpy.unique(y).tolist() == [0.0, 2 / 0.7]
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.005)  # five standard deviations
    assert y.mean() == pytest.approx(2, abs=0.02)
    assert (drop.backward(x) == y).all()
    network = Network(Dense(3, 50), Dropout(0.5, generator()), rng=generator())
    same = [network.forward(numpy.ones((2, 3))) for _ in range(2)]
    other = [network.forward(numpy.ones((2, 3)), training=True) for _ in range(2)]
    assert (same[0] == same[1]).all()
    assert (other[0] != other[1]).any()


def test_first_weights_keep_the_size_of_the_signal():
    network = mlp(200, 400, 400, 400, 5, rng=generator(10))
    y, means = generator(11).standard_normal((300, 200)), []
    for layer in network.layers[:-1]:
        if isinstance(layer, Dense):
            assert not layer.b.any()
            assert layer.W.std() == pytest.approx((2 / layer.inputs) ** 0.5, rel=0.01)
        else:
            means.append((y**2).mean())
        y = layer.forward(y)
    assert means == pytest.approx([2, 2, 2], rel=0.25)


# One flat array.


@axes
def test_weights_are_windows_on_theta_and_all_of_it(runs):
    network = mlp(3, 4, 2, rng=generator(), runs=runs)
    assert network.theta.shape[-1] == network.g.shape[-1] == 3 * 4 + 4 + 4 * 2 + 2
    seen = numpy.zeros_like(network.theta)
    for layer in network.layers:
        for name, _ in layer.shapes:
            assert numpy.shares_memory(getattr(layer, name), network.theta)
            assert numpy.shares_memory(getattr(layer, "g_" + name), network.g)
    network.theta[...] = 1
    for layer in network.layers:
        for name, _ in layer.shapes:
            getattr(layer, name)[...] += 1
    seen += network.theta
    assert (seen == 2).all()  # each number belongs to one weight


@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("dtype", FLOATS)
def test_one_step_on_theta_is_a_step_on_each_weight(rule, dtype):
    rng = generator(12)
    network = mlp(4, 5, 3, rng=rng, dtype=dtype)
    x, labels = rng.standard_normal((7, 4)), rng.integers(3, size=7)
    arrays = [getattr(layer, name).copy() for layer in network.layers for name, _ in layer.shapes]
    one, several = rule(), [rule() for _ in arrays]
    for _ in range(5):
        network.backward(softmax_cross_entropy(network.forward(x), labels)[1])
        gs = [getattr(layer, "g_" + name) for layer in network.layers for name, _ in layer.shapes]
        arrays = [o.step(a, g) for o, a, g in zip(several, arrays, gs, strict=True)]
        network.theta[...] = one.step(network.theta, network.g)
    flat = numpy.concatenate([a.ravel() for a in arrays])
    assert (flat == network.theta).all()
    assert flat.dtype == network.theta.dtype == dtype


@axes
@cases
@pytest.mark.parametrize("dtype", FLOATS)
def test_everything_stays_in_its_precision(case, dtype, runs):
    rng, side = generator(13), () if runs is None else (runs,)
    layers = [Dense(5, 8), ReLU(0.1), Dropout(0.2, rng), Dense(8, 8), Softplus(), Dense(8, 4)]
    network = Network(*layers, rng=rng, dtype=dtype, runs=runs)
    loss, answers = case(rng, side, 6, 4)
    z = network.forward(rng.standard_normal((*side, 6, 5)), training=True)
    value, g_z = loss(z, answers)
    g_x = network.backward(g_z)
    arrays = (network.theta, network.g, z, value, g_z, g_x, network.layers[2].mask)
    assert {array.dtype for array in arrays} == {numpy.dtype(dtype)}


def test_float32_gradients_are_near_those_in_float64():
    gs = []
    for dtype in FLOATS:
        rng = generator(14)
        network = mlp(20, 30, 5, rng=rng, dtype=dtype)
        x, labels = rng.standard_normal((40, 20)), rng.integers(5, size=40)
        network.backward(softmax_cross_entropy(network.forward(x), labels)[1])
        gs.append(network.g.astype(float))
    assert 0 < abs(gs[0] - gs[1]).max() < 1e-6


# Training.


@pytest.fixture
def blobs():
    """Three clumps that a straight line can part."""
    rng = generator(15)
    labels = numpy.arange(90) % 3
    return numpy.eye(3)[labels] * 4 + rng.standard_normal((90, 3)), labels


@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)
def test_every_optimizer_learns(rule, blobs):
    optimizer = rule(lr=0.05)
    history = train(mlp(3, 8, 3, rng=generator()), optimizer, blobs, epochs=8, rng=generator(1))
    assert history.stopped == ""
    assert history.train_loss[-1] < history.train_loss[0] / 2
    assert history.train_accuracy[-1] > 0.9
    assert optimizer.t == 0  # it was copied


def test_the_loop_by_hand(blobs):
    """Order, batches, losses and schedule, written out for two epochs."""
    x, labels = blobs
    network, same = (mlp(3, 4, 3, rng=generator(16)) for _ in range(2))
    history = train(
        network,
        Momentum(lr=0.2),
        blobs,
        epochs=2,
        batch=40,
        rng=generator(17),
        test=(x[:10], labels[:10]),
        schedule=lambda t: 1 / t,
    )
    rng, optimizer, losses, t = generator(17), Momentum(), [], 0
    measured = [evaluate(same, x, labels)]
    for _ in range(2):
        order = rng.permutation(90)
        for some in (order[:40], order[40:80], order[80:]):
            t += 1
            optimizer.lr = 0.2 / t
            loss, g_z = softmax_cross_entropy(same.forward(x[some]), labels[some])
            losses.append(loss)
            same.backward(g_z)
            same.theta[...] = optimizer.step(same.theta, same.g)
        measured.append(evaluate(same, x, labels))
    assert (network.theta == same.theta).all()
    assert history.loss.tolist() == losses
    assert list(zip(history.train_loss, history.train_accuracy, strict=True)) == measured
    last = evaluate(network, x[:10], labels[:10])
    assert (history.test_loss[-1], history.test_accuracy[-1]) == last
    assert history.test_loss.shape == history.test_accuracy.shape == (3,)


def test_an_optimizer_that_has_been_used_starts_afresh(blobs):
    used = Adam(lr=0.1)
    used.step(1.0, 1.0)
    histories = [
        train(mlp(3, 3, rng=generator()), optimizer, blobs, epochs=1, rng=generator(1))
        for optimizer in (used, Adam(lr=0.1))
    ]
    assert (histories[0].loss == histories[1].loss).all()
    assert (used.t, used.lr) == (1, 0.1)


def test_no_test_data_and_no_epochs(blobs):
    network = mlp(3, 3, rng=generator())
    before = network.theta.copy()
    history = train(network, SGD(), blobs, epochs=0, rng=generator())
    assert (history.test_loss, history.test_accuracy) == (None, None)
    assert (history.loss.shape, history.train_loss.shape) == ((0,), (1,))
    assert (network.theta == before).all()


def test_a_single_output_answers_yes_or_no(blobs):
    x, labels = blobs
    answers = 1.0 * (labels[:, None] == 2)
    history = train(
        mlp(3, 8, 1, rng=generator()),
        Adam(lr=0.05),
        (x, answers),
        epochs=15,
        rng=generator(1),
        loss=sigmoid_cross_entropy,
    )
    assert history.train_accuracy[-1] > 0.95
    assert history.train_loss[-1] < 0.2


def test_right_answers_are_counted():
    network = mlp(1, 1, rng=generator())
    network.theta[...] = [1, 0]  # the output is the input
    x, answers = numpy.array([[-2.0], [-0.1], [0.1], [2.0]]), numpy.array([[0], [1], [1], [1]])
    assert evaluate(network, x, answers, sigmoid_cross_entropy)[1] == 0.75
    network = mlp(2, 2, rng=generator())
    network.theta[...] = [1, 0, 0, 1, 0, 0]
    z = [[0.1, 0.2], [0.2, 0.1], [-2, -1]]
    assert evaluate(network, z, [1, 1, 1])[1] == pytest.approx(2 / 3)


def test_dropout_is_on_in_the_steps_and_off_in_the_measurements(blobs):
    x, labels = blobs
    network = Network(Dense(3, 40), Dropout(0.5, generator(1)), Dense(40, 3), rng=generator())
    history = train(network, SGD(lr=0.0), blobs, epochs=2, batch=90, rng=generator(2))
    assert history.train_loss[0] == history.train_loss[1] == evaluate(network, x, labels)[0]
    assert len({*history.loss, history.train_loss[0]}) == 3


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("rule", [SGD, Momentum, Adam], ids=lambda rule: rule.__name__)
def test_a_run_that_blows_up_stops_and_says_so(rule, dtype, blobs):
    """No exception and no warning; what was not reached is infinite, so that sweeps can compare."""
    network = mlp(3, 16, 16, 3, rng=generator(), dtype=dtype)
    history = train(network, rule(lr=1e200), blobs, epochs=40, rng=generator(1), test=blobs)
    assert history.stopped.startswith(f"step {len(history.loss)}: ")
    assert history.stopped.endswith(("the loss is nan", "the loss is inf", "is NaN or infinite"))
    for losses, shares in (
        (history.train_loss, history.train_accuracy),
        (history.test_loss, history.test_accuracy),
    ):
        assert losses.shape == shares.shape == (41,)
        assert numpy.isfinite(losses[0])
        assert (losses[-1], shares[-1]) == (numpy.inf, 0)
        assert not numpy.isnan(losses).any()


@pytest.mark.parametrize(
    "size, where", [(30, "step 1: the loss is nan"), (90, "step 3: the loss is inf")]
)
def test_a_loss_that_is_not_a_number_stops_the_run(size, where, blobs):
    """In a mini-batch of 30, or over all of the 90 examples after an epoch of three steps."""

    def loss(z, labels):
        value, g_z = softmax_cross_entropy(z, labels)
        return (numpy.nan if len(z) == size else value), g_z

    network = mlp(3, 3, rng=generator())
    options = {"epochs": 4, "batch": 30, "rng": generator(), "loss": loss}
    assert train(network, SGD(), blobs, **options).stopped == where


def test_a_step_that_is_not_finite_stops_the_run(blobs):
    network = mlp(3, 4, 3, rng=generator(), dtype=numpy.float32)
    history = train(network, SGD(lr=1e38), blobs, epochs=3, batch=90, rng=generator(1))
    assert history.stopped
    assert len(history.loss) <= 2
    assert history.train_loss[1:].tolist() == [numpy.inf] * 3


def test_the_loss_of_nans_is_infinite_and_never_right():
    network = mlp(2, 2, rng=generator())
    network.theta[...] = numpy.nan
    assert evaluate(network, numpy.ones((3, 2)), numpy.zeros(3, int)) == (numpy.inf, 0.0)


# A bar for those who wait.


def shown_while(seconds, monkeypatch, **options):
    """What a run writes to the screen that takes, by a clock of our own, so many seconds."""
    screen, now = io.StringIO(), [0.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])

    def slow(z, labels):
        now[0] += seconds / 20
        return softmax_cross_entropy(z, labels)

    data = numpy.ones((2, 2)), numpy.array([0, 1])
    train(mlp(2, 2, rng=generator()), SGD(), data, epochs=10, rng=generator(), loss=slow, **options)
    return screen.getvalue()


def test_the_bar_comes_after_two_seconds_only(monkeypatch):
    assert shown_while(1.9, monkeypatch) == ""
    assert "epoch" in shown_while(3, monkeypatch)
    assert shown_while(60, monkeypatch, progress=False) == ""


def test_training_needs_no_tqdm(monkeypatch, blobs):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("tqdm"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    history = train(mlp(3, 3, rng=generator()), SGD(), blobs, epochs=1, rng=generator())
    assert len(history.loss) == 3


# What is refused.


def test_bad_layers_and_networks():
    with pytest.raises(ValueError, match="at least 1 input and 1 output; got 0, 3"):
        Dense(0, 3)
    with pytest.raises(ValueError, match="p must be at least 0 and below 1; got 1"):
        Dropout(1, generator())
    with pytest.raises(ValueError, match="leak must be from 0 to 1; got 2"):
        ReLU(leak=2)
    with pytest.raises(ValueError, match=r"Dense\(5, 1\) cannot take the outputs of Dense\(3, 4\)"):
        Network(Dense(3, 4), ReLU(), Dense(5, 1), rng=generator())
    with pytest.raises(ValueError, match="dtype must be float64 or float32; got float16"):
        mlp(2, 2, rng=generator(), dtype=numpy.float16)


def test_bad_inputs():
    network = mlp(3, 2, rng=generator())
    for x in (numpy.ones((4, 2)), numpy.ones(3)):
        with pytest.raises(ValueError, match=r"Dense\(3, 2\) takes rows of 3 numbers; x has shape"):
            network.forward(x)
    with pytest.raises(ValueError, match="the last output None"):
        network.backward(numpy.ones((4, 2)))
    network.forward(numpy.ones((4, 3)))
    with pytest.raises(ValueError, match=r"shape \(1, 2\), and the last output \(4, 2\)"):
        network.backward(numpy.ones((1, 2)))


@pytest.mark.parametrize(
    "labels, message",
    [
        ([0, 1], r"labels have shape \(2,\); here they need \(3,\)"),
        ([[0], [1], [2]], r"labels have shape \(3, 1\)"),
        ([0, 1, 4], "whole numbers from 0 to 3"),
        ([0, 1, -1], "whole numbers from 0 to 3"),
        ([0.0, 1.0, 2.0], "whole numbers from 0 to 3"),
    ],
)
def test_bad_labels(labels, message):
    with pytest.raises(ValueError, match=message):
        softmax_cross_entropy(numpy.zeros((3, 4)), labels)


@pytest.mark.parametrize("y", [[[1, 1]], [1, 1], [[-0.1], [0]], [[0], [1.1]], [[0], [numpy.nan]]])
def test_bad_answers(y):
    with pytest.raises(ValueError, match=r"from 0 to 1, of shape \(2, 1\)"):
        sigmoid_cross_entropy(numpy.zeros((2, 1)), y)


def test_empty_batches():
    with pytest.raises(ValueError, match=r"nothing in it: the shape is \(0, 4\)"):
        softmax_cross_entropy(numpy.zeros((0, 4)), [])
    with pytest.raises(ValueError, match=r"nothing in it: the shape is \(0, 1\)"):
        sigmoid_cross_entropy(numpy.zeros((0, 1)), numpy.zeros((0, 1)))
    with pytest.raises(ValueError, match=r"nothing in it: the shape is \(0, 3\)"):
        train(
            mlp(3, 2, rng=generator()), SGD(), (numpy.zeros((0, 3)), []), epochs=1, rng=generator()
        )


def test_bad_training(blobs):
    x, labels = blobs
    network = mlp(3, 3, rng=generator())
    for bad in ({"epochs": -1}, {"epochs": 1, "batch": 0}):
        with pytest.raises(ValueError, match="epochs must be at least 0 and batch at least 1"):
            train(network, SGD(), blobs, rng=generator(), **bad)
    with pytest.raises(ValueError, match=r"one row of x for each label, please: \(90, 3\)"):
        train(network, SGD(), (x, labels[:80]), epochs=1, rng=generator())
    with pytest.raises(ValueError, match=r"one row of x for each label, please: \(3,\)"):
        train(network, SGD(), blobs, test=(x[0], labels[:3]), epochs=1, rng=generator())
    with pytest.raises(ValueError, match="a single network, made without runs"):
        train(mlp(3, 3, rng=generator(), runs=2), SGD(), blobs, epochs=1, rng=generator())


def test_a_network_says_what_it_is():
    network = Network(Dense(2, 3), Softplus(), Dropout(0.1, generator()), rng=generator())
    assert repr(network) == "Network(Dense(2, 3), Softplus(), Dropout())"
