"""The judge of the exercise "Write Adam yourself": it runs a learner's Adam and names the mistake.

In a notebook::

    from adamlib.exercises import check

    check(MyAdam)

The learner's optimizer walks through three problems beside `adamlib.Adam`. If the two part, known
mistakes are tried: each is Adam with one line of Algorithm 1 replaced by a wrong one, or two lines.
The one that takes the learner's very steps is the learner's mistake.

This file runs unchanged under CPython and, inside the book's pages, under MicroPython.
"""

import math

from .objectives import Bowl, Noisy
from .optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    RMSprop,
)

TEMPLATE = """\
class MyAdam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t = 0
        self.m = 0.0
        self.v = 0.0

    def step(self, theta, g):
        # theta: the parameter, g: its gradient. Both are floats. Return the new theta.
        ...
        return theta
"""

SOLUTION = """\
class MyAdam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t = 0
        self.m = 0.0
        self.v = 0.0

    def step(self, theta, g):
        # theta: the parameter, g: its gradient. Both are floats. Return the new theta.
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m_hat = self.m / (1 - self.beta1**self.t)
        v_hat = self.v / (1 - self.beta2**self.t)
        theta = theta - self.lr * m_hat / (v_hat**0.5 + self.eps)
        return theta
"""

HINTS = (
    "Algorithm 1 has seven lines. Line 2, the gradient, is done for you: it is handed in as g. "
    "Write one line of Python for each of the other six, in the order of the paper.",
    "Begin with line 1: count the step in self.t, before anything uses it. "
    "The first step is number 1.",
    "Lines 3 and 4 are two moving averages: keep the share beta of the old value and add the "
    "share 1 - beta of the new one. m averages g, with beta1. v averages g squared, with beta2. "
    "Keep both in self: the next step needs them.",
    "Lines 5 and 6 are the hats. Both averages start at 0 and are too small at first. Divide each "
    "by 1 - beta to the power t, and call the results m_hat and v_hat: self.m and self.v stay.",
    "Line 7 is the step: from theta take lr times m_hat, divided by the root of v_hat plus eps. "
    "The root is taken first, then eps is added. In Python a root is `** 0.5`, and a sum in a "
    "denominator needs parentheses.",
    SOLUTION,
)


# What a learner or a page calls.


def check(learner):
    """Judge a learner's Adam and return a `Verdict`. It never raises for what a learner writes.

    Args:
        learner: the class, or anything that makes an optimizer when called with the keywords
            `lr`, `beta1`, `beta2` and `eps`. Its `step(theta, g)` is given floats.

    >>> check(Adam).passed
    True
    >>> check(lambda lr, **betas: RMSprop(lr, betas["beta2"], betas["eps"])).title
    'This is RMSprop, not Adam'
    """
    return _guarded(_judge, learner)


def check_text(code):
    """Judge the text of a program that defines `MyAdam`, and return a `Verdict`.

    The text is run in a namespace of its own. What it prints is printed. It never raises for what a
    learner writes, but it cannot stop a loop without end: the caller has to do that.

    >>> check_text(SOLUTION).passed, check_text(TEMPLATE).mistake
    (True, 'unfinished')
    >>> check_text("class MyAdam").title
    'Python cannot read line 1'
    """
    return _guarded(_judge_text, code)


class Verdict:
    """What the judge says.

    Attributes:
        passed: whether all three problems agree with Adam.
        mistake: a fixed name such as "no-bias-correction", for two mistakes "one+other", else None.
            A learner who has passed can have one too: "changes-argument", harmless for floats.
        title: one line.
        explanation: what is wrong and why it matters, in a few sentences of plain text.
        hint: where to look.
        see: the section to read again, as "lesson/page#anchor", or None.
        progress: for each of the three `PROBLEMS`, whether it agrees with Adam.
        rows: the evidence. Each is a dict with `problem`, `step`, `yours`, `adam` and `equal`;
            `yours` and `adam` are floats, or words where there is no number.
        line: the line of the learner's code that the verdict is about, or None.
        error: what Python said, as "NameError: ...", or None.
    """

    names = ("passed", "mistake", "title", "explanation", "hint", "see", "rows", "line", "error")

    def __init__(self, title, explanation, hint="", mistake=None, see=None):
        self.passed = False
        self.mistake = mistake
        self.title = title
        self.explanation = explanation
        self.hint = hint
        self.see = see
        self.progress = (False,) * len(PROBLEMS)
        self.rows = []
        self.line = None
        self.error = None

    def as_dict(self):
        """All of them, in lists, dicts, strings, numbers and booleans: what JSON can hold."""
        verdict = {}
        for name in self.names:
            verdict[name] = getattr(self, name)
        verdict["progress"] = []
        for problem, passed in zip(PROBLEMS, self.progress):
            verdict["progress"].append({"problem": problem.name, "passed": passed})
        return verdict

    def __repr__(self):
        lines = [self.title, self.explanation]
        for name, text in (("Hint: ", self.hint), ("Read again: ", self.see)):
            if text:
                lines.append(name + text)
        for row in self.rows:
            lines.append("  %s, step %d: yours %s, Adam %s" % _shown(row))
        return "\n".join(lines)

    def _repr_markdown_(self):
        """The same for a notebook: the title in bold, and the evidence as a table."""
        parts = ["**%s**" % _plain(self.title), _plain(self.explanation)]
        if self.rows:
            table = ["| problem | step | yours | Adam | |", "|---|---|---|---|---|"]
            for row in self.rows:
                sign = "=" if row["equal"] else "≠"
                table.append("| %s | %d | %s | %s | %s |" % (_shown(row) + (sign,)))
            parts.append("\n".join(table))
        if self.hint:
            parts.append("*Hint:* " + _plain(self.hint))
        if self.see:
            parts.append("*Read again:* `%s`" % self.see)
        return "\n\n".join(parts)


# The three problems, and how an optimizer walks through one.


class Problem:
    """Gradients to follow, with the settings to follow them with.

    Attributes:
        name: what it is called.
        start: one number for each coordinate; every coordinate gets an optimizer of its own.
        settings: the keywords that the optimizer is made with.
        steps: how many steps are taken.
        digits: the largest relative difference that is forgiven.
        adam: where Adam goes: the start and the point after each step.
    """

    def __init__(self, name, start, settings, stream=None, objective=None, steps=0, digits=1e-9):
        self.name = name
        self.start = start
        self.settings = settings
        self.stream = stream
        self.objective = objective
        self.steps = steps or len(stream)
        self.digits = digits

    def gradient(self, k, theta):
        """The gradient of step `k`, counted from 0, at `theta`: a list."""
        if self.stream:
            return [self.stream[k]]
        if k == 0:
            self.objective.reset()  # the noise begins again
        return self.objective.gradient(theta)


def _settings(lr, beta1, beta2, eps):
    return {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}


SETTINGS = ("lr", "beta1", "beta2", "eps")

PROBLEMS = (
    # The two steps that the lesson takes by hand, and two more: to seven digits, as by hand. What
    # eps does comes after them.
    Problem(
        "Four steps by hand",
        [1.0],
        _settings(0.1, 0.9, 0.999, 1e-8),
        (2.0, -1.0, 3.0, 0.5),
        digits=1e-7,
    ),
    # Zeros first, for who divides by 0; then an eps that is larger than the gradients.
    Problem(
        "Tiny gradients, large eps",
        [-2.0],
        _settings(0.1, 0.9, 0.999, 0.1),
        (0.0, 0.03, -0.01, 0.02, 0.0, 0.04),
    ),
    # Two optimizers side by side, and no setting is the default.
    Problem(
        "A noisy valley",
        [-4.0, 1.0],
        _settings(0.3, 0.5, 0.9, 0.01),
        objective=Noisy(Bowl(condition=25), sd=1.0, seed=4),
        steps=10,
    ),
)


class Walk:
    """Where an optimizer went, and what stopped it.

    Attributes:
        thetas: the start and the point after each step, each a list of coordinates.
        trouble: None, or the `Trouble` that ended the walk early.
        optimizers: one for each coordinate.
    """

    def __init__(self, problem, make, watch=None):
        self.problem = problem
        self.thetas = [problem.start]
        self.trouble = None
        self.optimizers = []
        for _ in problem.start:
            optimizer, error = _attempt(make, problem.settings)
            self.optimizers.append(optimizer)
            if error is not None:
                self.trouble = Trouble(0, error)
                return
        for k in range(problem.steps):
            theta = self.thetas[-1]
            moved = []
            for optimizer, x, g in zip(self.optimizers, theta, problem.gradient(k, theta)):
                new, trouble = _step(optimizer, x, g, k + 1)
                if trouble is not None:
                    self.trouble = trouble
                    return
                moved.append(new)
            self.thetas.append(moved)
            if watch is not None:
                watch(self)

    def parting(self):
        """The first step at which this walk is not Adam's, as (step, coordinate), or None."""
        adam = self.problem.adam
        for k in range(1, len(self.thetas)):
            for i in range(len(self.problem.start)):
                if not _same(self.thetas[k][i], adam[k][i], self.problem.digits):
                    return k, i
        return (self.trouble.step, 0) if self.trouble else None


class Trouble:
    """Why a step gave no number.

    Attributes:
        step: which step it was; 0 for the making of the optimizer.
        kind: "zero" (divided by 0), "root" (of a negative number), "nan", "infinite", or None if
            it was no matter of arithmetic.
        error: the exception, or None.
        value: what was returned, in words.
    """

    def __init__(self, step, error=None, kind=None, value=""):
        self.step = step
        self.error = error
        self.kind = _arithmetic(error) if error is not None else kind
        self.value = value


def _same(a, b, digits=1e-9):
    """Equal, but for the rounding of a differently written formula."""
    return abs(a - b) <= digits * max(abs(b), 0.1)


def _differ(a, b):
    """The same for numbers of any size."""
    return abs(a - b) > 1e-9 * abs(b)


def _step(optimizer, theta, g, number):
    """The new theta as a float and None, or None and the trouble."""
    value, error = _attempt(_plain_step, {"optimizer": optimizer, "theta": theta, "g": g})
    if error is None:
        answer, error = _attempt(_as_float, {"value": value})
    if error is not None:
        return None, Trouble(number, error)
    x, kind, words = answer
    return (None, Trouble(number, None, kind, words)) if words else (x, None)


def _plain_step(optimizer, theta, g):
    return optimizer.step(theta, g)


def _as_float(value):
    """The value as a float, the kind of trouble, and what it is in words: one or the other two."""
    if isinstance(value, complex):
        return None, "root", _kind(value)
    no_number = value is None or isinstance(value, (bool, str))
    if not isinstance(value, (int, float)) and getattr(value, "shape", None) != ():
        no_number = True  # numbers of numpy have the shape ()
    if no_number:
        return None, None, _kind(value)
    x = float(value)
    if x != x:
        return None, "nan", "NaN"
    if abs(x) == math.inf:
        return None, "infinite", "infinity"
    return 0.0 + x, None, None


def _arithmetic(error):
    if isinstance(error, ZeroDivisionError):
        return "zero"
    if isinstance(error, OverflowError):
        return "infinite"
    words = _message(error)
    if isinstance(error, ValueError) and ("domain" in words or "nonnegative" in words):
        return "root"
    if isinstance(error, TypeError) and "complex" in words:
        return "root"
    return None


# The known mistakes. Each replaces lines of this Adam by wrong ones.


class Flawed:
    """Adam with some lines replaced. Only for floats: it simulates what a learner wrote.

    Args:
        wrong: the lines that are replaced, by the name of what they compute. Each is a function of
            this object and of what the line uses. Its `n` is the number of the step, `t` what the
            formulas take for that number, `m` and `v` the averages of the step before.

    >>> no_hat = Flawed({"v_hat": lambda o, v, m: v}, 0.1, 0.9, 0.999, 1e-8)
    >>> round(no_hat.step(1.0, 2.0), 4)
    -2.1623
    """

    def __init__(self, wrong, lr, beta1, beta2, eps):
        self.wrong = wrong
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.n = 0
        self.m = self.v = 0.0
        if "settings" in wrong:
            wrong["settings"](self)

    def step(self, theta, g):
        wrong = self.wrong
        self.n += 1
        if "g" in wrong:
            g = wrong["g"](self, theta, g)
        self.g = g
        self.t = t = wrong["t"](self.n) if "t" in wrong else self.n
        beta1, beta2 = self.beta1, self.beta2
        m = wrong["m"](self, g) if "m" in wrong else beta1 * self.m + (1 - beta1) * g
        v = wrong["v"](self, g, m) if "v" in wrong else beta2 * self.v + (1 - beta2) * g * g
        self.new = (m, v)
        m_hat = wrong["m_hat"](self, m, v) if "m_hat" in wrong else m / (1 - beta1**t)
        v_hat = wrong["v_hat"](self, v, m) if "v_hat" in wrong else v / (1 - beta2**t)
        below = wrong["below"](self, v_hat) if "below" in wrong else math.sqrt(v_hat) + self.eps
        if "theta" in wrong:
            theta = wrong["theta"](self, theta, m_hat, below)
        else:
            theta = theta - self.lr * m_hat / below
        self.m, self.v = wrong["keep"](m, v, m_hat, v_hat) if "keep" in wrong else (m, v)
        return theta

    def set(self, lr=None, beta1=None, beta2=None, eps=None):
        """Other settings than those it was made with."""
        for name, value in (("lr", lr), ("beta1", beta1), ("beta2", beta2), ("eps", eps)):
            if value is not None:
                setattr(self, name, value)


class Mistake:
    """A known mistake, in words and as wrong lines.

    Attributes:
        name: its fixed name, as `Verdict.mistake` gives it.
        title: one line.
        says: what was written, in a sentence or two; "%s" is filled from the variant.
        because: why it matters.
        hint: where to look.
        see: the section to read again.
        variants: pairs of (words for "%s", the wrong lines).
        usual: how many of them, from the first on, are also tried together with another mistake.
    """

    def __init__(self, name, title, says, because, hint, see, variants, usual=0):
        self.name = name
        self.title = title
        self.says = says
        self.because = because
        self.hint = hint
        self.see = "lesson/" + see
        self.variants = variants
        self.usual = usual


def _one_or_both(words, line, other):
    """Three variants: the mistake in both lines, in the first and in the second."""
    both = dict(line)
    both.update(other)
    return ((words[0], both), (words[1], line), (words[2], other))


_HATS = ("lines 5 and 6", "line 5", "line 6")
_AVERAGES = ("lines 3 and 4", "line 3", "line 4")

MISTAKES = (
    # The hats, lines 5 and 6.
    Mistake(
        "no-bias-correction",
        "No bias correction",
        "Your step uses m and v as they are: lines 5 and 6 of Algorithm 1, the hats, are missing.",
        "Both averages start at 0 and are too small at first. With these settings the root of v is "
        "too small by more than m is, and the step divides by it.",
        "What happens to m and v between the averages and the step?",
        "bias-correction#bias-correction-identity",
        (("", {"m_hat": lambda o, m, v: m, "v_hat": lambda o, v, m: v}),),
        1,
    ),
    Mistake(
        "only-m-corrected",
        "Only m is corrected",
        "You correct m (line 5), but not v (line 6).",
        "v starts at 0 and is far too small at first. The step divides by its root, so the first "
        "steps are far too long.",
        "m has its hat. Who else started at 0?",
        "bias-correction#bias-correction-slow-start",
        (("", {"v_hat": lambda o, v, m: v}),),
        1,
    ),
    Mistake(
        "only-v-corrected",
        "Only v is corrected",
        "You correct v (line 6), but not m (line 5).",
        "m starts at 0, so the first step is only the share 1 - beta1 of what it should be.",
        "v has its hat. Who else started at 0?",
        "bias-correction#bias-correction-slow-start",
        (("", {"m_hat": lambda o, m, v: m}),),
        1,
    ),
    Mistake(
        "no-power",
        "1 - beta, without the power t",
        "In %s you divide by 1 - beta. Algorithm 1 divides by 1 - beta to the power t.",
        "The two are equal at the first step only. Later the averages need ever less correction.",
        "Which number in the correction changes from step to step?",
        "bias-correction#bias-correction-derivation",
        _one_or_both(
            _HATS,
            {"m_hat": lambda o, m, v: m / (1 - o.beta1)},
            {"v_hat": lambda o, v, m: v / (1 - o.beta2)},
        ),
        3,
    ),
    Mistake(
        "beta-times-t",
        "beta * t in place of beta ** t",
        "In %s you multiply beta by t. Algorithm 1 takes beta to the power t.",
        "Every step multiplies the weight of the starting 0 by beta once more: after t steps it is "
        "beta to the power t. And 1 - beta * t soon falls below 0.",
        "How is a power written in Python?",
        "bias-correction#bias-correction-derivation",
        _one_or_both(
            _HATS,
            {"m_hat": lambda o, m, v: m / (1 - o.beta1 * o.t)},
            {"v_hat": lambda o, v, m: v / (1 - o.beta2 * o.t)},
        ),
        1,
    ),
    Mistake(
        "multiplied",
        "Multiplied by the correction",
        "In %s you multiply by 1 - beta**t. Algorithm 1 divides by it.",
        "The averages are too small at first. Multiplying makes them smaller still.",
        "Should the hat make the average larger or smaller?",
        "bias-correction#bias-correction-derivation",
        _one_or_both(
            _HATS,
            {"m_hat": lambda o, m, v: m * (1 - o.beta1**o.t)},
            {"v_hat": lambda o, v, m: v * (1 - o.beta2**o.t)},
        ),
        1,
    ),
    Mistake(
        "correction-kept",
        "The corrected value is kept",
        "You keep the corrected value in %s, and the next step averages on from there.",
        "The hats are for this step's use only. A kept one is corrected again and again, while "
        "the moving average has to go on from the value without a hat.",
        "Which two numbers does the next step need from this one?",
        "mechanics#mechanics-attributes",
        (
            ("self.m and self.v", {"keep": lambda m, v, m_hat, v_hat: (m_hat, v_hat)}),
            ("self.m", {"keep": lambda m, v, m_hat, v_hat: (m_hat, v)}),
            ("self.v", {"keep": lambda m, v, m_hat, v_hat: (m, v_hat)}),
        ),
        1,
    ),
    Mistake(
        "wrong-beta-in-correction",
        "The correction uses the wrong beta",
        "Your correction mixes up the betas: %s.",
        "A hat undoes the weights of its own average, so it needs that average's own beta.",
        "Which beta made m, and which made v?",
        "bias-correction#bias-correction-derivation",
        _one_or_both(
            (
                "line 5 corrects m with beta2, and line 6 corrects v with beta1",
                "line 5 corrects m with beta2",
                "line 6 corrects v with beta1",
            ),
            {"m_hat": lambda o, m, v: m / (1 - o.beta2**o.t)},
            {"v_hat": lambda o, v, m: v / (1 - o.beta1**o.t)},
        ),
    ),
    Mistake(
        "hats-mixed",
        "A hat made from the wrong average",
        "%s.",
        "m_hat is m with its start at 0 corrected, and v_hat is v. Each stays with its own.",
        "Read lines 5 and 6 aloud, letter by letter.",
        "mechanics#mechanics-algorithm",
        (
            ("Your v_hat is made from m", {"v_hat": lambda o, v, m: m / (1 - o.beta2**o.t)}),
            ("Your m_hat is made from v", {"m_hat": lambda o, m, v: v / (1 - o.beta1**o.t)}),
        ),
    ),
    Mistake(
        "negative-v-hat",
        "The root of a negative number",
        "Your first step takes the root of a negative number.",
        "v is an average of squares and never negative. So look at its correction: without "
        "parentheses v / 1 - b is (v / 1) - b. Or does the difference stand the wrong way round?",
        "Look at the parentheses of line 6, and at what is subtracted from what.",
        "mechanics#mechanics-algorithm",
        (
            ("", {"v_hat": lambda o, v, m: v / 1 - o.beta2**o.t}),
            ("", {"v_hat": lambda o, v, m: v / (o.beta2**o.t - 1)}),
        ),
    ),
    Mistake(
        "correction-parentheses",
        "Parentheses are missing in the correction",
        "In line 5 Python reads m / 1 - b as (m / 1) - b: it divides first and subtracts then.",
        "What m has to be divided by is the whole difference.",
        "What exactly is line 5 dividing by?",
        "mechanics#mechanics-algorithm",
        (("", {"m_hat": lambda o, m, v: m / 1 - o.beta1**o.t}),),
    ),
    # The count, line 1.
    Mistake(
        "t-from-zero",
        "t is 0 at the first step",
        "At the first step your t is still 0. A beta to the power 0 is 1, so the correction "
        "divides by 1 - 1 = 0.",
        "Line 1 of Algorithm 1 counts before anything uses t: the first step is number 1.",
        "Where does t grow, and is that before or after the correction?",
        "mechanics#mechanics-algorithm",
        (("", {"t": lambda n: n - 1}),),
    ),
    Mistake(
        "t-frozen",
        "t stays at 1",
        "Your t is 1 at every step: it does not grow.",
        "The correction then stays as strong as at the first step, and the hats are too large "
        "from the second step on.",
        "What has to happen to self.t at every step?",
        "mechanics#mechanics-algorithm",
        (("", {"t": lambda n: 1}),),
        1,
    ),
    Mistake(
        "t-twice",
        "t grows by 2",
        "Your t grows twice at every step: it is %s at the steps 1, 2 and 3.",
        "The correction then takes the averages for older than they are.",
        "How often does your code add to self.t in one step?",
        "mechanics#mechanics-algorithm",
        (("2, 4, 6", {"t": lambda n: 2 * n}), ("1, 3, 5", {"t": lambda n: 2 * n - 1})),
        1,
    ),
    Mistake(
        "t-ahead",
        "t is one step ahead",
        "At the first step your t is 2.",
        "The correction then takes the averages for one step older than they are.",
        "Take the first step with pencil and paper: what is t in your correction?",
        "mechanics#mechanics-algorithm",
        (("", {"t": lambda n: n + 1}),),
        1,
    ),
    # The averages, lines 3 and 4.
    Mistake(
        "m-no-factor",
        "m takes the whole gradient",
        "In line 3 the factor 1 - beta1 is missing: the new gradient enters m with the weight 1.",
        "m is then a fading sum and no average. It is 1 / (1 - beta1) times too large, and every "
        "step is as many times too long.",
        "Do the two weights in line 3 add up to 1?",
        "two-parents#two-parents-average",
        (("", {"m": lambda o, g: o.beta1 * o.m + g}),),
        1,
    ),
    Mistake(
        "v-no-factor",
        "v takes the whole square",
        "In line 4 the factor 1 - beta2 is missing: the new square enters v with the weight 1.",
        "v is then a fading sum and no average. It is 1 / (1 - beta2) times too large, and the "
        "step, divided by its root, too short.",
        "Do the two weights in line 4 add up to 1?",
        "mechanics#mechanics-second-moment",
        (("", {"v": lambda o, g, m: o.beta2 * o.v + g * g}),),
        1,
    ),
    Mistake(
        "v-not-squared",
        "v does not average squares",
        "Your v averages %s. Line 4 averages g squared.",
        "Only the root of an average of squares is as large as a typical gradient and never "
        "negative. Then the size of the gradients cancels in the step.",
        "What exactly is added to v in line 4?",
        "mechanics#mechanics-second-moment",
        (
            ("g itself", {"v": lambda o, g, m: o.beta2 * o.v + (1 - o.beta2) * g}),
            (
                "the absolute value of g",
                {"v": lambda o, g, m: o.beta2 * o.v + (1 - o.beta2) * abs(g)},
            ),
        ),
        2,
    ),
    Mistake(
        "m-squared",
        "m averages g squared",
        "Your m averages g * g. Line 3 averages g itself.",
        "The sign of the gradient says which way to go, and a square has none: you always walk "
        "the same way.",
        "Which of the two averages needs the sign of g?",
        "mechanics#mechanics-first-moment",
        (("", {"m": lambda o, g: o.beta1 * o.m + (1 - o.beta1) * g * g}),),
        1,
    ),
    Mistake(
        "betas-swapped",
        "beta1 and beta2 have changed places",
        "You use beta1 where beta2 belongs and beta2 where beta1 belongs.",
        "beta1 is for m, which has to turn soon. beta2 is for v, which has to remember for long.",
        "Compare the betas of lines 3 and 4, and the order in which __init__ keeps them.",
        "mechanics#mechanics-moving-averages",
        (
            ("", {"settings": lambda o: o.set(beta1=o.beta2, beta2=o.beta1)}),
            (
                "",
                {
                    "m": lambda o, g: o.beta2 * o.m + (1 - o.beta2) * g,
                    "v": lambda o, g, m: o.beta1 * o.v + (1 - o.beta1) * g * g,
                },
            ),
        ),
        1,
    ),
    Mistake(
        "wrong-beta-in-average",
        "An average uses the other's beta",
        "In line %s.",
        "Each average has one beta, which gives both of its weights: beta1 for m, beta2 for v.",
        "Underline every beta1 and every beta2 in lines 3 and 4.",
        "mechanics#mechanics-moving-averages",
        (
            (
                "4 you average v with beta1",
                {"v": lambda o, g, m: o.beta1 * o.v + (1 - o.beta1) * g * g},
            ),
            (
                "4 you weight the new square with 1 - beta1",
                {"v": lambda o, g, m: o.beta2 * o.v + (1 - o.beta1) * g * g},
            ),
            (
                "4 you weight the old v with beta1",
                {"v": lambda o, g, m: o.beta1 * o.v + (1 - o.beta2) * g * g},
            ),
            (
                "3 you average m with beta2",
                {"m": lambda o, g: o.beta2 * o.m + (1 - o.beta2) * g},
            ),
            (
                "3 you weight the new gradient with 1 - beta2",
                {"m": lambda o, g: o.beta1 * o.m + (1 - o.beta2) * g},
            ),
            (
                "3 you weight the old m with beta2",
                {"m": lambda o, g: o.beta2 * o.m + (1 - o.beta1) * g},
            ),
        ),
        1,
    ),
    Mistake(
        "weights-swapped",
        "The weights have changed places",
        "In %s the old value gets the weight 1 - beta, and the new one gets beta.",
        "The old value has to keep the larger share, beta. The other way round the average "
        "forgets almost everything at each step.",
        "How much of the old value should survive a step?",
        "mechanics#mechanics-moving-averages",
        _one_or_both(
            _AVERAGES,
            {"m": lambda o, g: (1 - o.beta1) * o.m + o.beta1 * g},
            {"v": lambda o, g, m: (1 - o.beta2) * o.v + o.beta2 * g * g},
        ),
        3,
    ),
    Mistake(
        "not-kept",
        "The average starts anew at every step",
        "Your %s from 0 at every step: the new value is not kept, or the old one not used.",
        "A moving average is made of its own old value. Without it only the newest gradient "
        "counts.",
        "What does the next step find in self?",
        "mechanics#mechanics-attributes",
        _one_or_both(
            ("m and v start", "m starts", "v starts"),
            {"m": lambda o, g: (1 - o.beta1) * g},
            {"v": lambda o, g, m: (1 - o.beta2) * g * g},
        ),
        3,
    ),
    Mistake(
        "never-forgets",
        "The average never forgets",
        "In %s.",
        "Nothing fades then: the oldest gradient counts as much as the newest, for ever.",
        "What happens to the old value in a moving average?",
        "two-parents#two-parents-average",
        (
            (
                "lines 3 and 4 the old values are not multiplied by beta1 and beta2",
                {
                    "m": lambda o, g: o.m + (1 - o.beta1) * g,
                    "v": lambda o, g, m: o.v + (1 - o.beta2) * g * g,
                },
            ),
            (
                "line 4 the old v is not multiplied by beta2",
                {"v": lambda o, g, m: o.v + (1 - o.beta2) * g * g},
            ),
            (
                "line 3 the old m is not multiplied by beta1",
                {"m": lambda o, g: o.m + (1 - o.beta1) * g},
            ),
            (
                "line 4 neither the old v nor the new square is multiplied by its weight",
                {"v": lambda o, g, m: o.v + g * g},
            ),
            (
                "line 3 neither the old m nor the new gradient is multiplied by its weight",
                {"m": lambda o, g: o.m + g},
            ),
        ),
        3,
    ),
    Mistake(
        "old-moments",
        "The step uses the old averages",
        "Your step uses the %s of the step before: the newest gradient is not in it yet.",
        "Lines 3 and 4 come before lines 5 to 7. At the first step the old averages are still 0.",
        "In which order do your lines run?",
        "mechanics#mechanics-algorithm",
        _one_or_both(
            ("m and v", "m", "v"),
            {"m_hat": lambda o, m, v: o.m / (1 - o.beta1**o.t)},
            {"v_hat": lambda o, v, m: o.v / (1 - o.beta2**o.t)},
        ),
        3,
    ),
    Mistake(
        "v-from-m",
        "v averages the square of m",
        "Your v averages m * m. Line 4 averages the square of the gradient itself.",
        "In m, gradients that disagree have already cancelled. v has to see how large they are.",
        "Which letter is squared in line 4?",
        "mechanics#mechanics-second-moment",
        (("", {"v": lambda o, g, m: o.beta2 * o.v + (1 - o.beta2) * m * m}),),
    ),
    Mistake(
        "v-centred",
        "v averages the distance from m",
        "Your v averages the square of g - m, the spread around the mean. That is another "
        "optimizer, AdaBelief.",
        "Adam's v is the raw second moment: the mean of g squared, with nothing subtracted.",
        "What exactly is squared in line 4?",
        "mechanics#mechanics-second-moment",
        (
            ("", {"v": lambda o, g, m: o.beta2 * o.v + (1 - o.beta2) * (g - m) * (g - m)}),
            ("", {"v": lambda o, g, m: o.beta2 * o.v + (1 - o.beta2) * (g - o.m) * (g - o.m)}),
        ),
    ),
    Mistake(
        "factor-squared",
        "The factor is squared as well",
        "In line 4 you square (1 - beta2) * g as a whole. Only g is squared in Algorithm 1.",
        "The weight of the new square has to be 1 - beta2, so that the two weights add up to 1.",
        "What exactly does the square in line 4 enclose?",
        "mechanics#mechanics-second-moment",
        (("", {"v": lambda o, g, m: o.beta2 * o.v + (1 - o.beta2) * (1 - o.beta2) * g * g}),),
    ),
    # The step, line 7.
    Mistake(
        "eps-inside",
        "eps is inside the root",
        "You add eps to v_hat and take the root of the sum. Line 7 takes the root first.",
        "Inside the root eps does far more: the root of 0.1 is 0.32, and that of 1e-8 is 1e-4.",
        "What comes first in the denominator of line 7, the root or the sum?",
        "mechanics#mechanics-epsilon",
        (("", {"below": lambda o, v_hat: math.sqrt(v_hat + o.eps)}),),
        1,
    ),
    Mistake(
        "eps-outside",
        "eps is added to the parameter",
        "Without parentheses Python divides first: a / b + eps is (a / b) + eps. So eps is added "
        "to theta, not to the denominator.",
        "It moves theta a little at every step, and the division can still be 0 / 0.",
        "What exactly is the denominator in your last line?",
        "mechanics#mechanics-epsilon",
        (
            (
                "",
                {
                    "below": lambda o, v_hat: math.sqrt(v_hat),
                    "theta": lambda o, theta, m_hat, below: theta - o.lr * m_hat / below + o.eps,
                },
            ),
            (
                "",
                {
                    "below": lambda o, v_hat: math.sqrt(v_hat),
                    "theta": lambda o, theta, m_hat, below: theta - (o.lr * m_hat / below + o.eps),
                },
            ),
        ),
        1,
    ),
    Mistake(
        "no-eps",
        "eps is missing",
        "You divide by the root of v_hat alone.",
        "As long as all gradients have been 0, that is 0 / 0. And eps also shortens the steps "
        "where gradients are smaller than it is.",
        "Which of the four settings does your step never use?",
        "mechanics#mechanics-epsilon",
        (
            ("", {"below": lambda o, v_hat: math.sqrt(v_hat)}),
            ("", {"below": lambda o, v_hat: math.sqrt(v_hat) if v_hat else math.inf}),
        ),
        1,
    ),
    Mistake(
        "eps-hat",
        "The faster form, with eps as it is",
        "You use the paper's other order of the computation, which moves the correction of v into "
        "the learning rate. There eps needs the factor sqrt(1 - beta2**t) as well.",
        "With the plain eps it is a slightly different optimizer, the one in Keras and "
        "scikit-learn: eps counts for more at first.",
        "Multiply numerator and denominator of line 7 by the same number, eps included.",
        "mechanics#mechanics-epsilon-hat",
        (("", {"below": lambda o, v_hat: math.sqrt(v_hat) + o.eps / math.sqrt(1 - o.beta2**o.t)}),),
        1,
    ),
    Mistake(
        "no-sqrt",
        "The square root is missing",
        "You divide by v_hat itself. Line 7 divides by its root.",
        "v_hat is a mean of squares. Only its root is as large as a gradient, so that the size of "
        "the gradients cancels.",
        "v averages squares. What undoes a square?",
        "mechanics#mechanics-step-size",
        (("", {"below": lambda o, v_hat: v_hat + o.eps}),),
        1,
    ),
    Mistake(
        "root-precedence",
        "** 1/2 is no root",
        "Python takes powers before it divides: v_hat ** 1/2 is (v_hat ** 1) / 2.",
        "So you divide by half of v_hat, not by its root.",
        "How can the exponent be one number?",
        "mechanics#mechanics-algorithm",
        (("", {"below": lambda o, v_hat: v_hat / 2 + o.eps}),),
        1,
    ),
    Mistake(
        "root-before-hat",
        "The root is taken before the correction",
        "You take the root of v and then divide it by 1 - beta2**t. Algorithm 1 corrects first.",
        "Under the root the correction becomes the root of 1 - beta2**t, which is larger. So your "
        "denominator is too large at first.",
        "Which line comes first, the one with the hat of v or the one with the root?",
        "mechanics#mechanics-epsilon-hat",
        (("", {"below": lambda o, v_hat: math.sqrt(o.new[1]) / (1 - o.beta2**o.t) + o.eps}),),
        1,
    ),
    Mistake(
        "no-division",
        "Nothing is divided by the root of v_hat",
        "Your step is lr * m_hat. The denominator of line 7 is missing.",
        "That is momentum: a gradient ten times as large makes a step ten times as long. In Adam "
        "the size cancels.",
        "Where is v_hat used?",
        "mechanics#mechanics-step-size",
        (("", {"below": lambda o, v_hat: 1.0}),),
        1,
    ),
    Mistake(
        "no-momentum",
        "The step uses g, not m_hat",
        "In your last line stands the newest gradient, where line 7 has m_hat.",
        "One gradient may point anywhere. m_hat averages several, so those that disagree cancel.",
        "Where is m_hat used?",
        "mechanics#mechanics-first-moment",
        (("", {"m_hat": lambda o, m, v: o.g}),),
        1,
    ),
    Mistake(
        "plus-sign",
        "The step goes uphill",
        "You add the step to theta. Line 7 subtracts it.",
        "The gradient points to where the loss grows.",
        "Which way should theta go if g is positive?",
        "introduction#introduction-idea",
        (("", {"theta": lambda o, theta, m_hat, below: theta + o.lr * m_hat / below}),),
        1,
    ),
    Mistake(
        "theta-divided",
        "theta is divided as well",
        "Your parentheses enclose theta too: you divide theta - lr * m_hat by the root.",
        "Only the step is divided. theta itself must not shrink.",
        "What exactly is the numerator in your last line?",
        "mechanics#mechanics-algorithm",
        (("", {"theta": lambda o, theta, m_hat, below: (theta - o.lr * m_hat) / below}),),
    ),
    Mistake(
        "returns-step",
        "You return the step, not the new theta",
        "What you return is %s. The caller needs the parameter after the step.",
        "Whoever calls step puts what it returns in the place of theta.",
        "Which letter stands to the left of the arrow in line 7?",
        "mechanics#mechanics-algorithm",
        (
            (
                "the step alone",
                {"theta": lambda o, theta, m_hat, below: o.lr * m_hat / below},
            ),
            (
                "minus the step alone",
                {"theta": lambda o, theta, m_hat, below: -o.lr * m_hat / below},
            ),
        ),
        2,
    ),
    Mistake(
        "lr-missing",
        "The learning rate is missing",
        "Your step is m_hat divided by the root. Line 7 multiplies that by lr.",
        "Without lr a first step has the length 1, whatever the problem.",
        "Which of the four settings does your step never use?",
        "mechanics#mechanics-step-size",
        (("", {"theta": lambda o, theta, m_hat, below: theta - m_hat / below}),),
        1,
    ),
    Mistake(
        "hard-coded",
        "A setting is not used",
        "Your step uses the usual value of %s, whatever MyAdam(...) was made with.",
        "The defaults of the paper are a start. Who makes an optimizer may choose other values.",
        "Look for numbers in your code that should be names.",
        "mechanics#mechanics-algorithm",
        (
            ("lr", {"settings": lambda o: o.set(lr=0.001)}),
            ("eps", {"settings": lambda o: o.set(eps=1e-8)}),
            ("beta1 and beta2", {"settings": lambda o: o.set(beta1=0.9, beta2=0.999)}),
            ("beta1", {"settings": lambda o: o.set(beta1=0.9)}),
            ("beta2", {"settings": lambda o: o.set(beta2=0.999)}),
            (
                "beta1, beta2 and eps",
                {"settings": lambda o: o.set(beta1=0.9, beta2=0.999, eps=1e-8)},
            ),
            (
                "lr, beta1, beta2 and eps",
                {"settings": lambda o: o.set(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8)},
            ),
        ),
        3,
    ),
    Mistake(
        "lr-decays",
        "The learning rate falls",
        "You divide lr by the root of t. Algorithm 1 keeps it as it is.",
        "The paper does that in its proof and in one experiment. The algorithm itself leaves it "
        "to you.",
        "What is multiplied by m_hat in line 7?",
        "mechanics#mechanics-algorithm",
        (
            (
                "",
                {
                    "theta": lambda o, theta, m_hat, below: (
                        theta - o.lr / math.sqrt(o.n) * m_hat / below
                    )
                },
            ),
        ),
    ),
    Mistake(
        "l2",
        "Adam with weight decay in the gradient",
        "You add 0.01 * theta to the gradient. That is L2 regularization.",
        "It pulls theta towards 0, on top of what the loss asks for. Algorithm 1 has no such term.",
        "Which gradient enters m and v?",
        "why-adam#why-adam-decide",
        (("", {"g": lambda o, theta, g: g + 0.01 * theta}),),
    ),
)


# Other optimizers of this package that a learner may have written instead.


class Relative:
    """Another optimizer: how to make it from Adam's settings, and what tells it from Adam."""

    def __init__(self, name, make, because, see):
        self.name = name
        self.make = make
        self.because = because
        self.see = "lesson/" + see


RELATIVES = (
    Relative(
        "SGD",
        lambda lr, beta1, beta2, eps: SGD(lr),
        "It takes lr times the gradient and remembers nothing.",
        "two-parents#two-parents-idea",
    ),
    Relative(
        "Momentum",
        lambda lr, beta1, beta2, eps: Momentum(lr, beta1),
        "It adds up gradients in one velocity and divides by nothing.",
        "two-parents#two-parents-momentum",
    ),
    Relative(
        "Nesterov's momentum",
        lambda lr, beta1, beta2, eps: Momentum(lr, beta1, nesterov=True),
        "It adds up gradients in one velocity, looks ahead along it and divides by nothing.",
        "two-parents#two-parents-momentum",
    ),
    Relative(
        "AdaGrad",
        lambda lr, beta1, beta2, eps: AdaGrad(lr, eps),
        "It divides by the root of the sum of all squares, which never fades, and has no m.",
        "two-parents#two-parents-adagrad",
    ),
    Relative(
        "RMSprop",
        lambda lr, beta1, beta2, eps: RMSprop(lr, beta2, eps),
        "It has v, but no m, and corrects nothing.",
        "two-parents#two-parents-rmsprop",
    ),
    Relative(
        "AdamW",
        lambda lr, beta1, beta2, eps: AdamW(lr, beta1, beta2, eps),
        "It also shrinks theta by lr times weight_decay at every step. Adam has no such term.",
        "why-adam#why-adam-decide",
    ),
    Relative(
        "AMSGrad",
        AMSGrad,
        "It divides by the root of the largest v so far. Adam takes the v of this step.",
        "why-adam#why-adam-reddi",
    ),
    Relative(
        "AMSGrad",
        lambda lr, beta1, beta2, eps: AMSGrad(lr, beta1, beta2, eps, bias_correction=False),
        "It divides by the root of the largest v so far, and corrects nothing.",
        "why-adam#why-adam-reddi",
    ),
    Relative(
        "NAdam",
        NAdam,
        "Its step already uses the next step's momentum. Adam's uses m_hat.",
        "mechanics#mechanics-algorithm",
    ),
    Relative(
        "AdaMax",
        AdaMax,
        "It divides by the largest recent gradient. Adam divides by a root of mean squares.",
        "mechanics#mechanics-algorithm",
    ),
    Relative(
        "Lion",
        lambda lr, beta1, beta2, eps: Lion(lr, beta1, beta2),
        "It takes only the sign of a momentum, so that every step has the length lr.",
        "mechanics#mechanics-algorithm",
    ),
)


def _follows(walk, make):
    """Whether an optimizer takes the very steps of `walk`, to the same end."""
    problem = walk.problem
    optimizers = [make(**problem.settings) for _ in problem.start]
    last = len(walk.thetas) - 1
    theta = problem.start
    for k in range(last + 1):
        if k == last and walk.trouble is None:
            return True
        moved = []
        trouble = None
        try:
            for i, g in enumerate(problem.gradient(k, theta)):
                x = optimizers[i].step(theta[i], g)
                if not -math.inf < x < math.inf:
                    trouble = Trouble(k + 1, kind="infinite" if x == x else "nan")
                    break
                moved.append(x)
                if k < last and not _same(walk.thetas[k + 1][i], x):
                    return False
        except (ArithmeticError, ValueError) as error:
            trouble = Trouble(k + 1, error)
        if trouble is not None:
            if walk.trouble is None or walk.trouble.step != trouble.step:
                return False
            kinds = (walk.trouble.kind, trouble.kind)
            # numpy's numbers answer NaN where Python's floats refuse
            return kinds[0] in ("nan", kinds[1])
        theta = moved
    return False


def _fits(walks, wrong):
    """Whether Adam with these wrong lines takes the very steps of all walks."""
    first = walks[0]
    lr, beta1, beta2, eps = [first.problem.settings[name] for name in SETTINGS]
    try:  # nearly all are out after one step, and that is quickly seen
        theta = Flawed(wrong, lr, beta1, beta2, eps).step(
            first.problem.start[0], first.problem.stream[0]
        )
        if len(first.thetas) > 1 and abs(theta - first.thetas[1][0]) > 1e-6 * (1 + abs(theta)):
            return False
    except (ArithmeticError, ValueError):
        if len(first.thetas) > 1:
            return False

    def make(lr, beta1, beta2, eps):
        return Flawed(wrong, lr, beta1, beta2, eps)

    for walk in walks:
        if not _follows(walk, make):
            return False
    return True


def _agrees(walk, wrong):
    """Whether the learner's own t, m and v, where they can be read, are those of `wrong`.

    A 0 is no evidence: it may never have been touched.
    """
    flawed = Flawed(wrong, **walk.problem.settings)
    ended = walk.trouble is None
    try:
        for k in range(len(walk.thetas) - ended):
            theta = walk.thetas[k]
            flawed.step(theta[0], walk.problem.gradient(k, theta)[0])
    except (ArithmeticError, ValueError):
        pass  # as the learner's own step did
    t, m, v = [_number_of(walk.optimizers[0], name) for name in ("t", "m", "v")]
    if t and t != flawed.t and ("t" in wrong or t == 1):
        return False
    right_m, right_v = (flawed.m, flawed.v) if ended else flawed.new
    return not ((m and _differ(m, right_m)) or (v and _differ(v, right_v)))


def _suspects():
    """All that is tried, the likeliest first: ([(mistake, words), ...], the wrong lines)."""
    for mistake in MISTAKES:
        for words, wrong in mistake.variants:
            yield [(mistake, words)], wrong
    for i, first in enumerate(MISTAKES):
        for words, wrong in first.variants[: first.usual]:
            for second in MISTAKES[i + 1 :]:
                for other_words, other in second.variants[: second.usual]:
                    lines = dict(wrong)
                    lines.update(other)
                    if len(lines) == len(wrong) + len(other):
                        yield [(first, words), (second, other_words)], lines


def _mistakes(walks):
    """The one or two mistakes that explain the walks, as [(mistake, words), ...], or None.

    Different mistakes can lead to the same steps: a learner's own m and v tell them apart.
    """
    first = walks[0]
    # A first step that gives no number says little: then t, m and v have to agree. NaN says least.
    blind = len(first.thetas) == 1
    if blind and first.trouble.kind == "nan" and not _number_of(first.optimizers[0], "m"):
        return None
    best = None
    for found, wrong in _suspects():
        if blind and len(found) > 1:
            return None
        if blind and first.trouble.kind == "nan" and "t" not in wrong:
            continue
        if _fits(walks, wrong):
            if _agrees(first, wrong):
                return found
            best = best or found
    return best


def _relative(walks):
    for relative in RELATIVES:
        if all(_follows(walk, relative.make) for walk in walks):
            return relative
    return None


# The judgement.


def _judge(learner):
    if not callable(learner):
        return Verdict(
            "check needs the class itself",
            "You gave it %s. check makes its own optimizers, with settings of its choice."
            % _kind(learner),
            "Write check(MyAdam): no parentheses and no quotation marks.",
            "not-a-class",
        )
    optimizer, error = _attempt(learner, PROBLEMS[0].settings)
    if error is not None:
        return _not_made(error)
    step, error = _attempt(getattr, None, optimizer, "step")
    if error is not None or not callable(step):
        return _no_step(optimizer)

    walks = []
    for problem in PROBLEMS:
        walk = Walk(problem, learner)
        if walk.trouble is not None and walk.trouble.step == 0:
            return _evident(_not_made(walk.trouble.error), walks)
        if walk.trouble is not None and walk.trouble.kind is None:
            return _evident(_broken(walk), walks + [walk])
        walks.append(walk)
    return _evident(_compared(learner, walks), walks)


def _compared(learner, walks):
    """The verdict on three walks that ended in numbers or in arithmetic."""
    if walks[0].trouble is None:
        beside = _beside_another(learner)
        if beside != walks[0].thetas:
            return _shared(walks[0].thetas, beside)
    if all(walk.parting() is None for walk in walks):
        return _passed(learner)
    if all(theta == walk.problem.start for walk in walks for theta in walk.thetas) and not any(
        walk.trouble for walk in walks
    ):
        return _unchanged(walks[0])
    relative = _relative(walks)
    if relative:
        return Verdict(
            "This is %s, not Adam" % relative.name,
            "Your steps agree with %s in all three problems. %s %s"
            % (relative.name, relative.because, _evidence(walks)),
            "Compare your lines with Algorithm 1, one by one.",
            "is-" + relative.name.lower().replace("'s ", "-"),
            relative.see,
        )
    found = _mistakes(walks)
    if found:
        return _named(found, walks)
    for walk in walks:
        if walk.trouble:
            return _broken(walk)
    return _unknown(learner, walks)


def _named(found, walks):
    said = [
        mistake.says % words if "%s" in mistake.says else mistake.says for mistake, words in found
    ]
    first = found[0][0]
    if len(found) == 1:
        parts = [said[0], first.because, _evidence(walks)]
        verdict = Verdict(first.title, " ".join(parts), first.hint, first.name, first.see)
    else:
        second = found[1][0]
        parts = ["First:", said[0], "Second:", said[1], _evidence(walks)]
        verdict = Verdict(
            "Two mistakes: %s, and %s" % (_lower(first.title), _lower(second.title)),
            " ".join(parts),
            first.hint + " " + second.hint,
            first.name + "+" + second.name,
            first.see,
        )
    for walk in walks:
        if walk.trouble is not None and walk.trouble.error is not None and verdict.error is None:
            verdict.error, verdict.line = _said(walk.trouble.error), _line(walk.trouble.error)
    return verdict


def _lower(title):
    """A title in the middle of a sentence."""
    return title[0].lower() + title[1:]


def _passed(learner):
    changed = _changes(learner)
    if changed:
        verdict = Verdict(
            "This is Adam, for plain numbers",
            "All three problems agree with adamlib's Adam. One habit will bite you later: when %s "
            "is a numpy array, your step changes the caller's array too, because -= and its like "
            "work in place." % changed,
            "a = a - b makes a new value, a -= b changes the old one. For floats it is the same.",
            "changes-argument",
            "lesson/mechanics#mechanics-attributes",
        )
    else:
        verdict = Verdict(
            "This is Adam",
            "All three problems agree with adamlib's Adam to nine digits: four steps by hand, six "
            "with tiny gradients and a large eps, and ten in a noisy valley.",
        )
    verdict.passed = True
    return verdict


def _unchanged(walk):
    mine, right = walk.optimizers[0], Walk(walk.problem, Adam).optimizers[0]
    names = ("t", "m", "v")
    states = [(_number_of(mine, name), getattr(right, name)) for name in names]
    if all(x is None or x == 0 for x, _ in states):
        return Verdict(
            "Nothing moves yet",
            "theta comes back as it was, and nothing has been added to t, m and v. The first "
            "gradient is 2: with lr = 0.1 Adam takes theta from 1 to 0.9.",
            HINTS[0],
            "unfinished",
            "lesson/mechanics#mechanics-algorithm",
        )
    if all(x is not None and _same(x, y) for x, y in states):
        told = "Your self.t, self.m and self.v are right."
    else:
        told = "Your %s kept up to date." % _listed(
            [name for name, (x, _) in zip(names, states) if x]
        )
    return Verdict(
        "theta comes back unchanged",
        told + " But what you return is the old theta: the step of line 7 is missing, or its "
        "result is not kept.",
        "What does your last line return, and where was that last changed?",
        "unchanged",
        "lesson/mechanics#mechanics-algorithm",
    )


def _unknown(learner, walks):
    """None of the known mistakes: say what is seen, and which quantity is wrong first."""
    walk, (k, i) = next((walk, walk.parting()) for walk in walks if walk.parting())
    found = _first_wrong(learner, walk.problem, k, i)
    hint = "Print your two averages after each step, and compare them with the numbers by hand."
    if found is None:
        told = "Your code keeps no self.m or self.v that could be compared."
    elif isinstance(found, str):
        told = "Up to there your %s right. So look at what comes after that." % found
        hint = "Print the hats, and then the numerator and the denominator of your last line."
    else:
        name, step, yours, adams = found
        told = "Your self.%s is wrong already: after step %d it is %s and should be %s." % (
            (name, step) + _alike(yours, adams)
        )
        hint = "Look at the line that makes %s, and print what goes into it." % name
    verdict = Verdict(
        "Not Adam yet",
        "This is none of the usual mistakes. %s %s" % (_evidence([walk]), told),
        hint,
        "unknown",
        "lesson/mechanics#mechanics-by-hand",
    )
    return verdict


def _first_wrong(learner, problem, last, i):
    """Which of the learner's running numbers is wrong first, up to the step `last`.

    Returns (name, step, yours, Adam's), or which are right in words, or None if there are none.
    """
    seen = []

    def look(walk):
        optimizer = walk.optimizers[i]
        seen.append([(name, _number_of(optimizer, name)) for name in names])

    names = ("m", "v", "m_hat", "v_hat")
    Walk(problem, Adam, look)
    right, seen = seen, []
    Walk(problem, learner, look)
    there = []
    for k in range(min(last, len(seen))):
        for (name, yours), (_, adams) in zip(seen[k], right[k]):
            if yours is None:
                continue
            if _differ(yours, adams):
                return name, k + 1, yours, adams
            if name not in there:
                there.append(name)
    if not there:
        return None
    return _listed(there)


def _listed(names):
    """Attributes and a verb: "self.t, self.m and self.v are"."""
    words = ["self." + name for name in names]
    if len(words) == 1:
        return words[0] + " is"
    return ", ".join(words[:-1]) + " and " + words[-1] + " are"


def _beside_another(learner):
    """The learner's first walk again, with an optimizer of other settings stepping in between."""
    problem = PROBLEMS[0]
    other = []

    def step_other(walk):
        if not other:
            other.append(_attempt(learner, PROBLEMS[2].settings)[0])
        _step(other[0], 5.0, -7.0, 1)

    walk = Walk(problem, learner, step_other)
    return walk.thetas if walk.trouble is None else None


def _shared(alone, beside):
    told = "The second time its step fails."
    if beside is not None:
        k = [a == b for a, b in zip(alone, beside)].index(False)
        told = "After step %d the first run is at %s and the second at %s." % (
            (k,) + _alike(alone[k][0], beside[k][0])
        )
    verdict = Verdict(
        "Two optimizers share their memory",
        "I ran the first problem twice, the second time with another optimizer beside it. %s "
        "Each optimizer has a memory of its own, so nothing may be kept outside self: not in the "
        "class, not in global names." % told,
        "Look for names that change at every step and are not written self.something.",
        "shared-state",
        "lesson/mechanics#mechanics-attributes",
    )
    if beside is not None:
        row = {"problem": PROBLEMS[0].name + ", with another beside", "step": k, "equal": False}
        row["yours"], row["adam"] = beside[k][0], PROBLEMS[0].adam[k][0]
        verdict.rows.append(row)
    return verdict


def _changes(learner):
    """Which of its array arguments a step changes: "theta", "g", both, or ""."""
    theta, g = _array((1.0, -2.0)), _array((0.5, 3.0))
    optimizer, error = _attempt(learner, PROBLEMS[0].settings)
    if error is None:
        for _ in range(2):
            _attempt(_plain_step, {"optimizer": optimizer, "theta": theta, "g": g})
    names = []
    for name, array, values in (("theta", theta, (1.0, -2.0)), ("g", g, (0.5, 3.0))):
        if tuple(array) != values:
            names.append(name)
    return " or ".join(names)


def _array(values):
    try:
        import numpy
    except ImportError:
        return Cells(values)
    return numpy.array(values)


class Cells:
    """As much of an array as Adam needs, where there is no numpy.

    MicroPython asks objects to work in place for += and -= alone.
    """

    def __init__(self, values):
        self.values = list(values)
        self.shape = (len(self.values),)

    def _with(self, other, operation):
        others = other.values if isinstance(other, Cells) else [other] * len(self.values)
        return Cells([operation(x, y) for x, y in zip(self.values, others)])

    def __iter__(self):
        return iter(self.values)

    def __add__(self, other):
        return self._with(other, lambda x, y: x + y)

    def __sub__(self, other):
        return self._with(other, lambda x, y: x - y)

    def __mul__(self, other):
        return self._with(other, lambda x, y: x * y)

    def __truediv__(self, other):
        return self._with(other, lambda x, y: x / y)

    def __pow__(self, other):
        return self._with(other, lambda x, y: x**y)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return self._with(other, lambda x, y: y - x)

    def __rtruediv__(self, other):
        return self._with(other, lambda x, y: y / x)

    def __neg__(self):
        return Cells([-x for x in self.values])

    def __iadd__(self, other):
        self.values = (self + other).values
        return self

    def __isub__(self, other):
        self.values = (self - other).values
        return self


# The evidence.


def _evident(verdict, walks):
    """The verdict with its progress, and with its rows where there are numbers to compare.

    A problem that agrees shows its last step, and one that does not the first that differs. The
    first of those shows two more.
    """
    partings = [walk.parting() for walk in walks]
    progress = [parting is None for parting in partings]
    verdict.progress = tuple(progress + [False] * (len(PROBLEMS) - len(progress)))
    more = 2
    for walk, parting in zip(walks, partings):
        ended = len(walk.thetas) if walk.trouble else len(walk.thetas) - 1
        k, i = parting or (ended, 0)
        for step in range(k, min(k + more, ended) + 1):
            verdict.rows.append(_row(walk, step, i))
        if parting is not None:
            more = 0
    return verdict


def _row(walk, step, i):
    name = walk.problem.name + _coordinate(walk, i, ", %s")
    adam = walk.problem.adam[step][i]
    if step < len(walk.thetas):
        yours = walk.thetas[step][i]
        equal = _same(yours, adam, walk.problem.digits)
    else:
        yours = walk.trouble.value or _type(walk.trouble.error)
        equal = False
    return {"problem": name, "step": step, "yours": yours, "adam": adam, "equal": equal}


def _shown(row):
    """A row's problem and step, and its numbers as texts."""
    yours, adams = row["yours"], row["adam"]
    if row["equal"]:
        yours = adams
    return (row["problem"], row["step"]) + _alike(yours, adams)


def _evidence(walks):
    """Where you are and where Adam is, in a sentence, where the difference can be seen best."""
    partings = [(walk, walk.parting()) for walk in walks]
    partings = [(walk, parting) for walk, parting in partings if parting is not None]
    for walk, (k, i) in partings:
        if k == len(walk.thetas):
            trouble = walk.trouble
            return "%s, step %d, your step gives no number: %s." % (
                _where(walk),
                k,
                trouble.value or _type(trouble.error),
            )
        if abs(_gap(walk, k, i)) > 0.001:
            return _sentence(walk, k, i)
    walk, (k, i) = partings[0]
    return _sentence(walk, k, i)


def _gap(walk, k, i):
    """The difference to Adam, in units of the learning rate."""
    adam = walk.problem.adam[k][i]
    return (walk.thetas[k][i] - adam) / walk.problem.settings["lr"]


def _where(walk):
    return 'In "%s"' % walk.problem.name


def _coordinate(walk, i, words):
    """The name of a coordinate in the given words, where there is more than one."""
    return words % ("θ" + "₁₂"[i]) if len(walk.problem.start) > 1 else ""


def _sentence(walk, k, i):
    adam = walk.problem.adam
    yours, adams = walk.thetas[k][i], adam[k][i]
    here = "fter step %d you are at %s%s, Adam at %s"
    here = here % ((k, _coordinate(walk, i, "%s = ")) + _alike(yours, adams))
    begin = "A" + here if walk.problem is PROBLEMS[0] else _where(walk) + ", a" + here
    mine, right = yours - walk.thetas[k - 1][i], adams - adam[k - 1][i]
    if right == 0:
        return begin + ": Adam does not move, because all gradients so far are 0."
    if mine == 0:
        return begin + ": you do not move."
    ratio = mine / right
    if ratio < 0:
        return begin + ": your step goes the other way."
    if 0.99 < ratio < 1.01:
        return begin + "."
    return begin + ": your step is %s times as long." % _times(ratio)


# What can go wrong before there is anything to compare.


def _broken(walk):
    """A step that gave no number."""
    trouble = walk.trouble
    where = "%s, step %d" % (_where(walk), trouble.step)
    return _returned(trouble, where) if trouble.error is None else _raised(trouble.error, where)


def _returned(trouble, where):
    see = "lesson/mechanics#mechanics-from-nothing"
    if trouble.value == "None":
        return Verdict(
            "step returns nothing",
            "%s, your step gives back None. Python does that when a function ends without "
            "return." % where,
            "step has to return the new theta.",
            "returns-none",
            see,
        )
    if trouble.kind == "root":
        return _no_root(where, None)
    if trouble.kind == "nan":
        return Verdict(
            "step returns NaN",
            "%s, your step gives back NaN, which says: not a number. It comes from 0 / 0 and from "
            "roots of negative numbers where numpy computes, and from infinities." % where,
            "Print the numerator and the denominator of your last line.",
            "returns-nan",
            see,
        )
    if trouble.kind == "infinite":
        return Verdict(
            "step returns infinity",
            "%s, your step gives back infinity: a number is larger than a float can be." % where,
            "Print the numerator and the denominator of your last line.",
            "returns-infinity",
            see,
        )
    return Verdict(
        "step returns no number",
        "%s, your step gives back %s. theta is a number, and so is the new theta."
        % (where, trouble.value),
        "step has to return the new theta, and nothing else.",
        "returns-no-number",
        see,
    )


def _no_root(where, error):
    verdict = Verdict(
        "The root of a negative number",
        "%s, your step takes the root of a negative number. v is an average of squares and never "
        "negative, nor is v_hat." % where,
        "Print v and v_hat: which of them is below 0 first?",
        "negative-root",
        "lesson/mechanics#mechanics-second-moment",
    )
    return _with_error(verdict, error)


def _raised(error, where):
    """The verdict on an exception inside the learner's code; `where` says when."""
    line = _line(error)
    at = where + (", line %d of your code" % line if line else ", your code")
    name = _quoted(error)
    words = _message(error)
    if isinstance(error, KeyboardInterrupt):
        return _stopped(error)
    if isinstance(error, TypeError) and line is None:
        verdict = Verdict(
            "step takes other arguments",
            "%s, your step cannot be called as step(theta, g)." % where,
            "Compare the line of def step with the one you were given, self included.",
            "step-arguments",
        )
    elif isinstance(error, ZeroDivisionError):
        verdict = Verdict(
            "Division by 0",
            at + " divides by 0.",
            "Print what you divide by. Can it be 0 when t is 0, or when all gradients were 0?",
            "zero-division",
        )
    elif isinstance(error, OverflowError):
        verdict = Verdict(
            "A number is too large",
            at + " makes a number that is larger than a float can be.",
            "Print what goes into that line. Which of it grows from step to step?",
            "overflow",
        )
    elif _arithmetic(error) == "root":
        return _no_root(where, error)
    elif isinstance(error, NameError):
        verdict = _name_error(name, at)
    elif isinstance(error, ImportError):
        verdict = Verdict(
            "A module is missing",
            at + " imports what this Python does not have.",
            "Adam needs no module: + - * / are enough, and a root is ** 0.5.",
            "import-error",
        )
    elif isinstance(error, AttributeError):
        verdict = Verdict(
            "A name after a dot is unknown",
            "%s asks for %s, which is not there." % (at, name or "a name after a dot"),
            "Is it spelled right? In math, the root is sqrt. You can also write ** 0.5."
            if words.startswith("module")
            else "Is it spelled as in __init__, and made there?",
            "attribute-error",
        )
    elif _type(error) == "RecursionError":
        verdict = Verdict(
            "A function calls itself without end",
            at + " calls itself again and again, until Python gives up.",
            "A step of Adam never has to call step.",
            "recursion",
        )
    elif isinstance(error, TypeError) and ("^" in words or "xor" in words):
        verdict = Verdict(
            "^ is no power in Python",
            at + " uses ^, which is something else in Python.",
            "A power is written with two stars: **.",
            "caret",
        )
    elif isinstance(error, TypeError) and "callable" in words:
        verdict = Verdict(
            "A number is called like a function",
            at + " has something like a(b), which calls a. Between numbers Python needs the "
            "multiplication sign: a * (b).",
            "Look for a parenthesis right after a number or a name.",
            "missing-star",
        )
    else:
        verdict = Verdict(
            "Your code stops with %s" % _an(_type(error)),
            at + " stops.",
            "Print the values that the line uses, in the line before it.",
            "exception",
        )
    return _with_error(verdict, error)


def _stopped(error):
    line = _line(error)
    verdict = Verdict(
        "You stopped the check",
        "Your code was still running%s. Does a loop in it never end?"
        % (", in line %d" % line if line else ""),
        "A step of Adam needs no loop.",
        "stopped",
    )
    verdict.line = line
    return verdict


def _name_error(name, at):
    if name in ("lr", "beta1", "beta2", "eps", "t", "m", "v"):
        hint = "What the optimizer keeps is written self.%s." % name
    elif name in ("math", "np", "numpy", "sqrt"):
        hint = "Is it imported in the first line? You can do without: a root is ** 0.5."
    else:
        hint = "Is it spelled alike everywhere, and is it given a value before it is used?"
    return Verdict(
        "A name is unknown",
        "%s uses %s, which has no value there." % (at, name or "a name"),
        hint,
        "name-error",
    )


def _not_made(error):
    if _line(error) is None:
        verdict = Verdict(
            "MyAdam cannot be made",
            "MyAdam(lr=..., beta1=..., beta2=..., eps=...) has to make an optimizer, with these "
            "four names.",
            "Compare the line of def __init__ with the one you were given, self included.",
        )
        verdict = _with_error(verdict, error)
    else:
        verdict = _raised(error, "When MyAdam is made")
        verdict.title = "MyAdam cannot be made"
    verdict.mistake = verdict.mistake if verdict.mistake == "stopped" else "cannot-be-made"
    return verdict


def _no_step(optimizer):
    if type(optimizer) in (type(None), int, float):
        return Verdict(
            "No optimizer is made",
            "Called with lr, beta1, beta2 and eps, MyAdam returns %s. It has to return an object "
            "with a step." % _kind(optimizer),
            "A class does that by itself: class MyAdam.",
            "cannot-be-made",
        )
    return Verdict(
        "There is no step",
        "MyAdam can be made, but it has no method of the name step.",
        "Is it spelled step, and indented under class MyAdam as far as __init__ is?",
        "no-step",
    )


def _with_error(verdict, error):
    """The verdict with the words of Python and the line."""
    if error is not None:
        verdict.error = _said(error)
        verdict.line = _line(error)
        verdict.explanation += " Python says: %s." % verdict.error
    return verdict


# The text of a program.

CODE = "<your code>"  # what tracebacks call it


def _judge_text(code):
    if not isinstance(code, str) or not code.strip():
        return Verdict(
            "There is nothing here yet",
            "The text is empty. The exercise begins with the class MyAdam and its two methods.",
            "Start from the text that the exercise gives you.",
            "empty",
        )
    compiled, error = _attempt(compile, None, code, CODE, "exec")
    if error is not None:
        return _unreadable(code, error)
    names = {"__name__": "exercise"}
    _, error = _attempt(exec, None, compiled, names)
    if error is not None:
        return _raised(error, "Before any step")
    learner = names.get("MyAdam")
    if learner is None:
        return _no_class(names)
    if not callable(learner):
        return Verdict(
            "MyAdam is no class",
            "The name MyAdam is %s. The exercise makes its own optimizers from a class."
            % _kind(learner),
            "Begin with: class MyAdam:",
            "not-a-class",
        )
    return _judge(learner)


def _unreadable(code, error):
    last = len(code.rstrip().split("\n"))
    line = min(getattr(error, "lineno", None) or _line(error) or last, last)
    if isinstance(error, IndentationError):
        hint = "Inside a class and inside a def, lines that belong together begin equally far in."
    else:
        hint = "Look there and at the end of the line before: a colon, a bracket, a quotation mark?"
    verdict = Verdict(
        "Python cannot read line %d" % line,
        "Python stops reading in line %d. Nothing has been run yet." % line,
        hint,
        "syntax-error",
    )
    verdict = _with_error(verdict, error)
    verdict.line = line
    return verdict


def _no_class(names):
    others = sorted(
        name for name, thing in names.items() if isinstance(thing, type) and name != "MyAdam"
    )
    if others:
        told = "Your code defines %s, but no class of the name MyAdam." % ", ".join(others[:3])
    else:
        told = "Your code runs, but it defines no class of the name MyAdam."
    return Verdict(
        "There is no MyAdam",
        told,
        "The exercise looks for exactly this name: class MyAdam.",
        "no-class",
    )


# How learners' code is run, and what can be learned from its errors.


def _guarded(judge, learner):
    """Run the judge so that nothing a learner writes can end in an exception, or in a warning."""
    try:
        return _quietly(judge, learner)
    except KeyboardInterrupt as error:
        return _stopped(error)
    except BaseException as error:
        verdict = Verdict(
            "The judge cannot go on",
            "Something that the judge itself needs has stopped working. Does your code change "
            "what belongs to Python or to adamlib, such as math.sqrt?",
            "Restart Python, and give names of your own to what you define.",
            "judge-stopped",
        )
        verdict = _with_error(verdict, error)
        verdict.line = None  # it would be one of the judge's
        return verdict


def _quietly(judge, learner):
    try:
        import warnings

        import numpy
    except ImportError:  # MicroPython has neither, and warns of nothing
        return judge(learner)
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return judge(learner)


def _attempt(function, keywords, *arguments):
    """What the function returns and None, or None and the exception, whatever it is."""
    try:
        return function(*arguments, **(keywords or {})), None
    except BaseException as error:
        return None, error


def _frames(error):
    """The places of a traceback, outermost first, as (file, line)."""
    frame = getattr(error, "__traceback__", None)
    places = []
    if frame is not None:
        while frame is not None:
            places.append((frame.tb_frame.f_code.co_filename, frame.tb_lineno))
            frame = frame.tb_next
        return places
    import sys

    if not hasattr(sys, "print_exception"):
        return places
    import io

    text = io.StringIO()
    sys.print_exception(error, text)
    for row in text.getvalue().split("\n"):
        if row.startswith('  File "') and '", line ' in row:
            file, rest = row[8:].split('", line ', 1)
            number = rest.split(",")[0]
            if number.isdigit():
                places.append((file, int(number)))
    return places


def _this_file():
    return _frames(_attempt(lambda: 1 / 0, None)[1])[0][0]


HERE = _this_file()


def _line(error):
    """The learner's line: the innermost place in the first file that is not this one."""
    places = _attempt(_frames, {"error": error})[0] or ()
    places = [place for place in places if place[0] != HERE]
    if not places or places[0][0] == HERE.replace("exercises", "optimizers"):
        return None
    return [line for file, line in places if file == places[0][0]][-1]


def _message(error):
    """The exception's own words, on one line."""
    if isinstance(error, SyntaxError) and error.args:
        error = error.args[0]  # without the place
    words, failed = _attempt(str, None, error)
    if failed is not None or not isinstance(words, str):
        return ""
    words = " ".join(words.split())
    return words if len(words) < 160 else words[:160] + " ..."


def _type(error):
    name = type(error).__name__
    if name == "RuntimeError":  # MicroPython has no other name for it
        words = _message(error)
        if "recursion" in words or "pystack" in words:
            return "RecursionError"
    return name


def _said(error):
    words = _message(error).rstrip(".")
    return _type(error) + (": " + words if words else "")


def _quoted(error):
    """The unknown name that an exception speaks of, or ""."""
    parts = _message(error).split("'")
    index = 3 if isinstance(error, AttributeError) else 1
    return parts[index] if len(parts) > index + 1 else ""


def _number_of(thing, name):
    """An attribute as a float, or None."""
    value, error = _attempt(getattr, None, thing, name)
    if error is None:
        answer, error = _attempt(_as_float, {"value": value})
    return answer[0] if error is None else None


# Numbers and things in words.


def _kind(value):
    """What a value is, for a sentence."""
    words, error = _attempt(_kind_of, {"value": value})
    return words if error is None else _an(type(value).__name__)


def _kind_of(value):
    if value is None:
        return "None"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and not isinstance(value, type):
        return "an array of shape %s" % (shape,)
    for kind, words in (
        (str, "a text"),
        (bool, "a truth value, True or False"),
        (complex, "a complex number"),
        (type, "a class"),
    ):
        if isinstance(value, kind):
            return words
    return "a function" if callable(value) else _an(type(value).__name__)


def _an(name):
    return ("an " if name[:1] in "AEIOUaeiou" else "a ") + name


def _alike(a, b):
    """Two numbers as texts with as many decimals as it takes to tell them apart, four at least."""
    if not isinstance(a, float) or not isinstance(b, float):
        return _decimal(a, 4), _decimal(b, 4)
    digits = 4
    while a != b and digits < 12 and _decimal(a, digits) == _decimal(b, digits):
        digits += 1
    if digits > 4:
        digits += 1  # so that the last one differs by more than its rounding
    return _decimal(a, digits), _decimal(b, digits)


def _decimal(x, digits):
    if not isinstance(x, float):
        return str(x)
    return ("%.3e" if abs(x) >= 1e6 else "%." + str(digits) + "f") % (x + 0.0)


def _times(ratio):
    """A ratio in three digits."""
    if ratio > 1e5:
        return "more than 100000"
    return ("%.0f" if ratio > 999 else "%.3g") % ratio


def _plain(text):
    """A text that Markdown leaves as it is."""
    for sign in "\\`*_|<>[]":
        text = text.replace(sign, "\\" + sign)
    return text


# Where Adam goes is found out before any learner's code can change what is needed for it.
for _problem in PROBLEMS:
    _problem.adam = Walk(_problem, Adam).thetas
