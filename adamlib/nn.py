"""Just enough of a neural network to train one, with every gradient written by hand.

A layer is a function y = f(x) with two methods. `forward` computes y and keeps what the gradient
will need. `backward` is handed g_y, the gradient of the loss with respect to y, and returns g_x,
the gradient with respect to x. That is the chain rule, and a network's gradient is nothing more:
the layers' `backward`, from the last layer to the first.

One row of x is one example, so its shape is (examples, inputs). Axes in front of these two, if
any, are networks that are trained side by side, each with parameters and examples of its own.

All parameters of a network stand in one flat array `theta`, and their gradients in another, `g`.
The layers' weights are windows on them. So one `optimizer.step(theta, g)` moves the whole network.
"""

import copy
import dataclasses
import itertools
import math

import numpy


class Layer:
    """What a layer is if it has no parameters."""

    shapes = ()  # of the parameters: (name, shape) pairs

    def start(self, rng):
        """Draw the first parameters."""

    def __repr__(self):
        return f"{type(self).__name__}()"


class Dense(Layer):
    """Every output is a weighted sum of all inputs, plus a bias: y = x W + b.

    The chain rule, with n examples in the rows of x::

        g_W = x^T g_y       (inputs, outputs): summed over the examples
        g_b = sum of g_y    (1, outputs): over the examples
        g_x = g_y W^T       (n, inputs)

    W starts normal with variance 2 / inputs: where a ReLU cuts off half of the signal, this keeps
    its size the same from layer to layer. b starts at 0.

    Source: He, Zhang, Ren and Sun, Delving Deep into Rectifiers (2015), for the start.
    """

    def __init__(self, inputs, outputs):
        if not (inputs >= 1 and outputs >= 1):
            raise ValueError(f"a layer has at least 1 input and 1 output; got {inputs}, {outputs}")
        self.inputs, self.outputs = inputs, outputs
        self.shapes = (("W", (inputs, outputs)), ("b", (1, outputs)))

    def start(self, rng):
        """Draw W; b stays at 0."""
        self.W[...] = rng.standard_normal(self.W.shape) * math.sqrt(2 / self.inputs)

    def forward(self, x, training=False):
        """Return y, of shape (..., n, outputs), for x of shape (..., n, inputs)."""
        if x.ndim < 2 or x.shape[-1] != self.inputs:
            raise ValueError(f"{self} takes rows of {self.inputs} numbers; x has shape {x.shape}")
        self.x = x
        return x @ self.W + self.b

    def backward(self, g_y):
        """Store g_W and g_b; return g_x."""
        self.g_W[...] = self.x.swapaxes(-1, -2) @ g_y
        self.g_b[...] = g_y.sum(axis=-2, keepdims=True)
        return g_y @ self.W.swapaxes(-1, -2)

    def __repr__(self):
        return f"Dense({self.inputs}, {self.outputs})"


class ReLU(Layer):
    """What is positive passes; what is negative is multiplied by `leak`, in [0, 1].

    So y = slope * x and g_x = slope * g_y, with slope 1 where x > 0 and `leak` elsewhere. That
    includes x = 0: there the function has a corner, and any slope between the two would do.

    >>> ReLU(leak=0.1).forward(numpy.array([[-2.0, 0.0, 3.0]])).tolist()
    [[-0.2, 0.0, 3.0]]
    """

    def __init__(self, leak=0.0):
        if not 0 <= leak <= 1:
            raise ValueError(f"leak must be from 0 to 1; got {leak!r}")
        self.leak = leak

    def forward(self, x, training=False):
        """Return y, of x's shape."""
        self.slope = numpy.maximum((x > 0).astype(x.dtype), self.leak)
        return x * self.slope

    def backward(self, g_y):
        """Return g_x."""
        return g_y * self.slope


class Softplus(Layer):
    """A ReLU without the corner: y = log(1 + e^x), and so g_x = sigmoid(x) * g_y."""

    def forward(self, x, training=False):
        """Return y, of x's shape."""
        self.x = x
        return numpy.logaddexp(0, x)

    def backward(self, g_y):
        """Return g_x."""
        return g_y * sigmoid(self.x)


class Dropout(Layer):
    """In training, each number becomes 0 with probability p, and the others are divided by 1 - p.

    The division keeps the mean as it was, so outside training all numbers pass unchanged
    ("inverted" dropout). y = mask * x, and so g_x = mask * g_y.

    Args:
        p: the share to drop, in [0, 1).
        rng: a `numpy.random.Generator`.

    Source: Srivastava et al., Dropout (2014); inverted, as libraries do it.
    """

    def __init__(self, p, rng):
        if not 0 <= p < 1:
            raise ValueError(f"p must be at least 0 and below 1; got {p!r}")
        self.p, self.rng = p, rng

    def forward(self, x, training=False):
        """Return y, of x's shape."""
        self.mask = x.dtype.type(1)
        if training:
            self.mask = (self.rng.random(x.shape) >= self.p).astype(x.dtype) / (1 - self.p)
        return x * self.mask

    def backward(self, g_y):
        """Return g_x."""
        return g_y * self.mask


class Network:
    """Layers, one after the other, and the flat array with all of their parameters.

    Args:
        layers: the first takes x, each other takes what the one before it returns.
        rng: a `numpy.random.Generator` that draws the first parameters.
        dtype: float64 or float32. x is converted to it, and all that follows stays in it.
        runs: how many networks to train side by side; None for a single one, without that axis.

    Attributes:
        theta: all parameters, shape (size,), or (runs, size).
        g: the gradient with respect to theta, as the last `backward` left it.

    >>> network = Network(Dense(2, 3), ReLU(), Dense(3, 1), rng=numpy.random.default_rng(0))
    >>> network.theta.shape, network.forward([[1, 2], [3, 4], [5, 6]]).shape
    ((13,), (3, 1))
    """

    def __init__(self, *layers, rng, dtype=numpy.float64, runs=None):
        self.layers, self.dtype, self.shape = layers, numpy.dtype(dtype), None
        if self.dtype not in (numpy.float64, numpy.float32):
            raise ValueError(f"dtype must be float64 or float32; got {self.dtype}")
        dense = [layer for layer in layers if isinstance(layer, Dense)]
        for one, other in itertools.pairwise(dense):
            if one.outputs != other.inputs:
                raise ValueError(f"{other} cannot take the outputs of {one}")
        side = () if runs is None else (runs,)
        size = sum(math.prod(shape) for layer in layers for _, shape in layer.shapes)
        self.theta, self.g = numpy.zeros((2, *side, size), self.dtype)
        at = 0
        for layer in layers:
            for name, shape in layer.shapes:
                window = slice(at, at + math.prod(shape))
                setattr(layer, name, self.theta[..., window].reshape(*side, *shape))
                setattr(layer, "g_" + name, self.g[..., window].reshape(*side, *shape))
                at = window.stop
            layer.start(rng)

    def forward(self, x, training=False):
        """Return the last layer's output for x, of shape (..., n, inputs)."""
        y = numpy.asarray(x, self.dtype)
        for layer in self.layers:
            y = layer.forward(y, training)
        self.shape = y.shape
        return y

    def backward(self, g_y):
        """Fill `g`, given the gradient at the output of the last `forward`; return g_x."""
        if g_y.shape != self.shape:
            raise ValueError(f"g_y has shape {g_y.shape}, and the last output {self.shape}")
        for layer in reversed(self.layers):
            g_y = layer.backward(g_y)
        return g_y

    def __repr__(self):
        return f"Network({', '.join(map(repr, self.layers))})"


def mlp(*sizes, rng, activation=ReLU, dtype=numpy.float64, runs=None):
    """A network of dense layers of these sizes, with an activation between any two.

    >>> mlp(64, 32, 10, rng=numpy.random.default_rng(0))
    Network(Dense(64, 32), ReLU(), Dense(32, 10))
    """
    layers = [layer for pair in itertools.pairwise(sizes) for layer in (Dense(*pair), activation())]
    return Network(*layers[:-1], rng=rng, dtype=dtype, runs=runs)


def sigmoid(x):
    """1 / (1 + e^-x), without overflow, and accurate in both tails."""
    return numpy.exp(-numpy.logaddexp(0, -x))


def softmax_cross_entropy(z, labels):
    """The mean of -log p at the label, where p = softmax(z), and its gradient.

    In one example log p_k = z_k - log(sum_j e^z_j). The derivative of that logarithm is p, so g_z
    is p, less 1 at the label; the mean divides by the number of examples. The largest z is taken
    away from all, which changes no p and keeps e^z from overflowing.

    Args:
        z: what the network returns ("logits"), shape (..., n, classes).
        labels: the classes, whole numbers from 0, shape (..., n).

    Returns:
        The loss in nats, shape (...), and g_z, of z's shape.

    >>> softmax_cross_entropy(numpy.zeros((1, 2)), [1])[1].tolist()
    [[0.5, -0.5]]
    """
    is_label = _checked_labels(z, labels)[..., None] == numpy.arange(z.shape[-1])
    z = z - z.max(axis=-1, keepdims=True)
    log_p = z - numpy.log(numpy.exp(z).sum(axis=-1, keepdims=True))
    loss = -log_p.sum(axis=-1, where=is_label).mean(axis=-1)
    return loss, (numpy.exp(log_p) - is_label) / z.shape[-2]


def sigmoid_cross_entropy(z, y):
    """The loss of yes-or-no answers, -y log s - (1 - y) log(1 - s), s = sigmoid(z); its gradient.

    Because log s = z - softplus(z) and log(1 - s) = -softplus(z), it is softplus(z) - y z, which
    never takes the logarithm of 0. So g_z is sigmoid(z) - y, divided by the number of examples.

    Args:
        z: what the network returns ("logits"), shape (..., n, outputs).
        y: the answers, from 0 to 1, of z's shape, or one number for all.

    Returns:
        The loss in nats, summed over outputs, averaged over examples, shape (...); g_z, as z.

    >>> sigmoid_cross_entropy(numpy.zeros((1, 1)), 1)[1].tolist()
    [[-0.5]]
    """
    _refuse_empty(z)
    y = numpy.asarray(y, z.dtype)
    if y.shape not in ((), z.shape) or not (y.min() >= 0 and y.max() <= 1):
        raise ValueError(f"answers are numbers from 0 to 1, of shape {z.shape}; got {y.shape}")
    loss = (numpy.logaddexp(0, z) - y * z).sum(axis=-1).mean(axis=-1)
    return loss, (sigmoid(z) - y) / z.shape[-2]


@dataclasses.dataclass
class History:
    """What happened in one run of `train`. Accuracies are shares, from 0 to 1.

    Attributes:
        loss: of each mini-batch, before its step, shape (steps taken,).
        train_loss, train_accuracy: of all training examples, at the start and after each epoch,
            shape (epochs + 1,).
        test_loss, test_accuracy: the same for the test examples, or None.
        stopped: empty if the run came to its end, else why it did not: "step 12: the loss is nan".
            Losses that were not reached are infinite, accuracies 0, so that a sweep can go on.
    """

    loss: numpy.ndarray
    train_loss: numpy.ndarray
    train_accuracy: numpy.ndarray
    test_loss: numpy.ndarray | None
    test_accuracy: numpy.ndarray | None
    stopped: str


def train(
    network, optimizer, data, *, epochs, rng, batch=32, test=None, loss=softmax_cross_entropy,
    schedule=None, progress=True,
):  # fmt: skip
    """Train a network, in place, by mini-batches, and say how it went.

    Args:
        network: a single `Network`.
        optimizer: any of adamlib's; a fresh copy of it takes the steps.
        data: the training examples: x of shape (n, inputs), and their labels.
        epochs: how often to go through them, each time in a new order, drawn by `rng`.
        batch: how many examples make a step; the last step of an epoch may have fewer.
        test: examples and labels that are only measured.
        loss: a function of outputs and labels that returns the loss and its gradient.
        schedule: a function of the step t = 1, 2, ...: the factor on the learning rate.
        progress: show a bar, if tqdm is installed, once the run has taken two seconds.

    Returns:
        A `History`. A loss or step that is not finite ends the run, and does not raise.
    """
    if not (epochs >= 0 and batch >= 1):
        raise ValueError(f"epochs must be at least 0 and batch at least 1; got {epochs}, {batch}")
    sets = [_checked_data(network, *pair) for pair in (data, test) if pair is not None]
    x, labels = sets[0]
    optimizer = copy.deepcopy(optimizer)
    optimizer.reset()
    lr, losses, stopped = optimizer.lr, [], ""
    measured = [[evaluate(network, *pair, loss) for pair in sets]]
    try:
        for _ in _bar(range(epochs), progress):
            order = rng.permutation(len(x))
            for at in range(0, len(x), batch):
                some = order[at : at + batch]
                with numpy.errstate(all="ignore"):  # what overflows is found two lines below
                    value, g_z = loss(network.forward(x[some], training=True), labels[some])
                    losses.append(float(value))
                    _require_finite(value, len(losses))
                    network.backward(g_z)
                    if schedule is not None:
                        optimizer.lr = lr * schedule(len(losses))
                    network.theta[...] = optimizer.step(network.theta, network.g)
            measured.append([evaluate(network, *pair, loss) for pair in sets])
            _require_finite(measured[-1][0][0], len(losses))
    except FloatingPointError as error:
        stopped = str(error)
    measured += [[(math.inf, 0.0)] * len(sets)] * (epochs + 1 - len(measured))
    columns = [*numpy.array(measured).reshape(epochs + 1, -1).T, None, None]
    return History(numpy.array(losses), *columns[:4], stopped)


def evaluate(network, x, labels, loss=softmax_cross_entropy):
    """The loss over all examples, and the share of right answers, from 0 to 1.

    Of several outputs the largest is the answer; a single output says yes if it is positive. A
    loss that is not a number counts as infinite.
    """
    with numpy.errstate(all="ignore"):
        z = network.forward(x)
        value = float(loss(z, labels)[0])
    if not math.isfinite(value):
        return math.inf, 0.0
    answers = z.argmax(axis=-1) if z.shape[-1] > 1 else z > 0
    return value, float((answers == labels).mean())


def _bar(steps, wanted):
    try:
        from tqdm import tqdm
    except ImportError:
        return steps
    return tqdm(steps, unit="epoch", delay=2, leave=False, disable=not wanted)


def _require_finite(loss, step):
    if not math.isfinite(loss):
        raise FloatingPointError(f"step {step}: the loss is {loss}")


def _refuse_empty(x):
    if 0 in x.shape:
        raise ValueError(f"there is nothing in it: the shape is {x.shape}")


def _checked_labels(z, labels):
    _refuse_empty(z)
    labels = numpy.asarray(labels)
    if labels.shape != z.shape[:-1]:
        raise ValueError(f"labels have shape {labels.shape}; here they need {z.shape[:-1]}")
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= z.shape[-1]:
        raise ValueError(f"labels must be whole numbers from 0 to {z.shape[-1] - 1}")
    return labels


def _checked_data(network, x, labels):
    x, labels = numpy.asarray(x, network.dtype), numpy.asarray(labels)
    _refuse_empty(x)
    if network.theta.ndim != 1:
        raise ValueError("train takes a single network, made without runs")
    if x.ndim != 2 or x.shape[:1] != labels.shape[:1]:
        raise ValueError(f"one row of x for each label, please: {x.shape} against {labels.shape}")
    return x, labels
