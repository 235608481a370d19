"""How long is a step: five kinds of gradients, and the bound that none of them passes."""

from ..objectives import Random
from ..optimizers import Adam, power, sqrt
from .declare import Choice, Count, Demo, Slider

BEFORE, AFTER = 20, 200  # steps that are drawn before and after the change
LONG = 100000  # steps of a past long enough for every beta2 of the slider
QUIET = 0.01  # the gradient before the jump
NOISY, SETTLING = 400, 100  # steps of noise; the first of them are not counted

BETAS1 = (0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
BETAS2 = (0.5, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995)
BETAS2 = BETAS2 + (0.997, 0.998, 0.999, 0.9995, 0.9999)
FACTORS = (1, 1.2, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 200, 300, 500, 1000)
CALMS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000)
PERIODS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
SIZES = (1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10, 100, 1000)
SIZES = SIZES + (10000, 100000, 1000000)
GRADIENTS = (
    ("jump", "a jump after a long calm"),
    ("sparse", "rare: 1 now and then, else 0"),
    ("constant", "constant"),
    ("noise", "pure noise"),
    ("worst", "the worst case: zeros, then growing"),
)


def true_bound(beta1, beta2):
    """The longest step that is possible, in units of alpha, by Cauchy and Schwarz, or None."""
    q = beta1 * beta1 / beta2
    return (1 - beta1) / sqrt(1 - beta2) / sqrt(1 - q) if q < 1 else None


def printed_bound(beta1, beta2):
    """What the paper's section 2.1 prints, in units of alpha."""
    severe = (1 - beta1) / sqrt(1 - beta2)
    return severe if severe > 1 else 1.0


def after_constant(adam, t, g):
    """Put Adam where t equal gradients g leave it: then both sums of weights are 1 - beta^t."""
    adam.t = t
    adam.m = g * (1 - power(adam.beta1, t))
    adam.v = g * g * (1 - power(adam.beta2, t))


def after_rare(adam, periods, every, zeros):
    """Put Adam where gradients of 1 at every so many steps leave it, and then some zeros."""
    adam.t = periods * every + zeros
    adam.m = _rare(adam.beta1, periods, every, zeros)
    adam.v = _rare(adam.beta2, periods, every, zeros)


def _rare(beta, periods, every, zeros):
    """Weights (1 - beta) beta^(age) at ages zeros, zeros + every, ...: a geometric sum."""
    weights = (1 - power(beta, periods * every)) / (1 - power(beta, every)) if beta else 1.0
    return (1 - beta) * power(beta, zeros) * weights


def stream(adam, gradients, factor, calm, every, size, growing, seed):
    """Put Adam at the beginning of the picture; return the gradients to come and how many are old.

    The past of the picture is not run step by step. It is set, in the closed form of the sums.
    """
    if gradients == "jump":
        old = BEFORE if calm > BEFORE else calm
        after_constant(adam, calm - old, QUIET)
        return [QUIET] * old + [QUIET * factor] * AFTER, old
    if gradients == "sparse":
        old = BEFORE if every > BEFORE else every - 1
        after_rare(adam, LONG // every, every, every - 1 - old)
        return [0.0] * old + [0.0 if i % every else 1.0 for i in range(AFTER)], old
    if gradients == "worst":
        after_constant(adam, LONG - BEFORE, 0.0)
        ratio = adam.beta2 / adam.beta1 if adam.beta1 else 0.0
        rise = [1 / power(ratio, i) for i in range(growing - 1, 0, -1)] if ratio else []
        return [0.0] * BEFORE + rise + [1.0] + [0.0] * BEFORE, BEFORE
    if gradients == "noise":
        return noise(seed), 0
    return [size] * AFTER, 0


_noise = {}  # the last seed's numbers: making them takes longer than Adam does


def noise(seed):
    """Random numbers with mean 0 and variance 1."""
    if seed not in _noise:
        random = Random(seed)
        _noise.clear()
        _noise[seed] = [random.normal() for _ in range(NOISY)]
    return _noise[seed]


def run(adam, stream):
    """The steps along a stream of gradients, in units of alpha; below 0 where they follow -g."""
    steps = []
    for g in stream:
        steps.append(0.0 - adam.step(0.0, g))  # alpha is 1
    return steps


def whole(name, steps):
    """A number of steps as an int, or ValueError."""
    if steps != int(steps):
        raise ValueError("%s must be a whole number of steps; got %r" % (name, steps))
    return int(steps)


def compute(gradients, beta1, beta2, factor, calm, every, size, growing, seed):
    """The steps along one kind of gradients, the longest of them, and the three bounds."""
    calm, every = whole("calm", calm), whole("every", every)
    adam = Adam(1.0, beta1, beta2)
    g, old = stream(adam, gradients, factor, calm, every, size, growing, seed)
    steps = run(adam, g)
    # Rare gradients: what follows until the next one is due counts too, drawn or not.
    beyond = run(adam, [0.0] * (every - AFTER)) if gradients == "sparse" else []
    sizes = [abs(step) for step in steps + beyond]
    longest = max(sizes)
    at = sizes.index(longest) + 1 - old
    if gradients == "jump":
        if longest < sizes[0] * (1 + 1e-5):  # no longer but for what rounding and eps do
            at = 1 - old
        words, rows = _jump(factor, calm, longest, at, steps[-1])
    elif gradients == "sparse":
        words, rows = _sparse(every, longest, (steps + beyond)[old : old + every])
    elif gradients == "noise":
        words, rows = _rms(beta1, seed, longest, at, steps[SETTLING:])
    elif gradients == "worst":
        words, rows = _worst(beta1, beta2, growing, longest, at)
    else:
        words, rows = _constant(size, adam.eps, longest)
    true, printed = true_bound(beta1, beta2), printed_bound(beta1, beta2)
    rows.append(["The paper’s bound", printed, "α"])
    rows.append(["True bound", "none" if true is None else true, "" if true is None else "α"])
    return {
        "first": 1 - old,  # the number of the first step drawn; step 1 is the first after a change
        "g": g,
        "steps": steps,
        "longest": longest,
        "at": at,
        "true_bound": true,
        "printed_bound": printed,
        "typical": typical(beta1),
        "summary": words + " " + _against(longest, printed, true),
        "readouts": [["Longest step", longest, "α"]] + rows,
    }


def typical(beta1):
    """The root mean square of steps along pure noise, in units of alpha, if v_hat is settled."""
    return sqrt((1 - beta1) / (1 + beta1))


# Each of these says in words, and in readouts, what a kind of gradients does.


def _jump(factor, calm, longest, at, last):
    words = "After %d equal %s the gradient " % (calm, "gradient" if calm == 1 else "gradients")
    words += "grows %g-fold. " % factor if factor > 1 else "stays as it is. "
    words += "The longest step is %s α, " % _short(longest)
    words += "at step %d after the jump." % at if at > 0 else "already before the jump."
    return words, [
        ["at step", at if at > 0 else None, "after the jump"],
        ["Step %d after the jump" % AFTER, last, "α"],
    ]


def _sparse(every, longest, steps):
    walked = 0.0  # not sum(): CPython's rounds differently
    for step in steps:
        walked += step
    words = "One gradient of 1 in %s " % ("each step" if every == 1 else "%d steps" % every)
    words += "moves Adam %s α in all. " % _short(walked)
    words += "The longest step is %s α." % _short(longest)
    return words, [
        ["Distance for each gradient of 1", walked, "α"],
        ["Square root of the period", sqrt(1.0 * every), ""],
    ]


def _rms(beta1, seed, longest, at, steps):
    squares = 0.0
    for step in steps:
        squares += step * step
    rms, theory = sqrt(squares / len(steps)), typical(beta1)
    words = "The gradients are noise with mean 0, seed %d. A typical step " % seed
    words += "(root mean square, steps %d to %d) is %.3g α; " % (SETTLING + 1, NOISY, rms)
    words += "theory says %.3g α for β₂ near 1. " % theory
    words += "The longest is %s α, at step %d." % (_short(longest), at)
    return words, [
        ["at step", at, ""],
        ["Typical step (rms)", rms, "α"],
        ["in theory, for β₂ near 1", theory, "α"],
    ]


def _worst(beta1, beta2, growing, longest, at):
    if growing == 1 or beta1 == 0:
        rise = "a single gradient"
    elif beta1 == beta2:
        rise = "%d equal gradients" % growing
    else:
        rise = "%d gradients that %s by the factor β₂ ÷ β₁ = %.3g" % (
            growing,
            "grow" if beta2 > beta1 else "shrink",
            beta2 / beta1,
        )
    words = "After %d zeros: %s. " % (LONG, rise)
    words += "The longest step is %s α, at step %d after the zeros." % (_short(longest), at)
    return words, [["at step", at, "after the zeros"]]


def _constant(size, eps, longest):
    share = size / (size + eps)
    words = "With a constant gradient of %s every step is %.3g α long. " % (_plain(size), longest)
    words += "ε is %s, so g ÷ (g + ε) is %.3g: " % (_plain(eps), share)
    if share > 0.995:
        words += "the size of the gradient cancels."
    else:
        words += "the gradient is so small that ε counts."
    return words, [["in theory, g ÷ (g + ε)", share, "α"]]


def _against(longest, printed, true):
    """How the longest step compares with the three bounds, in words."""
    limit = "there is no true bound, because β₁² is not below β₂"
    if true is not None:
        limit = "the true bound is %.3g α" % true
    if longest <= 1 + 1e-6:
        return "No step is longer than α; %s." % limit
    if longest > printed + 1e-6:
        return "That is longer than the paper’s bound of %.3g α; %s." % (printed, limit)
    return "That is longer than α but within the paper’s bound of %.3g α; %s." % (printed, limit)


def _short(x):
    """Three digits, four for large numbers."""
    return ("%.0f" if 1000 <= x < 1e6 else "%.3g") % x


def _plain(x):
    """A power of ten as people write it: 1e-08 -> 1e-8."""
    return ("%g" % x).replace("e-0", "e-").replace("e+0", "e")


DEMO = Demo(
    "step-length",
    "How long is a step?",
    "After a jump m learns the new size in tens of steps, v needs many hundreds, and between the "
    "two the steps are long. Shorten the calm, and they are not. Then make gradients rare; then "
    "constant, of any size. In the worst case one gradient after the zeros reaches the paper’s "
    "bound, and more of them go beyond it.",
    (
        Choice("gradients", "Gradients", GRADIENTS, "jump"),
        Slider("beta1", "β₁", BETAS1, 0.9, "decay of the first moment m"),
        Slider("beta2", "β₂", BETAS2, 0.999, "decay of the second moment v"),
        Slider(
            "factor", "Jump", FACTORS, 100, "how many times larger", "×", when={"gradients": "jump"}
        ),
        Slider("calm", "Calm", CALMS, 5000, "before the jump", "steps", when={"gradients": "jump"}),
        Slider(
            "every", "Period", PERIODS, 100, "between two", "steps", when={"gradients": "sparse"}
        ),
        Slider(
            "size", "Size of the gradient", SIZES, 1, "ε is 10⁻⁸", when={"gradients": "constant"}
        ),
        Count("growing", "Gradients after the zeros", 1, 100, 100, when={"gradients": "worst"}),
        Count("seed", "Seed of the noise", 1, 20, 1, when={"gradients": "noise"}),
    ),
    compute,
)
