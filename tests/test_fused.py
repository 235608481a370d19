"""FusedAdam against the Adam that is written to be read, and against its own promises."""

import gc
import inspect
import math
import subprocess
import sys
import tracemalloc

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamlib import Adam, AdamW, fused
from adamlib.fused import BLOCK_BYTES, FusedAdam

ways = pytest.mark.parametrize("compiled", [False, True], ids=["blocked", "compiled"])
reals = pytest.mark.parametrize("real", [numpy.float32, numpy.float64], ids=["float32", "float64"])


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    """Blocks of 512 bytes, so that small arrays have several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fused, "BLOCK_BYTES", 512)
        yield


def bits(x):
    return x.dtype.str, x.shape, x.tobytes()


def memory(adam):
    """All that the optimizer remembers, to the last bit."""
    return {k: bits(x) if isinstance(x, numpy.ndarray) else x for k, x in vars(adam).items()}


def gradients(kind, steps, n, seed=0):
    """Gradients of one kind, one array for each step."""
    rng = numpy.random.default_rng(seed)
    for t in range(steps):
        g = rng.standard_normal(n)
        if kind == "noise":
            yield g
        elif kind == "sparse":
            yield g * (rng.random(n) < 0.05)
        elif kind == "many sizes":
            yield g * 10.0 ** rng.integers(-6, 7, n)
        elif kind == "a jump":
            yield g * (1e-3 if t < steps // 2 else 1e3)


# The same results as the textbook.

SETTINGS = {
    "defaults": {},
    "large lr": {"lr": 0.3},
    "large eps": {"eps": 0.5},
    "huge eps": {"lr": 50.0, "eps": 1e4},
    "beta1 = 0": {"beta1": 0.0},
    "beta2 = 0": {"beta2": 0.0, "beta1": 0.5},
    "both 0": {"beta1": 0.0, "beta2": 0.0},
    "beta1 > beta2": {"beta1": 0.99, "beta2": 0.9},
    "slow": {"beta1": 0.99, "beta2": 0.99999},
    "lr = 0": {"lr": 0.0},
    "weight decay": {"lr": 0.01, "weight_decay": 0.3},
}
KINDS = ["noise", "sparse", "many sizes", "a jump"]
every_setting = pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
every_kind = pytest.mark.parametrize("kind", KINDS)


def textbook(settings):
    return AdamW(**settings) if "weight_decay" in settings else Adam(**settings)


@ways
@every_setting
@every_kind
def test_float64_is_the_textbook_for_100_steps(compiled, settings, kind):
    n = 333
    slow, fast = textbook(settings), FusedAdam(**settings, compiled=compiled)
    expected = numpy.random.default_rng(1).standard_normal(n)
    theta = expected.copy()
    for g in gradients(kind, 100, n):
        expected = slow.step(expected, g)
        assert fast.step_(theta, g) is None
    assert fast.t == slow.t == 100
    # Rounding only: each operation is off by 1e-16 of the numbers that it works with.
    assert abs(theta - expected).max() <= 2e-14 * max(1, abs(expected).max())
    assert numpy.allclose(fast.v, slow.v, rtol=1e-13, atol=0)
    largest = max(abs(g).max() for g in gradients(kind, 100, n))
    assert abs(fast.m - slow.m).max() <= 1e-15 * largest * 10


@ways
@every_setting
@every_kind
def test_float32_is_float64_but_for_rounding(compiled, settings, kind):
    n = 333
    short, long = (FusedAdam(**settings, compiled=compiled) for _ in range(2))
    theta32 = numpy.random.default_rng(1).standard_normal(n, dtype=numpy.float32)
    theta64 = theta32.astype(float)
    path = 0.0
    for g in gradients(kind, 100, n):
        g = g.astype(numpy.float32)
        before = theta64.copy()
        short.step_(theta32, g)
        long.step_(theta64, g.astype(float))
        path = path + abs(theta64 - before)
    ulp = 2.0**-23
    # Each step rounds theta (half an ulp of it); betas that are off by half an ulp, and the few
    # operations of a step, cost at most some hundred ulps of the way gone.
    size = numpy.maximum(abs(theta64), 1)
    assert (abs(theta32 - theta64) <= 100 * ulp / 2 * size + 200 * ulp * path).all()
    assert theta32.dtype == short.m.dtype == short.v.dtype == numpy.float32
    # v itself has the weight 1 - beta2 of the rounded beta2; v_hat does not depend on it.
    beta2 = float(numpy.float32(long.beta2))
    v_hat = short.v / (1 - beta2**100), long.v / (1 - long.beta2**100)
    assert numpy.allclose(*v_hat, rtol=200 * ulp, atol=1e-34)


@reals
@every_setting
@every_kind
def test_blocked_and_compiled_agree(real, settings, kind):
    n = 333
    adams = [FusedAdam(**settings, compiled=compiled) for compiled in (False, True)]
    thetas = [numpy.random.default_rng(1).standard_normal(n).astype(real) for _ in adams]
    path = 0.0
    for g in gradients(kind, 100, n):
        before = thetas[0].copy()
        for adam, theta in zip(adams, thetas, strict=True):
            adam.step_(theta, g.astype(real))
        path = path + abs(thetas[0] - before)
    ulp = float(numpy.finfo(real).eps)
    size = numpy.maximum(abs(thetas[0]), 1)
    assert (abs(thetas[0] - thetas[1]) <= 100 * ulp * size + 20 * ulp * path).all()
    assert numpy.allclose(adams[0].v, adams[1].v, rtol=60 * ulp, atol=1e-38)


@ways
@reals
def test_two_steps_by_hand(compiled, real):
    adam = FusedAdam(lr=0.5, beta1=0.5, beta2=0.75, eps=1.0, compiled=compiled)
    theta = numpy.array([1.0, 1.0], real)
    adam.step_(theta, numpy.array([4.0, 0.0], real))
    # m_hat = 4, v_hat = 16: the step is 0.5 * 4 / (4 + 1).
    assert numpy.allclose(theta, [0.6, 1.0], rtol=1e-6)
    assert (adam.m.tolist(), adam.v.tolist()) == ([2.0, 0.0], [4.0, 0.0])
    adam.step_(theta, numpy.array([0.0, 2.0], real))
    # m = (1, 1), m_hat = m / 0.75; v = (3, 1), v_hat = v / 0.4375.
    steps = [0.5 * (1 / 0.75) / (math.sqrt(v / 0.4375) + 1.0) for v in (3.0, 1.0)]
    assert numpy.allclose(theta, [0.6 - steps[0], 1.0 - steps[1]], rtol=1e-6)


@given(
    lr=st.floats(1e-6, 10),
    beta1=st.floats(0, 0.999),
    beta2=st.floats(0, 0.9999),
    eps=st.floats(1e-12, 10),
    weight_decay=st.sampled_from([0.0, 0.01, 0.5]),
    n=st.integers(1, 200),
)
@pytest.mark.parametrize("compiled", [False, True])
def test_any_settings(compiled, lr, beta1, beta2, eps, weight_decay, n):
    settings = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}
    slow = AdamW(**settings, weight_decay=weight_decay)
    fast = FusedAdam(**settings, weight_decay=weight_decay, compiled=compiled)
    expected = numpy.linspace(-1, 1, n)
    theta = expected.copy()
    for g in gradients("many sizes", 5, n, seed=n):
        before, expected = expected, slow.step(expected, g)
        fast.step_(theta, g)
        reach = numpy.maximum(abs(before), abs(expected)).max()
        assert abs(theta - expected).max() <= 1e-12 * max(1, reach, lr)


@reals
@pytest.mark.parametrize("beta", [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999])
def test_rounded_betas_still_weigh_to_one(real, beta):
    """A float32 0.999 beside a float32 0.001 of its own would let v settle at 1.000013 g^2."""
    constants = FusedAdam(beta1=beta, beta2=beta)._constants(1, real)
    assert float(constants.beta1) + float(constants.rest1) == 1.0
    assert float(constants.beta2) + float(constants.rest2) == 1.0
    assert all(type(x) is real for x in constants)


# Layouts and sizes.


def layouts(x):
    """The numbers of x, a matrix, in memory laid out in many ways."""
    wide = numpy.zeros((2 * x.shape[0], 3 * x.shape[1]), x.dtype)
    wide[::2, ::3] = x
    backwards = numpy.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1]
    packed = numpy.zeros(x.size * x.itemsize + 1, numpy.uint8)[1:].view(x.dtype).reshape(x.shape)
    packed[...] = x
    assert not packed.flags.aligned
    return {
        "C": numpy.ascontiguousarray(x),
        "Fortran": numpy.asfortranarray(x),
        "strided": wide[::2, ::3],
        "backwards": backwards,
        "unaligned": packed,
    }


LAYOUTS = ["C", "Fortran", "strided", "backwards", "unaligned"]


@ways
@reals
@pytest.mark.parametrize("of_theta", LAYOUTS)
@pytest.mark.parametrize("of_g", LAYOUTS)
def test_any_layout(compiled, real, of_theta, of_g):
    rng = numpy.random.default_rng(0)
    start, gs = rng.standard_normal((17, 23)), rng.standard_normal((3, 17, 23))
    start, gs = start.astype(real), gs.astype(real)
    plain, other = (FusedAdam(lr=0.1, compiled=compiled) for _ in range(2))
    expected, theta = start.copy(), layouts(start)[of_theta]
    around = theta.base.copy() if of_theta == "strided" else None
    for g in gs:
        plain.step_(expected, g)
        other.step_(theta, layouts(g)[of_g])
    assert abs(theta - expected).max() <= 4 * numpy.finfo(real).eps
    assert abs(other.m - plain.m).max() <= 4 * numpy.finfo(real).eps
    if around is not None:  # what lies between the elements is not touched
        theta.base[::2, ::3] = around[::2, ::3]
        assert bits(theta.base) == bits(around)


def test_pieces_are_views_where_memory_allows():
    x = numpy.zeros((17, 23))
    laid = layouts(x)
    for order in ("C", "Fortran"):
        arrays = [laid[order].copy(order="K") for _ in range(4)]
        (whole,) = fused._pieces(arrays, (True,) * 4)
        assert all(numpy.shares_memory(a, b) for a, b in zip(whole, arrays, strict=True))
        parts = list(fused._pieces(arrays, (True,) * 4, 100))
        assert [part[0].size for part in parts] == [100, 100, 100, 91]
    # Not aligned: copied, because a kernel may rely on it.
    assert all(x.flags.aligned for (x,) in fused._pieces((laid["unaligned"],), (False,)))


@ways
@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0), (127,), (128,), (129,), (2, 3, 4, 5)])
def test_any_shape(compiled, shape):
    rng = numpy.random.default_rng(0)
    expected = rng.standard_normal(shape)
    theta, slow, fast = numpy.array(expected), Adam(lr=0.1), FusedAdam(lr=0.1, compiled=compiled)
    for _ in range(3):
        g = numpy.array(rng.standard_normal(shape))
        expected = slow.step(expected, g)
        fast.step_(theta, g)
    assert theta.shape == fast.m.shape == shape
    assert numpy.allclose(theta, expected, rtol=1e-14)


@ways
def test_a_file_mapped_into_memory(compiled, tmp_path):
    theta = numpy.memmap(tmp_path / "theta", numpy.float32, "w+", shape=(300,))
    FusedAdam(lr=0.5, compiled=compiled).step_(theta, numpy.ones(300, numpy.float32))
    theta.flush()
    assert numpy.allclose(numpy.fromfile(tmp_path / "theta", numpy.float32), -0.5)


@ways
def test_the_gradient_stays_as_it_is(compiled):
    g = numpy.random.default_rng(0).standard_normal(500)
    before = bits(g)
    g.flags.writeable = False
    FusedAdam(compiled=compiled).step_(numpy.zeros(500), g)
    assert bits(g) == before


@ways
def test_settings_may_change_between_steps(compiled):
    slow, fast = Adam(), FusedAdam(compiled=compiled)
    expected = numpy.ones(300)
    theta = expected.copy()
    for t, g in enumerate(gradients("noise", 20, 300)):
        slow.lr = fast.lr = 0.1 / (t + 1)
        expected = slow.step(expected, g)
        fast.step_(theta, g)
    assert numpy.allclose(theta, expected, rtol=1e-13)


@ways
def test_reset_starts_over(compiled):
    adam = FusedAdam(compiled=compiled)
    first, again = numpy.zeros(300), numpy.zeros(7, numpy.float32)
    adam.step_(first, numpy.ones(300))
    adam.reset()
    assert (adam.t, adam.m, adam.v) == (0, 0.0, 0.0)
    adam.step_(again, numpy.ones(7, numpy.float32))
    assert numpy.allclose(again, -0.001)


# Memory.


@ways
@reals
@pytest.mark.parametrize("layout", ["C", "other"])
@pytest.mark.parametrize("check", [True, False])
def test_at_most_one_mebibyte_besides_the_state(compiled, real, layout, check, monkeypatch):
    monkeypatch.setattr(fused, "BLOCK_BYTES", BLOCK_BYTES)
    shape = (3000, 1001)
    theta, g = numpy.zeros(shape, real), numpy.ones(shape, real)
    if layout == "other":
        g = numpy.asfortranarray(g)
    if compiled:
        fused._kernels(theta.dtype)  # the compiler's own memory is not the step's
    adam = FusedAdam(compiled=compiled, check=check, weight_decay=0.1)
    tracemalloc.start()
    try:
        for _ in range(2):
            gc.collect()
            start, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            new = 2 * theta.nbytes if adam.t == 0 else 0
            adam.step_(theta, g)
            _, peak = tracemalloc.get_traced_memory()
            assert new <= peak - start <= new + 2**20
            assert adam.m.nbytes + adam.v.nbytes == 2 * theta.nbytes
        g[-1, -1] = numpy.nan
        tracemalloc.reset_peak()
        start, _ = tracemalloc.get_traced_memory()
        if check:
            with pytest.raises(FloatingPointError, match="2999, 1000"):
                adam.step_(theta, g)
            _, peak = tracemalloc.get_traced_memory()
            assert peak - start <= 2**20
    finally:
        tracemalloc.stop()


# What is refused, before anything is changed.


def refused(adam, theta, g, error, match):
    before = memory(adam), bits(numpy.asarray(theta))
    with pytest.raises(error, match=match):
        adam.step_(theta, g)
    assert (memory(adam), bits(numpy.asarray(theta))) == before


@ways
@reals
@pytest.mark.parametrize("steps", [0, 3])
@pytest.mark.parametrize("bad", [numpy.nan, numpy.inf, -numpy.inf, -numpy.nan])
@pytest.mark.parametrize("where", [(0, 0), (11, 7), (19, 29)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_bad_gradient_changes_nothing(compiled, real, steps, bad, where, order):
    rng = numpy.random.default_rng(0)
    adam = FusedAdam(lr=0.1, compiled=compiled)
    theta = rng.standard_normal((20, 30)).astype(real)
    g = numpy.asarray(rng.standard_normal((20, 30)), real, order=order)
    for _ in range(steps):
        adam.step_(theta, g)
    good = g[where]
    g[where] = bad
    g[19, 29] = bad  # the first one is named
    match = rf"^step {steps + 1}: the gradient\[{where[0]}, {where[1]}\] is NaN or infinite$"
    refused(adam, theta, g, FloatingPointError, match)
    g[where] = g[19, 29] = good
    adam.step_(theta, g)  # and the same optimizer goes on
    assert adam.t == steps + 1 and numpy.isfinite(theta).all()


@ways
@reals
@pytest.mark.parametrize("position", [0, 1, 5, 127, 128, 299, 300, 301, 302])
def test_every_place_is_looked_at(compiled, real, position):
    for n in (position + 1, 303):
        g = numpy.ones(n, real)
        g[position] = numpy.nan
        match = rf"gradient\[{position}\]"
        adam = FusedAdam(compiled=compiled)
        refused(adam, numpy.zeros(n, real), g, FloatingPointError, match)


@ways
@reals
def test_a_square_that_overflows(compiled, real):
    limit = fused.largest_square_root(numpy.dtype(real))
    beyond = numpy.nextafter(limit, real(numpy.inf))
    with numpy.errstate(over="ignore"):
        assert numpy.isfinite(limit * limit) and numpy.isinf(beyond * beyond)
    adam, theta, g = FusedAdam(compiled=compiled), numpy.zeros(300, real), numpy.ones(300, real)
    g[:] = -limit  # the squares are finite; their sum is not, and need not be
    adam.step_(theta, g)
    assert numpy.allclose(theta, 0.001)
    g[200] = -beyond
    match = r"^step 2: the square of the gradient\[200\] is NaN or infinite$"
    refused(adam, theta, g, FloatingPointError, match)
    g[250] = numpy.nan  # as in Adam: the gradient itself is looked at first
    refused(adam, theta, g, FloatingPointError, r"^step 2: the gradient\[250\]")


@ways
@reals
def test_the_words_are_the_textbooks(compiled, real):
    for g in ([1.0, numpy.nan], [1.0, -numpy.inf], [3e38 if real == numpy.float32 else 1e308, 1.0]):
        g, words = numpy.array(g, real), []
        for take in (Adam().step, FusedAdam(compiled=compiled).step_):
            with pytest.raises(FloatingPointError) as caught:
                take(numpy.zeros(2, real), g)
            words.append(str(caught.value))
        assert words[0] == words[1]


@ways
@reals
def test_eps_zero(compiled, real):
    adam = FusedAdam(lr=0.5, eps=0.0, compiled=compiled)
    theta, g = numpy.zeros(300, real), numpy.ones(300, real)
    adam.step_(theta, g)
    assert numpy.allclose(theta, -0.5)
    g[:] = 0  # v remembers
    adam.step_(theta, g)
    assert numpy.isfinite(theta).all()
    fresh, g[:] = FusedAdam(eps=0.0, compiled=compiled), 1
    g[170] = 0
    match = r"^step 1: with eps = 0 the step is 0/0, because v\[170\] is 0"
    refused(fresh, numpy.zeros(300, real), g, FloatingPointError, match)


@ways
def test_an_eps_that_is_zero_in_float32(compiled):
    adam = FusedAdam(eps=1e-50, compiled=compiled)
    theta, g = numpy.zeros(3, numpy.float32), numpy.array([1, 1e-30, 1], numpy.float32)
    refused(adam, theta, g, FloatingPointError, r"v\[1\] is 0 in float32")
    FusedAdam(eps=1e-50, compiled=compiled).step_(numpy.zeros(3), g.astype(float))


@ways
def test_no_half_steps_under_seterr(compiled):
    """The textbook's numpy warns or raises on underflow if asked to; a step in place must not."""
    adam, theta = FusedAdam(lr=0.5, compiled=compiled), numpy.zeros(300, numpy.float32)
    g = numpy.full(300, 1e-30, numpy.float32)  # the square underflows
    with numpy.errstate(all="raise"):
        adam.step_(theta, g)
        g[299] = numpy.nan
        refused(adam, theta, g, FloatingPointError, "gradient")
    assert adam.t == 1 and numpy.allclose(theta, -0.5 * 1e-30 / 1e-8)


@ways
def test_without_the_check_anything_goes(compiled):
    adam, theta = FusedAdam(check=False, compiled=compiled), numpy.zeros(3)
    adam.step_(theta, numpy.array([1.0, numpy.nan, -1.0]))
    assert numpy.isnan(theta[1]) and numpy.allclose(theta[[0, 2]], [-0.001, 0.001])


def test_a_beta_that_rounds_to_one():
    theta, g = numpy.ones(3, numpy.float32), numpy.ones(3, numpy.float32)
    for name in ("beta1", "beta2"):
        adam = FusedAdam(**{name: 1 - 1e-9}, compiled=False)
        refused(adam, theta, g, ValueError, f"{name} = 0.999999999 rounds to 1 in float32")
    FusedAdam(beta2=1 - 1e-9, compiled=False).step_(theta.astype(float), g.astype(float))


@ways
@pytest.mark.parametrize("steps", [0, 2])
def test_arrays_that_cannot_be_stepped(compiled, steps):
    adam = FusedAdam(compiled=compiled)
    theta, g = numpy.zeros((3, 4)), numpy.ones((3, 4))
    for _ in range(steps):
        adam.step_(theta, g)
    refused(adam, theta, g.T, ValueError, r"shape \(3, 4\).*shape \(4, 3\)")
    refused(adam, theta, numpy.ones(4), ValueError, "must be equal")
    refused(adam, theta, g.astype(numpy.float32), TypeError, "theta is float64.*float32")
    for name in ("int64", "complex128", "longdouble", ">f8", "bool", "object"):
        other = theta.astype(name)
        refused(adam, other, other, TypeError, "convert it to float32 or float64")
        refused(adam, theta, other, TypeError, "the gradient is .*convert it")
    refused(adam, theta.astype(numpy.float16), g, TypeError, "theta is float16, in which eps")
    refused(adam, theta, g.astype(numpy.float16), TypeError, "gradient is float16.*keep theta in")
    refused(adam, 0.0, 1.0, TypeError, "theta is a float: a step in place needs a numpy array")
    refused(adam, numpy.float64(0), 1.0, TypeError, "theta is a float64: ")
    refused(adam, theta, [[1.0] * 4] * 3, TypeError, "the gradient is a list")
    locked = theta.copy()
    locked.flags.writeable = False
    refused(adam, locked, g, ValueError, "theta is read-only")
    refused(adam, numpy.broadcast_to(theta[0], (3, 4)), g, ValueError, "read-only")


@ways
def test_an_optimizer_belongs_to_one_array(compiled):
    adam = FusedAdam(compiled=compiled)
    adam.step_(numpy.zeros(5), numpy.ones(5))
    refused(adam, numpy.zeros(6), numpy.ones(6), ValueError, r"been stepping shape \(5,\)")
    short = numpy.zeros(5, numpy.float32), numpy.ones(5, numpy.float32)
    refused(adam, *short, TypeError, "been stepping float64")


@ways
def test_shared_memory(compiled):
    adam, x = FusedAdam(compiled=compiled), numpy.arange(100.0)
    for theta, g in [(x, x), (x, x[::-1]), (x[:60], x[40:]), (x[::2], x[:50])]:
        refused(adam, theta, g, ValueError, "share memory")
    adam.step_(x[::2], x[1::2])  # neighbours, but no number in common
    assert numpy.array_equal(x[1::2], numpy.arange(1.0, 100.0, 2))


# Settings.


def test_defaults_are_adams():
    defaults = {k: p.default for k, p in inspect.signature(FusedAdam).parameters.items()}
    adams = {k: p.default for k, p in inspect.signature(Adam).parameters.items()}
    del adams["bias_correction"]
    assert defaults == adams | {"weight_decay": 0.0, "check": True, "compiled": "auto"}
    assert FusedAdam.hyperparameters == tuple(defaults)


def test_it_is_not_taken_for_the_pure_step():
    assert not hasattr(FusedAdam, "step")


def test_repr_makes_an_equal_optimizer():
    adam = FusedAdam(lr=0.25, beta1=0.5, weight_decay=0.125, check=False, compiled=False)
    assert memory(eval(repr(adam))) == memory(adam)


@pytest.mark.parametrize("name", ["lr", "beta1", "beta2", "eps", "weight_decay"])
@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf, "0.1", None, True, 1.0])
def test_bad_settings_are_refused_in_the_textbooks_words(name, bad):
    def refuse(rule):
        try:
            rule(**{name: bad})
        except ValueError as error:
            return str(error)

    assert refuse(FusedAdam) == refuse(AdamW)
    assert refuse(FusedAdam) or bad == 1.0


@pytest.mark.parametrize("bad", ["yes", 1, None, 0])
def test_bad_flags(bad):
    with pytest.raises(ValueError, match="check must be True or False"):
        FusedAdam(check=bad)
    with pytest.raises(ValueError, match="compiled must be True, False or 'auto'"):
        FusedAdam(compiled=bad)


# With numba, without it, and where nothing can be written.


def test_auto_takes_numba_if_it_is_there(monkeypatch):
    assert FusedAdam().compiled is True
    monkeypatch.setitem(sys.modules, "numba", None)
    adam, theta = FusedAdam(), numpy.zeros(3)
    assert adam.compiled is False
    adam.step_(theta, numpy.ones(3))
    with pytest.raises(ImportError, match="compiled=True needs numba: pip install numba"):
        FusedAdam(compiled=True)


def test_numba_is_not_imported_until_it_is_wanted():
    code = (
        "import sys, numpy; from adamlib.fused import FusedAdam\n"
        "adam = FusedAdam(compiled=False); adam.step_(numpy.zeros(3), numpy.ones(3))\n"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("error", [RuntimeError("no locator available"), OSError("read-only")])
def test_where_nothing_can_be_written_the_kernel_is_not_kept(monkeypatch, error):
    import numba

    njit, asked = numba.njit, []

    def refusing(*args, cache, **options):
        asked.append(cache)
        if cache:
            raise error
        return njit(*args, cache=False, **options)

    monkeypatch.setattr(numba, "njit", refusing)
    fused._kernels.cache_clear()
    try:
        theta = numpy.zeros(300)
        FusedAdam(lr=0.5, compiled=True).step_(theta, numpy.ones(300))
        assert numpy.allclose(theta, -0.5)
        assert asked == [True, False, False]
    finally:
        fused._kernels.cache_clear()


def test_the_python_of_the_kernels_is_right_too():
    """The same functions, not compiled: what numba is given is plain Python."""
    rng = numpy.random.default_rng(0)
    theta, g, m, v = rng.random((4, 100))
    copies = [x.copy() for x in (theta, g, m, v)]
    constants = FusedAdam(lr=0.1, weight_decay=0.1, compiled=False)._constants(3, numpy.float64)
    fused.adam_loop(theta, g, m, v, *constants)
    fused._update_blocked(copies, constants)
    assert all(
        numpy.allclose(a, b, rtol=1e-14) for a, b in zip((theta, g, m, v), copies, strict=True)
    )
    for n in (1, 7, 8, 9, 100):
        x = rng.standard_normal(n)
        found = numpy.int64(fused._largest(x.view(numpy.int64))).view(numpy.float64)
        assert found == abs(x).max()
