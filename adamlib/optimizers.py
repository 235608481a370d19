"""The update rules, in order of increasing complexity: SGD to AdamW, then Adam's relatives.

Every rule is one class with one method to read, `step`: a line of Python for each line of the
published algorithm, in its order and with its letters. Each rule treats each coordinate by itself,
so `theta` and `g` may be floats or numpy arrays of any shape.

A step first computes everything and keeps it last, so a step that is refused changes nothing.

This file runs unchanged under CPython and, inside the book's pages, under MicroPython. That is why
it imports nothing but `math`.
"""

import math

try:
    FloatingPointError
except NameError:  # MicroPython has no such name

    class FloatingPointError(ArithmeticError):
        pass


NUMBER = (int, float)  # made once: the page asks for it thousands of times a second


class Optimizer:
    """What all rules share: their state by name, and the refusal of what no rule can use.

    Attributes:
        t: how many steps have been taken.
        hyperparameters: the names of the settings, in the order of the constructor.
        state: the names of the running quantities, each a plain attribute that can be read
            after any step. They start at 0, and NAdam's product at 1.
    """

    hyperparameters = ()
    state = ()
    eps = None
    scale = None  # the state that a rule divides by, if it does

    def reset(self):
        """Start over: `t` and the whole state are 0 again. The hyper-parameters stay."""
        self.t = 0
        for name in self.state:
            setattr(self, name, 0.0)

    def _check(self, theta, g):
        """Raise if no step can be taken from `theta` along `g`."""
        if (
            isinstance(theta, float)
            and isinstance(g, float)
            and -1e154 < g < 1e154
            and self.eps != 0
            and (not self.state or isinstance(getattr(self, self.state[0]), float))
        ):
            return  # the common case, which the page runs thousands of times a second
        self._check_shapes(theta, g)
        _require_finite("the gradient", g, self.t + 1)
        _require_finite("the square of the gradient", _square(g), self.t + 1)
        if self.eps == 0:
            _require_nonzero(abs(g) + getattr(self, self.scale), self.t + 1)

    def _check_shapes(self, theta, g):
        for name, x in (("theta", theta), ("the gradient", g)):
            if isinstance(x, bool) or not (isinstance(x, (int, float)) or hasattr(x, "shape")):
                kind = type(x).__name__
                raise TypeError("%s is a %s: give a float or a numpy array" % (name, kind))
        if _shape(theta) != _shape(g):
            raise ValueError(
                "theta has shape %s but its gradient has shape %s: they must be equal"
                % (_shape(theta), _shape(g))
            )
        if self.t and self.state and _shape(getattr(self, self.state[0])) != _shape(theta):
            raise ValueError(
                "theta has shape %s but this optimizer has been stepping shape %s: make one "
                "optimizer for each array, or reset() it"
                % (_shape(theta), _shape(getattr(self, self.state[0])))
            )

    def __repr__(self):
        settings = ["%s=%r" % (name, getattr(self, name)) for name in self.hyperparameters]
        return "%s(%s)" % (type(self).__name__, ", ".join(settings))


class SGD(Optimizer):
    """Gradient descent: walk against the gradient.

    One step::

        theta <- theta - lr * g

    Args:
        lr: the learning rate, at least 0, in units of theta per unit of gradient.

    >>> SGD(lr=0.1).step(1.0, 2.0)
    0.8

    Source: Robbins and Monro (1951); the constant step is Cauchy's (1847).
    """

    hyperparameters = ("lr",)

    def __init__(self, lr=0.01):
        self.lr = _not_negative("lr", lr)
        self.reset()

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        theta = theta - self.lr * g
        _require_finite("the new theta", theta, t)
        self.t = t
        return theta


class Momentum(Optimizer):
    """Heavy-ball momentum: gradients add up in a velocity b that decays.

    One step::

        b <- beta * b + g         (no factor 1 - beta, as in PyTorch)
        theta <- theta - lr * b   (or, with nesterov: lr * (g + beta * b))

    A constant gradient therefore moves theta 1 / (1 - beta) times as far as SGD does.

    Args:
        lr: the learning rate, at least 0.
        beta: how much of the velocity survives a step, in [0, 1).
        nesterov: look ahead along the velocity before stepping.

    >>> momentum = Momentum(lr=0.1)
    >>> momentum.step(momentum.step(1.0, 1.0), 1.0)   # 1 - 0.1 - 0.19
    0.71

    Source: Polyak (1964); Nesterov's form as in Sutskever et al. (2013), section 2.
    """

    hyperparameters = ("lr", "beta", "nesterov")
    state = ("b",)

    def __init__(self, lr=0.01, beta=0.9, nesterov=False):
        self.lr = _not_negative("lr", lr)
        self.beta = _decay("beta", beta)
        self.nesterov = _flag("nesterov", nesterov)
        self.reset()

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        b = self.beta * self.b + g
        direction = g + self.beta * b if self.nesterov else b
        theta = theta - self.lr * direction
        _require_finite("the new theta", theta, t)
        self.t, self.b = t, b
        return theta


class AdaGrad(Optimizer):
    """A learning rate for each coordinate, which shrinks with every gradient seen there.

    One step::

        s <- s + g^2                                (starts at 0)
        theta <- theta - lr * g / (sqrt(s) + eps)   (eps outside the root)

    Args:
        lr: the learning rate, at least 0; the first step is this long.
        eps: keeps the division defined, at least 0, in units of the gradient.

    >>> adagrad = AdaGrad(lr=0.1)
    >>> round(adagrad.step(1.0, 5.0), 9)
    0.9

    Source: Duchi, Hazan and Singer (2011), the diagonal form of Figure 1.
    """

    hyperparameters = ("lr", "eps")
    state = ("s",)
    scale = "s"

    def __init__(self, lr=0.01, eps=1e-10):
        self.lr = _not_negative("lr", lr)
        self.eps = _not_negative("eps", eps)
        self.reset()

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        s = self.s + g * g
        theta = theta - self.lr * g / (sqrt(s) + self.eps)
        _require_finite("s", s, t)
        _require_finite("the new theta", theta, t)
        self.t, self.s = t, s
        return theta


class RMSprop(Optimizer):
    """AdaGrad that forgets: the sum of squares becomes a moving average.

    One step::

        v <- rho * v + (1 - rho) * g^2              (starts at 0, never bias-corrected)
        theta <- theta - lr * g / (sqrt(v) + eps)   (eps outside the root)

    Because v starts at 0, the first step is lr / sqrt(1 - rho): 10 * lr at the default.

    Args:
        lr: the learning rate, at least 0.
        rho: how much of the average survives a step, in [0, 1).
        eps: keeps the division defined, at least 0, in units of the gradient.

    >>> round(RMSprop(lr=0.01).step(1.0, 5.0), 6)
    0.9

    Source: Hinton, Srivastava and Swersky, Neural Networks for Machine Learning (2012), lecture 6e.
    """

    hyperparameters = ("lr", "rho", "eps")
    state = ("v",)
    scale = "v"

    def __init__(self, lr=0.01, rho=0.99, eps=1e-8):
        self.lr = _not_negative("lr", lr)
        self.rho = _decay("rho", rho)
        self.eps = _not_negative("eps", eps)
        self.reset()

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        v = self.rho * self.v + (1 - self.rho) * (g * g)
        theta = theta - self.lr * g / (sqrt(v) + self.eps)
        _require_finite("the new theta", theta, t)
        self.t, self.v = t, v
        return theta


class Adam(Optimizer):
    """Adaptive moment estimation: momentum over root mean square, both corrected for starting at 0.

    One step::

        t <- t + 1
        m <- beta1 * m + (1 - beta1) * g     first moment: a moving average of g
        v <- beta2 * v + (1 - beta2) * g^2   second raw moment: one of g^2
        m_hat <- m / (1 - beta1^t)           bias correction
        v_hat <- v / (1 - beta2^t)
        theta <- theta - lr * m_hat / (sqrt(v_hat) + eps)

    Args:
        lr: the learning rate alpha, at least 0, in units of theta.
        beta1, beta2: how much of each average survives a step, in [0, 1).
        eps: keeps the division defined, at least 0, in units of the gradient.
        bias_correction: False leaves m_hat = m and v_hat = v, to see what that does.

    >>> adam = Adam()
    >>> round(adam.step(1.0, 20.0), 9), round(adam.m_hat, 9)
    (0.999, 20.0)

    Source: Kingma and Ba (2015), Algorithm 1, line by line.
    """

    hyperparameters = ("lr", "beta1", "beta2", "eps", "bias_correction")
    state = ("m", "v", "m_hat", "v_hat")
    scale = "v"

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
        self.lr = _not_negative("lr", lr)
        self.beta1 = _decay("beta1", beta1)
        self.beta2 = _decay("beta2", beta2)
        self.eps = _not_negative("eps", eps)
        self.bias_correction = _flag("bias_correction", bias_correction)
        self.reset()

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        m = self.beta1 * self.m + (1 - self.beta1) * g
        v = self.beta2 * self.v + (1 - self.beta2) * (g * g)
        m_hat = m / (1 - power(self.beta1, t)) if self.bias_correction else m
        v_hat = v / (1 - power(self.beta2, t)) if self.bias_correction else v
        theta = theta - self.lr * m_hat / (sqrt(v_hat) + self.eps)
        _require_finite("the new theta", theta, t)
        self.t, self.m, self.v, self.m_hat, self.v_hat = t, m, v, m_hat, v_hat
        return theta


class AdamW(Adam):
    """Adam with decoupled weight decay: the old theta shrinks, then Adam's step is taken.

    One step::

        theta <- theta - lr * weight_decay * theta
        theta <- theta - lr * m_hat / (sqrt(v_hat) + eps)

    The decay never passes through m or v. It is scaled by lr, as in PyTorch; the paper scales it by
    the schedule multiplier eta_t alone, so its lambda is lr * weight_decay here.

    Args:
        weight_decay: lambda, at least 0, in units of 1 / lr. The rest is Adam's.

    >>> round(AdamW(lr=0.1, weight_decay=0.5).step(1.0, 20.0), 9)      # 1 - 0.05 - 0.1
    0.85

    Source: Loshchilov and Hutter (2019), Algorithm 2.
    """

    hyperparameters = Adam.hyperparameters + ("weight_decay",)

    def __init__(
        self,
        lr=0.001,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        bias_correction=True,
        weight_decay=0.01,
    ):
        Adam.__init__(self, lr, beta1, beta2, eps, bias_correction)
        self.weight_decay = _not_negative("weight_decay", weight_decay)

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        return Adam.step(self, theta - self.lr * self.weight_decay * theta, g)


class AMSGrad(Adam):
    """Adam whose denominator remembers the largest second moment, so steps cannot grow back.

    One step::

        m, v <- as in Adam
        v_max <- max(v_max, v)   (of the uncorrected v, as in PyTorch)
        v_hat <- v_max / (1 - beta2^t)
        theta <- theta - lr * m_hat / (sqrt(v_hat) + eps)

    Because v_max is corrected afterwards, v_hat can still fall early on. The paper corrects
    nothing and has no eps: that form is AMSGrad(eps=0, bias_correction=False).

    Args: Adam's.

    >>> amsgrad = AMSGrad(lr=0.1)
    >>> round(amsgrad.step(1.0, 20.0), 9)
    0.9

    Source: Reddi, Kale and Kumar (2018), Algorithm 2.
    """

    state = ("m", "v", "v_max", "m_hat", "v_hat")
    scale = "v_max"

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        m = self.beta1 * self.m + (1 - self.beta1) * g
        v = self.beta2 * self.v + (1 - self.beta2) * (g * g)
        v_max = maximum(self.v_max, v)
        m_hat = m / (1 - power(self.beta1, t)) if self.bias_correction else m
        v_hat = v_max / (1 - power(self.beta2, t)) if self.bias_correction else v_max
        theta = theta - self.lr * m_hat / (sqrt(v_hat) + self.eps)
        _require_finite("the new theta", theta, t)
        self.t, self.m, self.v, self.v_max, self.m_hat, self.v_hat = t, m, v, v_max, m_hat, v_hat
        return theta


class NAdam(Adam):
    """Adam with Nesterov's look-ahead: this step already uses the next step's momentum.

    One step::

        mu_t <- beta1 * (1 - 0.96^(t * momentum_decay) / 2)
        mu_product <- mu_product * mu_t
        m, v, v_hat <- as in Adam
        m_hat <- mu_{t+1} * m / (1 - mu_product * mu_{t+1}) + (1 - mu_t) * g / (1 - mu_product)
        theta <- theta - lr * m_hat / (sqrt(v_hat) + eps)

    The schedule is PyTorch's, as are its constants; Keras, optax and Flux each use another.

    Args:
        momentum_decay: psi, at least 0: how fast mu_t approaches beta1. The rest is Adam's.

    >>> round(NAdam(lr=0.1).step(1.0, 20.0), 6)       # 1.0564 times lr, whatever the gradient
    0.894355

    Source: Dozat (2016), Algorithm 2, with the momentum schedule of its section 3.
    """

    hyperparameters = Adam.hyperparameters + ("momentum_decay",)
    state = ("m", "v", "m_hat", "v_hat", "mu_product")

    def __init__(
        self,
        lr=0.001,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        bias_correction=True,
        momentum_decay=0.004,
    ):
        Adam.__init__(self, lr, beta1, beta2, eps, bias_correction)
        self.momentum_decay = _not_negative("momentum_decay", momentum_decay)

    def reset(self):
        Adam.reset(self)
        self.mu_product = 1.0

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        rise = 0.96**self.momentum_decay
        mu = self.beta1 * (1 - 0.5 * power(rise, t))
        mu_next = self.beta1 * (1 - 0.5 * power(rise, t + 1))
        mu_product = self.mu_product * mu
        m = self.beta1 * self.m + (1 - self.beta1) * g
        v = self.beta2 * self.v + (1 - self.beta2) * (g * g)
        if self.bias_correction:
            m_hat = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)
            v_hat = v / (1 - power(self.beta2, t))
        else:
            m_hat = mu_next * m + (1 - mu) * g
            v_hat = v
        theta = theta - self.lr * m_hat / (sqrt(v_hat) + self.eps)
        _require_finite("the new theta", theta, t)
        self.t, self.m, self.v, self.m_hat, self.v_hat = t, m, v, m_hat, v_hat
        self.mu_product = mu_product
        return theta


class AdaMax(Optimizer):
    """Adam with the largest recent gradient in place of the root mean square.

    One step::

        m <- beta1 * m + (1 - beta1) * g
        u <- max(beta2 * u, abs(g) + eps)   (eps inside the maximum, as in PyTorch)
        m_hat <- m / (1 - beta1^t)          (u needs no correction)
        theta <- theta - lr * m_hat / u

    Args:
        lr: the learning rate alpha, at least 0. The paper says that no step is longer; the exact
            bound is (1 - beta1) / (1 - beta1 / beta2) times lr: 1.0091 times at the defaults.
        beta1, beta2: how much of each survives a step, in [0, 1).
        eps: keeps the division defined, at least 0, in units of the gradient.

    >>> round(AdaMax(lr=0.1).step(1.0, 20.0), 9)
    0.9

    Source: Kingma and Ba (2015), Algorithm 2, which has no eps.
    """

    hyperparameters = ("lr", "beta1", "beta2", "eps")
    state = ("m", "u", "m_hat")
    scale = "u"

    def __init__(self, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr = _not_negative("lr", lr)
        self.beta1 = _decay("beta1", beta1)
        self.beta2 = _decay("beta2", beta2)
        self.eps = _not_negative("eps", eps)
        self.reset()

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        m = self.beta1 * self.m + (1 - self.beta1) * g
        u = maximum(self.beta2 * self.u, abs(g) + self.eps)
        m_hat = m / (1 - power(self.beta1, t))
        theta = theta - self.lr * m_hat / u
        _require_finite("the new theta", theta, t)
        self.t, self.m, self.u, self.m_hat = t, m, u, m_hat
        return theta


class Lion(Optimizer):
    """The sign of a momentum: every coordinate moves by exactly lr, one way or the other.

    One step::

        c <- beta1 * m + (1 - beta1) * g
        theta <- theta - lr * (sign(c) + weight_decay * theta)
        m <- beta2 * m + (1 - beta2) * g   (after the step, with another decay)

    Args:
        lr: the learning rate, at least 0: the length of the step in each coordinate.
        beta1: the share of momentum in the direction, in [0, 1).
        beta2: how much of the momentum survives a step, in [0, 1).
        weight_decay: decoupled and scaled by lr, at least 0.

    >>> Lion(lr=0.25).step(1.0, 20.0)
    0.75

    Source: Chen et al., Symbolic Discovery of Optimization Algorithms (2023), Algorithm 2.
    """

    hyperparameters = ("lr", "beta1", "beta2", "weight_decay")
    state = ("m",)

    def __init__(self, lr=0.0001, beta1=0.9, beta2=0.99, weight_decay=0.0):
        self.lr = _not_negative("lr", lr)
        self.beta1 = _decay("beta1", beta1)
        self.beta2 = _decay("beta2", beta2)
        self.weight_decay = _not_negative("weight_decay", weight_decay)
        self.reset()

    def step(self, theta, g):
        """Return the new theta; theta and g, of equal shape, stay as they are."""
        self._check(theta, g)
        t = self.t + 1
        c = self.beta1 * self.m + (1 - self.beta1) * g
        theta = theta - self.lr * (sign(c) + self.weight_decay * theta)
        m = self.beta2 * self.m + (1 - self.beta2) * g
        _require_finite("the new theta", theta, t)
        self.t, self.m = t, m
        return theta


OPTIMIZERS = (SGD, Momentum, AdaGrad, RMSprop, Adam, AdamW, AMSGrad, NAdam, AdaMax, Lion)


# Arithmetic that Python spells differently for floats and for arrays, or in which libraries differ.


def power(beta, t):
    """beta^t for t = 0, 1, 2, ..., by multiplications alone: the same bits everywhere.

    `beta**t` asks the C library, and libraries differ in the last bit about once in a thousand.

    >>> power(0.5, 10) == 0.5**10
    True
    """
    try:
        return POWERS[beta][t]
    except KeyError:
        pass
    except TypeError:
        return beta**t  # an array of betas, one for each run
    known = POWERS.setdefault(beta, {})
    if len(known) > 10000:
        known.clear()  # nothing depends on what is remembered
    half = power(beta, t // 2) if t else 1.0
    known[t] = half * half * (beta if t % 2 else 1.0)
    return known[t]


POWERS = {}  # beta: {t: beta^t}, those that have been asked for lately


def sqrt(x):
    """The square root of a float or of each element: the same bits either way."""
    return math.sqrt(x) if isinstance(x, NUMBER) else x**0.5


def maximum(a, b):
    """The larger of two floats, or of each pair of elements."""
    if isinstance(b, (int, float)):
        return a if a > b else b
    import numpy

    return numpy.maximum(a, b)


def sign(x):
    """-1, 0 or 1, for a float or for each element."""
    if isinstance(x, (int, float)):
        return 1.0 * (x > 0) - 1.0 * (x < 0)
    import numpy

    return numpy.sign(x)


# What is refused, and in which words.


def _shape(x):
    return () if isinstance(x, (int, float)) else tuple(x.shape)


def _not_negative(name, x):
    try:
        value = -1.0 if isinstance(x, (bool, str)) else float(x)
    except (TypeError, ValueError, OverflowError):
        value = -1.0
    if 0.0 <= value < math.inf:
        return value
    raise ValueError("%s must be a finite number, at least 0; got %r" % (name, x))


def _decay(name, x):
    value = _not_negative(name, x)
    if value < 1.0:
        return value
    raise ValueError("%s must be at least 0 and below 1; got %r" % (name, x))


def _flag(name, x):
    if x is True or x is False:
        return x
    raise ValueError("%s must be True or False; got %r" % (name, x))


def _square(g):
    if isinstance(g, (int, float)):
        return float(g) * float(g)
    import numpy

    with numpy.errstate(over="ignore"):
        return g * g


def _require_finite(name, x, step):
    if isinstance(x, NUMBER):
        if -math.inf < x < math.inf:
            return
        where = ""
    else:
        import numpy

        finite = numpy.isfinite(x)
        if finite.all():
            return
        where = _first(~finite)
    raise FloatingPointError("step %d: %s%s is NaN or infinite" % (step, name, where))


def _require_nonzero(x, step):
    zero = x == 0
    if zero is True or (zero is not False and zero.any()):
        raise FloatingPointError(
            "step %d: with eps = 0 the step is 0/0, because the gradient%s has always been 0"
            % (step, _first(zero))
        )


def _first(bad):
    """The first index at which `bad` holds, as it is written in Python: "[i, j]"."""
    if not getattr(bad, "shape", ()):
        return ""
    import numpy

    return "[%s]" % ", ".join(str(i) for i in numpy.argwhere(bad)[0])
