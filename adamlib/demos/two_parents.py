"""Two parents, one child: momentum and scaling, each alone, both, and neither, in one valley."""

from ..objectives import Bowl, RotatedBowl
from ..optimizers import SGD, Adam, Momentum, sqrt
from .declare import Choice, Demo, Slider

TARGET = 0.01  # the loss to reach,
STAY = 20  # and not to leave again for so many steps
STEPS = 140  # after so many a run is given up

# The learning rates that every method tries: each about a third larger than the last.
RATES = [
    digits * unit
    for unit in (0.00001, 0.0001, 0.001, 0.01, 0.1, 1.0)
    for digits in (1.0, 1.33, 1.78, 2.37, 3.16, 4.22, 5.62, 7.5)
] + [10.0]

ROOT = sqrt(2.0)
ALONG = (-4.0, 1.0)
TURNED = (-5.0 / ROOT, -3.0 / ROOT)  # the same place in a valley turned by 45 degrees
VALLEYS = {  # name -> function, start, is it turned?, the valley in words
    "along": (Bowl(100), ALONG, False, "along an axis with κ = 100"),
    "steep": (Bowl(10000), ALONG, False, "along an axis with κ = 10,000"),
    "turned": (RotatedBowl(100), TURNED, True, "turned by 45° with κ = 100"),
    "narrow": (RotatedBowl(400), TURNED, True, "turned by 45° with κ = 400"),
}
OPTIONS = (
    ("along", "along an axis, κ = 100"),
    ("steep", "along an axis, κ = 10,000"),
    ("turned", "turned by 45°, κ = 100"),
    ("narrow", "turned by 45°, κ = 400"),
)
METHODS = (
    ("plain", "plain descent"),
    ("momentum", "momentum only"),
    ("scaling", "scaling only"),
    ("both", "both"),
)

BETA1 = (0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
BETA2 = (0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def optimizer(method, lr, beta1, beta2):
    """One of the four: neither memory, one of them, or both.

    Momentum is written as a sum, `adamlib.Momentum`; its rate is tuned, and an average is the same
    thing at 1 / (1 - beta1) times the rate. Scaling is RMSprop with bias correction.
    """
    if method == "plain":
        return SGD(lr)
    if method == "momentum":
        return Momentum(lr, beta1)
    return Adam(lr, beta1 if method == "both" else 0.0, beta2)


def run(valley, method, lr, beta1, beta2, limit=STEPS):
    """A run until the target is reached for good, or until it is given up.

    Returns its places, one list for each coordinate, its losses, and the step from which the loss
    stayed below the target for `STAY` steps, or None.
    """
    function, start = VALLEYS[valley][:2]
    along, across = [optimizer(method, lr, beta1, beta2) for _ in start]
    x, y = start
    xs, ys, losses = [x], [y], [function.value(start)]
    since = None
    for t in range(1, limit + 1):
        slope_x, slope_y = function.gradient((x, y))
        x, y = along.step(x, slope_x), across.step(y, slope_y)
        loss = function.value((x, y))
        xs.append(x)
        ys.append(y)
        losses.append(loss)
        if loss > TARGET:
            since = None
            if loss > 1e6 * losses[0]:
                break  # this rate is too large
        elif since is None:
            since = t
        elif t - since == STAY - 1:
            return xs, ys, losses, since
    return xs, ys, losses, None


def search(valley, method, beta1, beta2):
    """The position in `RATES` of the rate that reaches the target first, or else gets lowest."""
    best, fewest, least = 0, None, None
    for i in range(len(RATES)):
        limit = STEPS if fewest is None else fewest + STAY - 1  # later than that is too late
        losses, steps = run(valley, method, RATES[i], beta1, beta2, limit)[2:]
        if steps is not None:
            if fewest is None or steps < fewest:
                best, fewest = i, steps
        elif fewest is None and len(losses) > STEPS and (least is None or losses[-1] < least):
            best, least = i, losses[-1]
    return best


# What `search` finds, as letters: a search takes thousands of steps, too many while somebody moves
# a slider. For each valley: plain descent; momentum for each beta1; scaling for each beta2; both,
# a word for each beta1 with a letter for each beta2. The tests search again and compare.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
TUNED = {
    "along": (
        "a",
        "abbcZXXYR",
        "ckllmmm",
        "ckllmmm jlnnnnn cmmmmmm fjjpqll gjijiii ejilkhh ehikfkk dhmlkpi fmhmoll",
    ),
    "steep": (
        "K",
        "KLLMMMMKB",
        "bjlllmm",
        "bjlllmm dkmnnnn cllmmmm ckkjjkk cghhijj ffhjghh eeqhhgh dbnllpi fmugdrf",
    ),
    "turned": (
        "a",
        "abbcZXXYR",
        "cdgjjkk",
        "cdgjjkk hfkrnno egknopp edkpppp fgppppp hhnoppp nhnmmnn lnnppno iiksjjr",
    ),
    "narrow": (
        "V",
        "VWWXXXUSO",
        "afhjjkk",
        "afhjjkk ciqppqq cmnpppp fkmrpsr illtppp jgjppqq okkpqqq knnpppq impspqr",
    ),
}


def tuned(valley, method, beta1, beta2):
    """The best of the rates."""
    plain, momentum, scaling, both = TUNED[valley]
    if method == "plain":
        letter = plain
    elif method == "momentum" and beta1 in BETA1:
        letter = momentum[BETA1.index(beta1)]
    elif method == "scaling" and beta2 in BETA2:
        letter = scaling[BETA2.index(beta2)]
    elif method == "both" and beta1 in BETA1 and beta2 in BETA2:
        letter = both.split()[BETA1.index(beta1)][BETA2.index(beta2)]
    else:
        return RATES[search(valley, method, beta1, beta2)]
    return RATES[LETTERS.index(letter)]


_kept = {}  # runs that were computed before: a slider leaves half of them as they are


def best_run(valley, method, words, beta1, beta2):
    """The run at the best of the rates, as plain data."""
    first = beta1 if method in ("momentum", "both") else None
    second = beta2 if method in ("scaling", "both") else None
    key = (valley, method, first, second)
    if key not in _kept:
        if len(_kept) >= 40:
            _kept.clear()
        lr = tuned(valley, method, beta1, beta2)
        xs, ys, losses, steps = run(valley, method, lr, beta1, beta2)
        _kept[key] = {
            "method": method,
            "words": words,
            "lr": lr,
            "steps": steps,
            "x": xs,
            "y": ys,
            "loss": losses,
        }
    return _kept[key]


def listed(words):
    """Several things in one phrase: "a, b and c"."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def last(losses):
    """The last loss, in words."""
    return "%.2g" % losses[-1] if losses[-1] >= 0.001 else "below 0.001"


def summarise(runs, valley, beta1, beta2):
    """Who reached the target and when, in the order of arrival, and who did not."""
    reached = [
        (run["steps"], i, run["words"]) for i, run in enumerate(runs) if run["steps"] is not None
    ]
    missed = ["%s (%s)" % (run["words"], last(run["loss"])) for run in runs if run["steps"] is None]
    settings = "Valley %s, β₁ = %g, β₂ = %g. " % (VALLEYS[valley][3], beta1, beta2)
    text = ""
    if reached:
        arrivals = ["%d with %s" % (steps, words) for steps, _, words in sorted(reached)]
        text = "Steps until the loss is below %g for good: %s. " % (TARGET, listed(arrivals))
    if missed:
        text += "Not there after %d steps, with the loss at the end: %s." % (STEPS, listed(missed))
    return settings + text.strip()


def compute(valley, beta1, beta2):
    """The four runs, each at the best of the same learning rates."""
    function, _, turned, _ = VALLEYS[valley]
    runs = [best_run(valley, method, words, beta1, beta2) for method, words in METHODS]
    return {
        "runs": runs,
        "condition": function.condition,
        "turned": turned,
        "target": TARGET,
        "limit": STEPS,
        "summary": summarise(runs, valley, beta1, beta2),
        "readouts": [
            [
                run["words"][0].upper() + run["words"][1:],
                "not in %d" % STEPS if run["steps"] is None else run["steps"],
                "steps",
            ]
            for run in runs
        ],
    }


DEMO = Demo(
    "two-parents",
    "Two parents, one child",
    "Each method has the best of the same 49 learning rates. Momentum only is adamlib's Momentum, "
    "scaling only Adam with β₁ = 0. Change the valley: momentum fails at κ = 10,000, scaling "
    "at the turn. Both together get through either, but not through the last valley. Then lower "
    "β₁ to 0.8. One start, no noise: no verdict on optimizers.",
    (
        Choice("valley", "Valley", OPTIONS, "along", "κ: steepness across ÷ along"),
        Slider("beta1", "β₁", BETA1, 0.9, "memory of the direction: momentum, both"),
        Slider("beta2", "β₂", BETA2, 0.999, "memory of the size: scaling, both"),
    ),
    compute,
)
