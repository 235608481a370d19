"""Inside one step: every number of one step of Adam, for two coordinates, line by line."""

from ..descent import descend
from ..objectives import Bowl, Random
from ..optimizers import Adam, sqrt
from .declare import Choice, Count, Demo, Slider, rows

STEPS = 60
EPS = 1e-8
RARE = 10  # the sparse slope is seen at steps 1, 11, 21, ...
NOISE = 4.0  # standard deviation: as large as the slope at the start

RUNS = (
    ("valley", "valley: θ₂ is 25 times as steep as θ₁"),
    ("sparse", "sparse: only every tenth slope of θ₂"),
    ("noisy", "noisy: noise on the slopes of θ₂"),
)

# Algorithm 1 of Kingma and Ba (2015): the name that the line sets in `Adam.step`, what it does, and
# the line. `Adam.step` is handed g.
LINES = (
    ("t", "Count the step. The first is 1.", "t ← t + 1"),
    ("g", "Get the slope where you stand.", "g ← ∇f(θ)"),
    ("m", "Which way, on average?", "m ← β₁ · m + (1 − β₁) · g"),
    ("v", "How large?", "v ← β₂ · v + (1 − β₂) · g²"),
    ("m_hat", "Divide by the sum of weights.", "m̂ ← m / (1 − β₁ᵗ)"),
    ("v_hat", "The same for v, with its own β.", "v̂ ← v / (1 − β₂ᵗ)"),
    ("theta", "Take the step.", "θ ← θ − α · m̂ / (√v̂ + ε)"),
)


class Seen(Bowl):
    """A bowl, and what becomes of the slope along its second coordinate before Adam sees it.

    Args:
        run: "valley" leaves it as it is; "sparse" shows it at every tenth step only, and 0 between;
            "noisy" adds noise.
    """

    def __init__(self, run):
        Bowl.__init__(self, 25 if run == "valley" else 1)
        self.run = run
        self.start = (-4.0, 1.0) if run == "valley" else (-4.0, 4.0)
        self.reset()

    def reset(self):
        """Begin the noise and the count again."""
        self.t = 0
        self.random = Random(3)
        self.noise = []  # one number for each step

    def gradient(self, theta):
        """The slopes as Adam sees them."""
        along, across = Bowl.gradient(self, theta)
        noise = NOISE * self.random.normal() if self.run == "noisy" else 0.0
        seen = self.run != "sparse" or self.t % RARE == 0
        self.t += 1
        self.noise.append(noise)
        return [along, across + noise if seen else 0.0]


def digits(x):
    """A number rounded to four significant digits. One with fewer is exact."""
    if x == 0:
        return "0"
    text, _, exponent = ("%.12e" % abs(x)).partition("e")
    long, power = int(text.replace(".", "")), int(exponent)
    short = (
        long + 500000000
    ) // 1000000000  # halves go up: `%` rounds them in one way or the other
    if short == 10000:
        short, power = 1000, power + 1
    kept = str(short)
    if short * 1000000000 == long:
        kept = kept.rstrip("0")
    if -5 < power < 4:
        whole = kept[: power + 1] if power >= 0 else "0"
        whole += "0" * (power + 1 - len(whole))
        rest = kept[power + 1 :] if power >= 0 else "0" * (-1 - power) + kept
        end = ""
    else:
        whole, rest, end = kept[0], kept[1:], " · 10" + raised(power)
    return ("−" if x < 0 else "") + whole + ("." + rest if rest else "") + end


def raised(n):
    """A whole number as an exponent."""
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] if c != "-" else "⁻" for c in str(n))


def factor(x):
    """A number where another stands before it: in parentheses if it is more than digits."""
    text = digits(x)
    return "(%s)" % text if "−" in text or "·" in text else text


def setting(x):
    """A setting as it was given, up to six digits."""
    return "%.6g" % x


def inside(trace, objective, settings, t, i):
    """The lines, but for the first, with the numbers of coordinate `i` at step `t`; the numbers."""
    lr, beta1, beta2 = settings
    theta, after, g = trace["theta"][t - 1][i], trace["theta"][t][i], trace["g"][t - 1][i]
    m, v = trace["m"][t - 1][i], trace["v"][t - 1][i]
    m_hat, v_hat = trace["m_hat"][t - 1][i], trace["v_hat"][t - 1][i]
    m_before = trace["m"][t - 2][i] if t > 1 else 0.0
    v_before = trace["v"][t - 2][i] if t > 1 else 0.0
    slope = "%s · %s" % (setting(objective.condition if i else 1), factor(theta))
    if i and objective.run == "noisy":
        slope += " + %s" % factor(objective.noise[t - 1])
    power, share = raised(t), "%s · %s + %s · %s"
    texts = {
        "g": "%s = %s" % (slope, digits(g)),
        "m": (share + " = %s")
        % (setting(beta1), factor(m_before), setting(1 - beta1), factor(g), digits(m)),
        "v": (share + "² = %s")
        % (setting(beta2), factor(v_before), setting(1 - beta2), factor(g), digits(v)),
        "m_hat": "%s / (1 − %s%s) = %s" % (factor(m), setting(beta1), power, digits(m_hat)),
        "v_hat": "%s / (1 − %s%s) = %s" % (factor(v), setting(beta2), power, digits(v_hat)),
        "theta": "%s − %s · %s / (√%s + 10⁻⁸) = %s"
        % (digits(theta), setting(lr), factor(m_hat), factor(v_hat), digits(after)),
    }
    if i and objective.run == "sparse" and (t - 1) % RARE:
        texts["g"] = "0, for no slope is seen at this step"
    root = sqrt(v_hat)
    numbers = {
        "theta": theta,
        "g": g,
        "m_before": m_before,
        "v_before": v_before,
        "m": m,
        "v": v,
        "m_hat": m_hat,
        "v_hat": v_hat,
        "root_v": sqrt(v),
        "root_v_hat": root,
        "ratio": m_hat / (root + EPS),
        "step": after - theta,
        "after": after,
    }
    return texts, numbers


def largest(trace, i):
    """The largest slope or average of a coordinate in the whole run: the scale of its bars."""
    sizes = [abs(row[i]) for row in trace["g"]] + [abs(row[i]) for row in trace["m_hat"]]
    return max(sizes + [sqrt(row[i]) for row in trace["v_hat"]])


def told(name, x):
    """What happens in a coordinate, in one sentence."""
    sentence = "%s: g = %s, m̂ = %s and √v̂ = %s, so it " % (
        name,
        digits(x["g"]),
        digits(x["m_hat"]),
        digits(x["root_v_hat"]),
    )
    if x["step"] == 0:
        return sentence + "stays where it is."
    return sentence + "%s by %.2f α." % ("falls" if x["step"] < 0 else "rises", abs(x["ratio"]))


_kept = {}  # the last run: the slider of the steps walks through it


def recorded(run, settings):
    """The function that was descended on, and the columns of the whole run."""
    key = (run, settings)
    if key not in _kept:
        _kept.clear()
        lr, beta1, beta2 = settings
        objective = Seen(run)
        record = descend(Adam(lr, beta1, beta2, EPS), objective, steps=STEPS)
        _kept[key] = objective, {name: rows(getattr(record, name)) for name in record.names}
    return _kept[key]


def compute(run, step, lr, beta1, beta2):
    """The whole run, and everything about one of its steps."""
    settings = (lr, beta1, beta2)
    objective, trace = recorded(run, settings)
    names = ("θ₁", "θ₂")
    parts = [inside(trace, objective, settings, step, i) for i in (0, 1)]
    numbers = [part[1] for part in parts]
    lines = []
    for name, words, paper in LINES:
        if name == "t":
            texts = [["t", "%d + 1 = %d" % (step - 1, step)]]
        else:
            texts = [[names[i], parts[i][0][name]] for i in (0, 1)]
        lines.append({"name": name, "words": words, "paper": paper, "numbers": texts})
    told_both = " ".join([told(names[i], numbers[i]) for i in (0, 1)])
    return {
        "step": step,
        "steps": STEPS,
        "condition": objective.condition,
        "x": [row[0] for row in trace["theta"]],
        "y": [row[1] for row in trace["theta"]],
        "lengths": [[row[i] / lr for row in trace["step"]] for i in (0, 1)],
        "scale": [largest(trace, i) for i in (0, 1)],
        "numbers": numbers,
        "lines": lines,
        "summary": "Step %d of %d. %s" % (step, STEPS, told_both),
        "readouts": [
            ["Step of θ₁", numbers[0]["step"] / lr, "α"],
            ["Step of θ₂", numbers[1]["step"] / lr, "α"],
            ["Loss before", trace["loss"][step - 1], ""],
            ["Loss after", trace["loss"][step], ""],
        ],
    }


DEMO = Demo(
    "inside-one-step",
    "Inside one step",
    "Start at step 1: both steps are α long, though one gradient is six times the other. At step 9 "
    "the slope of θ₂ has turned, and θ₂ still goes the old way. Compare the two frames: m̂ fills as "
    "much of ±√v̂ as the step fills of ±α. Then go from step 10 to 13 of the sparse run.",
    (
        Choice("run", "Run", RUNS, "valley"),
        Count("step", "Step t", 1, STEPS, 9),
        Slider("lr", "α", (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1), 0.2, "learning rate"),
        Slider("beta1", "β₁", (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99), 0.9, "decay of m"),
        Slider(
            "beta2",
            "β₂",
            (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999),
            0.999,
            "decay of v",
        ),
    ),
    compute,
)
