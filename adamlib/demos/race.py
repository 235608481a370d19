"""Race: several optimizers from one start, and why not to choose one by such a picture."""

from .declare import Choices, Demo, Number, Slider, Switch
from .landscape import objective
from .runs import (
    BETAS,
    EPSILONS,
    FINE_RATES,
    KNOBS,
    LANDSCAPE,
    MEMORIES,
    NAMES,
    NOISE,
    RATES,
    RULES,
    Cache,
    setting,
    steps_setting,
    walk,
    with_knob,
    words,
)

DEFAULTS = ["SGD", "Momentum", "RMSprop", "Adam"]
# Each optimizer's best of RATES on the default landscape from its own start.
TUNED = {
    "SGD": 0.0316,
    "Momentum": 0.01,
    "AdaGrad": 1.0,
    "RMSprop": 0.316,
    "Adam": 0.1,
    "AdamW": 0.1,
    "AMSGrad": 0.1,
    "NAdam": 0.316,
    "AdaMax": 0.316,
    "Lion": 0.316,
}

runs = Cache(100)
rates = Cache(300)
recent = {}  # (landscape, optimizer) -> the rate that was chosen last, to show until tuning is done


class Field:
    """What all runners of a race share: the landscape, the start, the steps and the noise."""

    def __init__(self, landscape, x, y, steps, noise):
        self.landscape, self.steps, self.noise = landscape, steps, noise
        self.objective = objective(landscape)
        left, right, bottom, top = self.objective.box
        own_x, own_y = self.objective.start
        x, y = own_x if x is None else x, own_y if y is None else y
        # A start that was set on another landscape may lie outside this one.
        self.start = (float(min(max(x, left), right)), float(min(max(y, bottom), top)))
        self.moved = self.start != (x, y)

    def run(self, name, lr, knobs):
        """The run of an optimizer at a learning rate; `knobs` are pairs of names and values."""
        key = (self.landscape, self.start, self.steps, self.noise, name, lr, knobs)

        def walked():
            keywords = dict(knobs)
            keywords["lr"] = lr
            rule = RULES[name]
            return walk(
                lambda: rule(**keywords), self.objective, self.start, self.steps, self.noise
            )

        return runs.get(key, walked)

    def best_rate(self, name, knobs):
        """The rate of RATES with the lowest score; the lowest rate if no run stayed finite."""
        key = (self.landscape, self.start, self.steps, self.noise, name, knobs)
        return rates.get(key, lambda: self.try_all(name, knobs))

    def knows_best_rate(self, name, knobs):
        """Whether that has been computed."""
        return (self.landscape, self.start, self.steps, self.noise, name, knobs) in rates.entries

    def try_all(self, name, knobs):
        """Run at every rate and return the best."""
        best = None
        for lr in RATES:
            score = self.run(name, lr, knobs).score
            if score is not None and (best is None or score < best[0]):
                best = (score, lr)
        return best[1] if best else RATES[0]


def knobs_of(name, settings):
    """The hyper-parameters of an optimizer other than lr, as a tuple of pairs in a fixed order."""
    return tuple((key, settings[KNOBS[name][key]]) for key in sorted(KNOBS[name]))


def compute(landscape, optimizers, tuned, steps, noise, x, y, **own):
    """One run for each optimizer; while tuning, several results, the last of which is final."""
    field = Field(landscape, x, y, steps, noise)
    knobs = {name: knobs_of(name, own) for name in optimizers}
    if not tuned:
        return result(field, {name: own["lr_" + name] for name in optimizers}, knobs, optimizers)
    if all(field.knows_best_rate(name, knobs[name]) for name in optimizers):
        chosen = {name: field.best_rate(name, knobs[name]) for name in optimizers}
        return result(field, chosen, knobs, optimizers, tuned=len(optimizers))
    return tune(field, optimizers, knobs, own)


def tune(field, optimizers, knobs, own):
    """Results while one optimizer after the other finds its rate."""
    chosen = {name: recent.get((field.landscape, name), own["lr_" + name]) for name in optimizers}
    for done, name in enumerate(optimizers):
        yield result(field, chosen, knobs, optimizers, tuned=done)
        chosen[name] = field.best_rate(name, knobs[name])
        recent[field.landscape, name] = chosen[name]
    yield result(field, chosen, knobs, optimizers, tuned=len(optimizers))


def result(field, rate, knobs, optimizers, tuned=None):
    """What the figure shows for these learning rates.

    Args:
        tuned: of how many optimizers the rate is already the best of RATES; None if they are the
            reader's own.
    """
    left, right, bottom, top = field.objective.box
    runners = []
    for i, name in enumerate(optimizers):
        run = field.run(name, rate[name], knobs[name])
        outside = None
        if min(run.xs) < left or max(run.xs) > right or min(run.ys) < bottom or max(run.ys) > top:
            outside = next(
                t
                for t, (a, b) in enumerate(zip(run.xs, run.ys))
                if not (left <= a <= right and bottom <= b <= top)
            )
        runners.append(
            {
                "name": name,
                "lr": rate[name],
                "x": run.xs,
                "y": run.ys,
                "loss": run.losses,
                "score": run.score,
                "left": run.left,
                "outside": outside,
                "tuned": tuned is not None and i < tuned,
            }
        )
    x, y = field.start
    data = {
        "landscape": field.landscape,
        "box": [left, right, bottom, top],
        "start": [x, y],
        "used": {"x": x, "y": y},
        "steps": field.steps,
        "noise": field.noise,
        "runs": runners,
        "budget": list(RATES) if tuned is not None else None,
        "summary": summary(field, runners, tuned),
        "readouts": [],
    }
    if tuned is not None and tuned < len(optimizers):
        data["progress"] = tuned / len(optimizers)
    return data


def summary(field, runners, tuned):
    """The result in words."""
    x, y = field.start
    text = "%s, from (%s, %s). " % (
        setting(field.landscape, field.steps, field.noise),
        words(x),
        words(y),
    )
    if field.moved:
        text += "The start that was set lies outside this landscape, so it was moved to its edge. "
    finite = sorted((r["score"], i) for i, r in enumerate(runners) if r["score"] is not None)
    told = finite if len(finite) <= 4 else finite[:2] + finite[-1:]
    if told:
        ends = ["%s %s" % (runners[i]["name"], words(score)) for score, i in told]
        if len(finite) > 4:
            ends[-1] = "at the other end " + ends[-1]
        text += "Worst loss of the last ten steps, lowest first: %s. " % ", ".join(ends)
    if tuned == len(runners):
        text += "Each ran at the best of the same %d learning rates. " % len(RATES)
    for r in runners:
        if r["left"]:
            text += "%s left the numbers at step %d. " % (r["name"], r["left"])
        elif r["outside"]:
            text += "%s left the picture at step %d. " % (r["name"], r["outside"])
    return text[:-1]


def _only(setting):
    return {"optimizers": with_knob(setting)}


DEMO = Demo(
    "race",
    "Race",
    "RMSprop is first here. Set the noise to 1: Adam is. Take the noise away, tune them all, and "
    "choose Beale’s function: SGD. Now choose Rosenbrock’s valley and drag the start to "
    "(−0.75, 1): Momentum. Four races, four winners.",
    (
        LANDSCAPE,
        Switch(
            "tuned", "Tune them all", False, "the best of the same nine learning rates for each"
        ),
        Choices("optimizers", "Optimizers", [(name, name) for name in NAMES], DEFAULTS),
        Number("x", "Start θ₁", -8, 8, None, 0.1, "empty: the landscape’s own"),
        Number("y", "Start θ₂", -6, 6, None, 0.1, "empty: the landscape’s own"),
    )
    + tuple(
        Slider(
            "lr_" + name,
            "α of " + name,
            FINE_RATES,
            TUNED[name],
            when={"optimizers": name, "tuned": False},
        )
        for name in NAMES
    )
    + (
        NOISE,
        steps_setting(more=True),
        Slider("beta", "β", BETAS, 0.9, "Momentum", when=_only("beta"), more=True),
        Slider("rho", "ρ", MEMORIES, 0.99, "RMSprop", when=_only("rho"), more=True),
        Slider("beta1", "β₁", BETAS, 0.9, "Adam and its relatives", when=_only("beta1"), more=True),
        Slider(
            "beta2", "β₂", MEMORIES, 0.999, "Adam and its relatives", when=_only("beta2"), more=True
        ),
        Slider("beta2_Lion", "β₂", MEMORIES, 0.99, "Lion", when=_only("beta2_Lion"), more=True),
        Slider(
            "eps",
            "ε",
            EPSILONS,
            1e-8,
            "RMSprop, Adam and its relatives",
            when=_only("eps"),
            more=True,
        ),
        Slider(
            "eps_AdaGrad", "ε", EPSILONS, 1e-10, "AdaGrad", when=_only("eps_AdaGrad"), more=True
        ),
    ),
    compute,
)
