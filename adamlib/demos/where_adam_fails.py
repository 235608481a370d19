"""Where Adam fails: Reddi's three slopes, and the late burst on the simplest bowl there is."""

from ..objectives import Parabola, Reddi
from ..optimizers import SGD, Adam, AMSGrad, sqrt
from .declare import Choice, Demo, Slider

CYCLES = 100  # of three steps each
FIRST_RATE = 0.5  # alpha falls as 0.5 / sqrt(t)
RULES = ("Adam", "AMSGrad", "SGD")

ALPHA, BETA1 = 0.1, 0.9  # of the late burst
PART, BUCKETS = 1000, 150  # steps between two reports; places of the drawn curve
FAR = 1e300

SLOPES = (2.1, 2.2, 2.5, 3, 3.5, 4, 5, 6, 8, 10)
SHORT = (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.42, 0.44, 0.46, 0.48, 0.5, 0.55, 0.6)
SHORT = SHORT + (0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99, 0.999)
MEMORIES = (0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999)
EPSILONS = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 0.0003, 0.0005, 0.001, 0.0015, 0.002, 0.0023, 0.0026)
EPSILONS = EPSILONS + (0.0027, 0.003, 0.005, 0.01)
PROBLEMS = (
    ("reddi", "Reddi’s slopes: C, −1, −1, …"),
    ("burst", "the late burst on f = x²/2"),
)


def online(optimizer, C):
    """Walk along Reddi's slopes: x after each cycle, regret per step, and the last three moves.

    The moves are in units of alpha, and as the rule wants them, before they are held in [-1, 1].
    """
    problem = Reddi(C)
    low, high = problem.domain
    best = problem.minima[0]
    x, regret = problem.start, 0.0
    path, regrets, moves = [x], [], []
    for cycle in range(CYCLES):
        moves = []
        for t in range(3 * cycle + 1, 3 * cycle + 4):
            optimizer.lr = FIRST_RATE / sqrt(1.0 * t)
            g = problem.gradient(x)
            regret += g * (x - best)
            moved = optimizer.step(x, g)
            moves.append((moved - x) / optimizer.lr)
            x = low if moved < low else high if moved > high else moved
        path.append(x)
        regrets.append(regret / (3 * cycle + 3))
    return {"x": path, "regret": regrets, "moves": moves}


_sgd = {}  # SGD's run along the last C: beta2 does not touch it


def reddi(C, beta2):
    """Adam, AMSGrad and SGD along the same slopes."""
    if C not in _sgd:
        _sgd.clear()
        _sgd[C] = online(SGD(), C)
    runs = {
        "Adam": online(Adam(beta1=0, beta2=beta2), C),
        "AMSGrad": online(AMSGrad(beta1=0, beta2=beta2), C),
        "SGD": _sgd[C],
    }
    ends = [runs[name]["x"][-1] for name in RULES]
    right, one, two = runs["Adam"]["moves"]
    total = right + one + two
    summary = "With C = %g and β₂ = %g, after %d steps " % (C, beta2, 3 * CYCLES)
    summary += "Adam is at %s, AMSGrad at %s and SGD at %s; the best point is −1. " % (
        _signed(ends[0]), _signed(ends[1]), _signed(ends[2]),
    )  # fmt: skip
    summary += "Adam’s last three moves are %s, %s and %s α: " % (
        _signed(right, 2), _signed(one, 2), _signed(two, 2),
    )  # fmt: skip
    if total > 0:
        summary += "the two wrong ones outweigh the right one by %.2g α." % total
    else:
        summary += "the right one outweighs the two wrong ones by %.2g α." % -total
    regrets = ["%.3f" % runs[name]["regret"][-1] for name in RULES]
    readouts = [[name + " ends at", _signed(end), ""] for name, end in zip(RULES, ends)]
    readouts.append(["Adam’s last three moves together", _signed(total), "α"])
    readouts.append(["Regret per step: " + ", ".join(RULES), ", ".join(regrets), ""])
    return {
        "problem": "reddi",
        "steps": 3 * CYCLES,
        "runs": runs,
        "C": C,
        "at_the_wrong_end": 2 * (C - 2) / 3,  # regret per step for whoever stays at +1
        "summary": summary,
        "readouts": readouts,
    }


def length(beta2):
    """Enough steps for the burst with a small eps: 8000 at beta2 = 0.999."""
    return 700 + int(7.3 / (1 - beta2) + 0.5)


def limit(beta1):
    """The rate alpha / sqrt(v_hat) beyond which a minimum of curvature 1 is not stable."""
    return 2 * (1 + beta1) / (1 - beta1)


def burst(beta2, eps):
    """Walk down x^2 / 2 part by part. What is drawn keeps the least and greatest of each bucket."""
    adam = Adam(ALPHA, BETA1, beta2, eps)
    problem = Parabola()
    steps, edge = length(beta2), limit(BETA1)
    width = -(-steps // BUCKETS)
    x = problem.start
    t_x, xs, t_rate, rates = [0], [abs(x)], [], []
    crossing = None
    lowest, lowest_at = abs(x), 0
    peak, peak_at, before, before_at = 0.0, 0, lowest, 0
    low, high = FAR, -1.0
    for t in range(1, steps + 1):
        x = adam.step(x, problem.gradient(x))
        away = abs(x)
        if away < low:
            low, low_at = away, t
            if away < lowest:
                lowest, lowest_at = away, t
        if away > high:
            high, high_at = away, t
        rate = ALPHA / (sqrt(adam.v_hat) + eps)
        if crossing is None:
            if rate > edge:
                crossing = t
        elif away > peak:
            peak, peak_at, before, before_at = away, t, lowest, lowest_at
        last = t == steps
        if t % width == 0 or last:
            pair = ((low_at, low), (high_at, high))
            for when, value in pair if low_at < high_at else (pair[1], pair[0]):
                t_x.append(when)
                xs.append(value)
            t_rate.append(t)
            rates.append(rate)
            low, high = FAR, -1.0
        if last or (t % PART == 0 and steps - t > PART // 2):
            result = {
                "problem": "burst",
                "steps": steps,
                "progress": t / steps,
                "eps": eps,
                "t_x": list(t_x),
                "x": list(xs),
                "t_rate": list(t_rate),
                "rate": list(rates),
                "limit": edge,
                "crossing": crossing,
                "burst": None,
                "end": x,
            }
            if last and crossing is None:
                _quiet(result, beta2, eps, lowest, lowest_at, rate)
            else:
                _tell(result, beta2, eps, crossing, t, (before, before_at, peak, peak_at), last)
            yield result


def _quiet(result, beta2, eps, lowest, lowest_at, rate):
    """The words and numbers of a run without a crossing."""
    steps, ceiling = result["steps"], ALPHA / eps
    summary = "With β₂ = %g and ε = %s, the rate that multiplies m̂ stays below %.3g " % (
        beta2, _plain(eps), result["limit"],
    )  # fmt: skip
    summary += "in all %d steps, and |x| falls to %s without a burst. " % (steps, _tiny(lowest))
    if ceiling < result["limit"]:
        summary += "%.3g is out of reach, because α ÷ ε is %.3g." % (result["limit"], ceiling)
    else:
        summary += "At the end the rate is %.3g; α ÷ ε, which is %.3g, would allow %.3g later." % (
            rate, ceiling, result["limit"],
        )  # fmt: skip
    result["summary"] = summary
    result["readouts"] = [
        ["x at the end", result["end"], ""],
        ["Least |x|", lowest, ""],
        ["at step", lowest_at, ""],
        ["Rate at the end", rate, ""],
        ["Largest rate possible, α ÷ ε", ceiling, ""],
    ]


def _tell(result, beta2, eps, crossing, t, extremes, last):
    """The words and numbers of a run on its way, or of one that bursts."""
    before, before_at, peak, peak_at = extremes
    growing = crossing is not None and peak_at > t - 10  # x swings, so its peak may be a little old
    out = crossing is not None and not growing
    summary = "With β₂ = %g and ε = %s, " % (beta2, _plain(eps))
    if not last and (crossing is None or growing):
        summary += "%d of %d steps are computed." % (t, result["steps"])
    elif growing:
        summary += "the rate that multiplies m̂ passes %.3g " % result["limit"]
        summary += "at step %d. " % crossing
        summary += "From |x| = %s on x grows; at step %d it is still growing." % (_tiny(before), t)
    else:
        summary += "|x| falls to %s at step %d. " % (_tiny(before), before_at)
        summary += "The rate that multiplies m̂ passes %.3g at step %d, and x bursts out " % (
            result["limit"], crossing,
        )  # fmt: skip
        summary += "to %s at step %d" % ("%.3f" % peak if peak > 0.001 else _tiny(peak), peak_at)
        result["burst"] = [peak_at, peak]
        gained = _orders(before, peak)
        summary += ": %d orders of magnitude." % gained if gained else "."
    result["summary"] = summary
    result["readouts"] = [
        ["Least |x|", before if crossing else None, ""],
        ["at step", before_at if crossing else None, ""],
        ["Rate passes %.3g at step" % result["limit"], crossing, ""],
        ["Burst to |x|", peak if out else None, ""],
        ["the burst’s step", peak_at if out else None, ""],
        ["x at the end", result["end"] if last else None, ""],
    ]


def _orders(low, high):
    """By how many whole powers of ten `high` is above `low`, or 0 where no float can say."""
    if low <= 0 or high / low > 1e300:
        return 0
    return int(("%e" % (high / low)).split("e")[1])


def _signed(x, digits=3):
    """With its sign, a true minus."""
    return ("%+." + str(digits) + "f") % x if x >= 0 else "−" + ("%." + str(digits) + "f") % -x


def _plain(x):
    """A small number as people write it: 1e-08 -> 1e-8."""
    return ("%g" % x).replace("e-0", "e-")


def _tiny(x):
    """Two digits and a power of ten."""
    return ("%.1e" % x).replace("e-0", "e-")


def compute(problem, C, beta2, burst_beta2, eps):
    """One of the two problems."""
    return reddi(C, beta2) if problem == "reddi" else burst(burst_beta2, eps)


DEMO = Demo(
    "where-adam-fails",
    "Where Adam fails",
    "Reddi’s slopes: raise β₂ and find the border where Adam turns round, then change C and find "
    "it again. The late burst: for hundreds of steps all is well, while v fades, until the rate "
    "passes 38. Raise ε above α ÷ 38 = 0.0026 and the burst is gone.",
    (
        Choice("problem", "Problem", PROBLEMS, "reddi"),
        Slider("C", "C", SLOPES, 3, "the rare large slope", when={"problem": "reddi"}),
        Slider(
            "beta2", "β₂", SHORT, 0.1, "of Adam and AMSGrad; β₁ is 0", when={"problem": "reddi"}
        ),
        Slider(
            "burst_beta2", "β₂", MEMORIES, 0.99, "α is 0.1, β₁ is 0.9", when={"problem": "burst"}
        ),
        Slider("eps", "ε", EPSILONS, 1e-8, "added to √v̂", when={"problem": "burst"}),
    ),
    compute,
)
