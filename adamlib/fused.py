"""Adam for large arrays: in place, without temporaries of their size, at the speed of memory.

`adamlib.Adam` is written to be read. On ten million parameters it makes fifteen arrays of their
size in every step, and most of its time goes into moving them. This is the same Adam, arranged for
a machine: the arrays are walked through once, in blocks that fit into the processor's cache, or in
one compiled loop where numba is installed.
"""

import functools
import math
from collections import namedtuple

import numpy

from .optimizers import Optimizer, _decay, _flag, _not_negative

# A block of each of the four arrays, and the one buffer, stay in the second-level cache or near it.
# Smaller blocks would be closer still, but each call of numpy costs half a microsecond.
BLOCK_BYTES = 2**18


class FusedAdam(Optimizer):
    """Adam, or AdamW, that changes a large array in place: two arrays of state, at most 1 MiB more.

    One step, in blocks, is Algorithm 1 with the division by sqrt(1 - beta2^t) carried out on eps
    and lr instead of on v, which is exact::

        m <- beta1 * m + (1 - beta1) * g
        v <- beta2 * v + (1 - beta2) * g^2
        root <- sqrt(1 - beta2^t)
        step <- lr * root / (1 - beta1^t) * m / (sqrt(v) + eps * root)
        theta <- theta - lr * weight_decay * theta - step

    Args:
        lr, beta1, beta2, eps: Adam's. The betas are rounded to the array's precision.
        weight_decay: AdamW's lambda, at least 0; here 0 by default, which is Adam.
        check: look through each gradient before anything is changed; False saves that time.
        compiled: True for numba's kernel, False for numpy, "auto" for numba where it is installed.

    >>> theta, adam = numpy.ones(3), FusedAdam(compiled=False)
    >>> adam.step_(theta, numpy.array([20.0, 0.0, -1e-3]))
    >>> theta.round(6).tolist()
    [0.999, 1.0, 1.001]

    Source: Kingma and Ba (2015), Algorithm 1 and the remark after it; AdamW as `adamlib.AdamW`.
    """

    hyperparameters = ("lr", "beta1", "beta2", "eps", "weight_decay", "check", "compiled")
    state = ("m", "v")

    def __init__(
        self,
        lr=0.001,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        weight_decay=0.0,
        check=True,
        compiled="auto",
    ):
        self.lr = _not_negative("lr", lr)
        self.beta1 = _decay("beta1", beta1)
        self.beta2 = _decay("beta2", beta2)
        self.eps = _not_negative("eps", eps)
        self.weight_decay = _not_negative("weight_decay", weight_decay)
        self.check = _flag("check", check)
        self.compiled = _can_compile(compiled)
        self.reset()

    def step_(self, theta, g):
        """Change theta by one step along g, which stays as it is; return nothing.

        Args:
            theta, g: arrays of one shape and of float32 or both of float64, in any layout. Arrays
                that lie in memory without gaps, in the same order, are fastest.

        Raises:
            TypeError: for anything but numpy arrays of these two types.
            ValueError: if the shapes differ, theta is read-only, or theta and g share memory.
            FloatingPointError: if g, or its square in its own precision, is NaN or infinite, or if
                the step would be 0/0. Then theta, m, v and t are as they were.
        """
        self._require_usable(theta, g)
        theta, g, t = numpy.asarray(theta), numpy.asarray(g), self.t + 1
        if self.t:
            m, v = self.m, self.v
        else:
            m, v = numpy.zeros_like(theta), numpy.zeros_like(theta)
        constants = self._constants(t, theta.dtype.type)
        # Nothing may stop between the first block and the last, whatever the user's numpy.seterr.
        with numpy.errstate(all="ignore"):
            if self.check:
                _require_finite_squares(g, t, self.compiled)
                if constants.eps == 0:
                    _require_nonzero(v, g, t, constants)
            update = _update_compiled if self.compiled else _update_blocked
            update((theta, g, m, v), constants)
        self.t, self.m, self.v = t, m, v

    def _require_usable(self, theta, g):
        """Raise if the arrays are not what a step in place can work with."""
        for name, x in (("theta", theta), ("the gradient", g)):
            if not isinstance(x, numpy.ndarray):
                kind = type(x).__name__
                raise TypeError(f"{name} is a {kind}: a step in place needs a numpy array")
            if x.dtype == numpy.float16:
                raise TypeError(
                    f"{name} is float16, in which eps = 1e-08 rounds to 0 and g = 1e-4 squares to "
                    "0: keep theta in float32 and convert each gradient with g.astype('float32')"
                )
            if x.dtype not in (numpy.float32, numpy.float64):
                raise TypeError(f"{name} is {x.dtype}: convert it to float32 or float64 first")
        self._check_shapes(theta, g)
        if theta.dtype != g.dtype:
            raise TypeError(
                f"theta is {theta.dtype} but its gradient is {g.dtype}: they must be of one type"
            )
        if self.t and self.m.dtype != theta.dtype:
            raise TypeError(
                f"theta is {theta.dtype} but this optimizer has been stepping {self.m.dtype}: make "
                "one optimizer for each array, or reset() it"
            )
        if not theta.flags.writeable:
            raise ValueError("theta is read-only, and a step in place changes it: give a copy")
        if numpy.may_share_memory(theta, g, max_work=10_000):
            raise ValueError("theta and its gradient share memory: give a copy of one of them")

    def _constants(self, t, real):
        """The numbers that are the same for every parameter, in the arrays' precision."""
        beta1, beta2 = real(self.beta1), real(self.beta2)
        for name, beta in (("beta1", beta1), ("beta2", beta2)):
            if beta == 1:
                kind, exact = numpy.dtype(real), getattr(self, name)
                raise ValueError(f"{name} = {exact!r} rounds to 1 in {kind}: use float64")
        # All from the rounded betas, so that the weights in both averages still sum to 1.
        root = math.sqrt(1 - float(beta2) ** t)
        lr = self.lr * root / (1 - float(beta1) ** t)
        rest = map(real, (lr, self.eps * root, self.lr * self.weight_decay))
        return _Constants(beta1, 1 - beta1, beta2, 1 - beta2, *rest)


_Constants = namedtuple("_Constants", "beta1 rest1 beta2 rest2 lr eps decay")


def _update_blocked(arrays, constants):
    """One step of Adam in numpy, block by block, with one buffer of a block's size."""
    # numpy takes a number twice as fast when it comes as an array without dimensions.
    beta1, rest1, beta2, rest2, lr, eps, decay = map(numpy.asarray, constants)
    length = BLOCK_BYTES // arrays[0].itemsize
    buffer = numpy.empty(min(length, arrays[0].size), arrays[0].dtype)
    for theta, g, m, v in _pieces(arrays, (True, False, True, True), length):
        b = buffer[: theta.size]
        if decay:
            numpy.multiply(theta, decay, b)
            numpy.subtract(theta, b, theta)
        numpy.multiply(g, rest1, b)
        numpy.multiply(m, beta1, m)
        numpy.add(m, b, m)
        numpy.multiply(g, g, b)
        numpy.multiply(b, rest2, b)
        numpy.multiply(v, beta2, v)
        numpy.add(v, b, v)
        numpy.sqrt(v, b)
        numpy.add(b, eps, b)
        numpy.divide(m, b, b)
        numpy.multiply(b, lr, b)
        numpy.subtract(theta, b, theta)


def _update_compiled(arrays, constants):
    """One step of Adam in compiled loops: a single one, if all arrays lie in the same order."""
    _, update = _kernels(arrays[0].dtype)
    for theta, g, m, v in _pieces(arrays, (True, False, True, True)):
        update(theta, _frozen(g), m, v, *constants)


def adam_loop(theta, g, m, v, beta1, rest1, beta2, rest2, lr, eps, decay):
    """What numba compiles: one pass, each number read once and written once."""
    for i in range(theta.size):
        m_i = beta1 * m[i] + rest1 * g[i]
        v_i = beta2 * v[i] + rest2 * (g[i] * g[i])
        theta[i] -= decay * theta[i] + lr * m_i / (math.sqrt(v_i) + eps)
        m[i] = m_i
        v[i] = v_i


# Looking through a gradient before anything is changed.
#
# The update could check as it goes, but then it would have changed the blocks before the bad one,
# and rounding makes a step impossible to take back. So g is read twice: 32 bytes for each float32
# parameter in place of 28. Measured on large arrays, this adds some 20 % to a compiled step, and 10
# to 20 % to one in blocks.


def _require_finite_squares(g, step, compiled):
    """Raise if a number in g, or its square, is NaN or infinite; name the first."""
    limit = largest_square_root(g.dtype)
    if (_within_compiled if compiled else _within_blocked)(g, limit):
        return
    where = _first(lambda g: ~numpy.isfinite(g), g)
    name = "the gradient"
    if where is None:
        where = _first(lambda g: abs(g) > limit, g)
        name = "the square of the gradient"
    raise FloatingPointError(f"step {step}: {name}{where} is NaN or infinite")


def _require_nonzero(v, g, step, constants):
    """Raise if the new v is 0 somewhere, which eps = 0 would divide by; name the first."""

    def is_zero(v, g):
        return constants.beta2 * v + constants.rest2 * (g * g) == 0

    where = _first(is_zero, v, g)
    if where is not None:
        raise FloatingPointError(
            f"step {step}: with eps = 0 the step is 0/0, because v{where} is 0 in {g.dtype}"
        )


@functools.cache
def largest_square_root(dtype):
    """The largest number of a precision whose square is finite in it.

    >>> float(largest_square_root(numpy.dtype("float32")))
    1.8446742974197924e+19
    """
    return numpy.sqrt(numpy.finfo(dtype).max)


def _within_blocked(g, limit):
    for (piece,) in _pieces((g,), (False,), BLOCK_BYTES // g.itemsize):
        # A finite sum of squares has no NaN and no infinity in it: mostly one look is enough.
        if not math.isfinite(numpy.dot(piece, piece)):
            low, high = numpy.minimum.reduce(piece), numpy.maximum.reduce(piece)
            if not (-limit <= low and high <= limit):  # nor does any comparison with NaN hold
                return False
    return True


def _within_compiled(g, limit):
    largest, _ = _kernels(g.dtype)
    for (piece,) in _pieces((g,), (False,)):
        if largest(_frozen(piece.view(_integer(g.dtype)))) > limit.view(_integer(g.dtype)):
            return False
    return True


def _largest(bits):
    """What numba compiles: the largest of the bit patterns, without their signs.

    As integers, floats without sign are in the order of their size, then infinity, then NaN. Eight
    places are read at a time because memory delivers several streams faster than one.
    """
    n = bits.size // 8
    mask = bits.dtype.type(numpy.iinfo(bits.dtype).max)
    a = b = c = d = bits.dtype.type(0)
    for i in range(n):
        a = max(a, max(bits[i] & mask, bits[i + 4 * n] & mask))
        b = max(b, max(bits[i + n] & mask, bits[i + 5 * n] & mask))
        c = max(c, max(bits[i + 2 * n] & mask, bits[i + 6 * n] & mask))
        d = max(d, max(bits[i + 3 * n] & mask, bits[i + 7 * n] & mask))
    for i in range(8 * n, bits.size):
        a = max(a, bits[i] & mask)
    return max(max(a, b), max(c, d))


def _first(bad, *arrays):
    """The first index, in C order, at which `bad` holds for the arrays: "[i, j]", or None."""
    for start in range(0, arrays[0].size, 8192):
        found = bad(*(x.flat[start : start + 8192] for x in arrays))
        if found.any():
            index = numpy.unravel_index(start + found.argmax(), arrays[0].shape)
            return f"[{', '.join(map(str, index))}]" if index else ""
    return None


# How arrays are taken to pieces, and code is compiled.


def _pieces(arrays, written, length=None):
    """Matching one-dimensional pieces of arrays of one shape, at most `length` long.

    Args:
        arrays: of equal shape and dtype, in any layout. If they lie in memory without gaps and in
            the same order, the pieces are views; if not, numpy copies them in and out.
        written: for each array, whether the pieces will be written to.
        length: of the pieces. None for as long as possible.
    """
    for order in "CF":
        if all(x.flags.aligned and x.flags[f"{order}_CONTIGUOUS"] for x in arrays):
            flat = [x.reshape(-1, order=order) for x in arrays]
            length = length or max(1, flat[0].size)
            for start in range(0, flat[0].size, length):
                yield [x[start : start + length] for x in flat]
            return
    pieces = numpy.nditer(
        arrays,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readwrite" if w else "readonly", "aligned", "contig"] for w in written],
        buffersize=BLOCK_BYTES // 4 // arrays[0].itemsize,
    )
    with pieces:
        for piece in pieces:
            yield piece if len(arrays) > 1 else (piece,)


@functools.cache
def _kernels(dtype):
    """The compiled `_largest` and `adam_loop` for a precision: a few seconds, once.

    They are kept on disk for the next time, unless there is no folder that can be written to.
    """
    try:
        return _compile(dtype, keep=True)
    except (RuntimeError, OSError):
        return _compile(dtype, keep=False)


def _compile(dtype, keep):
    import numba

    largest = numba.njit(nogil=True, cache=keep)(_largest)
    # The update divides as numpy does, without a test for 0, and may use fused multiply-adds.
    update = numba.njit(error_model="numpy", fastmath={"contract"}, nogil=True, cache=keep)(
        adam_loop
    )
    numbers = numpy.empty(0, dtype)
    largest(_frozen(numbers.view(_integer(dtype))))
    update(numbers, _frozen(numbers), numbers, numbers, *numpy.ones(7, dtype))
    return largest, update


def _frozen(x):
    """A read-only view, so that the kernels are compiled for one type of gradient only."""
    x = x.view()
    x.flags.writeable = False
    return x


def _integer(dtype):
    return numpy.dtype(f"i{dtype.itemsize}")


def _can_compile(wanted):
    """Whether to use the compiled kernel: what was asked for, or for "auto" whether numba is there.

    Raises:
        ValueError: if `wanted` is neither True, False nor "auto".
        ImportError: if it is True and numba is missing.
    """
    if wanted is False:
        return False
    if wanted is not True and wanted != "auto":
        raise ValueError(f"compiled must be True, False or 'auto'; got {wanted!r}")
    try:
        import numba  # noqa: F401
    except ImportError as error:
        if wanted is True:
            raise ImportError(
                "compiled=True needs numba: pip install numba, or leave compiled at 'auto'"
            ) from error
        return False
    return True
