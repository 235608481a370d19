"""What learners write, and what the judge says to it.

`test_exercises.py` runs this file under CPython and under MicroPython: the lines must be equal.
The file is plain Python, as `adamlib/exercises.py` is.
"""

import json

from adamlib.exercises import SOLUTION, TEMPLATE, check_text

INIT = """class MyAdam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t = 0
        self.m = 0.0
        self.v = 0.0
"""
T = "self.t += 1"
M = "self.m = self.beta1 * self.m + (1 - self.beta1) * g"
V = "self.v = self.beta2 * self.v + (1 - self.beta2) * g**2"
M_HAT = "m_hat = self.m / (1 - self.beta1**self.t)"
V_HAT = "v_hat = self.v / (1 - self.beta2**self.t)"
STEP = "theta = theta - self.lr * m_hat / (v_hat**0.5 + self.eps)"
END = "return theta"


def adam(t=T, m=M, v=V, m_hat=M_HAT, v_hat=V_HAT, step=STEP, end=END, init=INIT):
    """The solution with some of its lines written otherwise; None leaves a line out."""
    lines = [line for line in (t, m, v, m_hat, v_hat, step, end) if line is not None]
    body = "\n".join(lines).split("\n")
    return init + "\n    def step(self, theta, g):\n        " + "\n        ".join(body) + "\n"


def method(*lines):
    return INIT + "\n    def step(self, theta, g):\n        " + "\n        ".join(lines) + "\n"


# Correct, in as many spellings as one may meet.

RIGHT = {
    "the solution": SOLUTION,
    "CRLF and tabs": SOLUTION.replace("    ", "\t").replace("\n", "\r\n"),
    "the paper's faster order": adam(
        m_hat="root = (1 - self.beta2**self.t) ** 0.5",
        v_hat="alpha = self.lr * root / (1 - self.beta1**self.t)",
        step="theta = theta - alpha * self.m / (self.v**0.5 + self.eps * root)",
    ),
    "in-place averages": adam(
        m="self.m += (1 - self.beta1) * (g - self.m)",
        v="self.v += (1 - self.beta2) * (g * g - self.v)",
    ),
    "like torch": adam(
        m="self.m *= self.beta1\nself.m += (1 - self.beta1) * g",
        v="self.v *= self.beta2\nself.v += (1 - self.beta2) * g * g",
        m_hat="correction1 = 1 - self.beta1**self.t\ncorrection2 = 1 - self.beta2**self.t",
        v_hat="denom = self.v**0.5 / correction2**0.5 + self.eps",
        step="theta = theta + -(self.lr / correction1) * (self.m / denom)",
    ),
    "math.sqrt": "import math\n\n" + adam(step=STEP.replace("v_hat**0.5", "math.sqrt(v_hat)")),
    "from math import *": "from math import *\n"
    + adam(step=STEP.replace("v_hat**0.5", "sqrt(v_hat)")),
    "pow and short names": adam(
        t="self.t = self.t + 1\nb1, b2, t = self.beta1, self.beta2, self.t",
        m="m = b1 * self.m + (1 - b1) * g",
        v="v = b2 * self.v + (1 - b2) * pow(g, 2)",
        m_hat="self.m, self.v = m, v\nmh = m / (1 - pow(b1, t))",
        v_hat="vh = v / (1 - pow(b2, t))",
        step=None,
        end="return theta - self.lr * mh / (pow(vh, 0.5) + self.eps)",
    ),
    "t starts at 1 and grows at the end": adam(
        init=INIT.replace("self.t = 0", "self.t = 1"), t=None, end="self.t += 1\nreturn theta"
    ),
    "running powers": adam(
        init=INIT.replace("self.t = 0", "self.p1 = self.p2 = 1.0"),
        t="self.p1 *= self.beta1\nself.p2 *= self.beta2",
        m_hat="m_hat = self.m / (1 - self.p1)",
        v_hat="v_hat = self.v / (1 - self.p2)",
    ),
    "sums of weights": adam(
        init=INIT.replace("self.t = 0", "self.a = self.b = 0.0"),
        t="self.a = self.beta1 * self.a + 1 - self.beta1\n"
        "self.b = self.beta2 * self.b + 1 - self.beta2",
        m_hat="m_hat = self.m / self.a",
        v_hat="v_hat = self.v / self.b",
    ),
    "state in a dict": "class MyAdam:\n"
    "    def __init__(self, **settings):\n"
    "        self.s = settings\n"
    "        self.state = {'t': 0, 'm': 0.0, 'v': 0.0}\n"
    "    def step(self, theta, g):\n"
    "        s, x = self.s, self.state\n"
    "        x['t'] += 1\n"
    "        x['m'] = s['beta1'] * x['m'] + (1 - s['beta1']) * g\n"
    "        x['v'] = s['beta2'] * x['v'] + (1 - s['beta2']) * g * g\n"
    "        top = x['m'] / (1 - s['beta1'] ** x['t'])\n"
    "        below = (x['v'] / (1 - s['beta2'] ** x['t'])) ** 0.5 + s['eps']\n"
    "        return theta - s['lr'] * top / below\n",
    "a function that makes objects": "def MyAdam(lr, beta1, beta2, eps):\n"
    "    state = [0, 0.0, 0.0]\n"
    "    class Optimizer:\n"
    "        def step(self, theta, g):\n"
    "            state[0] += 1\n"
    "            state[1] = beta1 * state[1] + (1 - beta1) * g\n"
    "            state[2] = beta2 * state[2] + (1 - beta2) * g * g\n"
    "            m_hat = state[1] / (1 - beta1 ** state[0])\n"
    "            v_hat = state[2] / (1 - beta2 ** state[0])\n"
    "            return theta - lr * m_hat / (v_hat ** 0.5 + eps)\n"
    "    return Optimizer()\n",
    "a lambda": "from adamlib import Adam\n\nMyAdam = lambda lr, **others: Adam(lr, **others)\n",
    "a subclass of adamlib's Adam": "from adamlib import Adam\n\n\nclass MyAdam(Adam):\n    pass\n",
    "a subclass that calls super": "from adamlib import Adam\n\n\nclass MyAdam(Adam):\n"
    "    def step(self, theta, g):\n"
    "        return super().step(theta, g)\n",
    "class attributes that are only read": adam(
        init="class MyAdam:\n    t = 0\n    m = 0.0\n    v = 0.0\n"
        "    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):\n"
        "        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps\n"
    ),
    "Greek letters": SOLUTION.replace("self.", "self.α_")
    .replace("theta", "θ")
    .replace("_hat", "_ε"),
    "with prints": adam(end="print(' t =', self.t)\nreturn theta"),
    "guarded where no guard is needed": adam(
        step="if v_hat == 0:\n    pass\n" + STEP,
    ),
    "used at the end of the cell": SOLUTION
    + "\nadam, theta = MyAdam(lr=0.1), 1.0\n"
    + "for g in (2.0, -1.0):\n    theta = adam.step(theta, g)\n",
    "multiplied by a whole 1": adam(t="theta = 1 * theta\n" + T),
}

# A known mistake each. The first word is what the judge has to call it.

WRONG = [
    ("unfinished", "the template", TEMPLATE),
    ("unfinished", "pass", adam(t="pass", m=None, v=None, m_hat=None, v_hat=None, step=None)),
    ("unchanged", "the result is not assigned", adam(step=STEP.replace("theta = ", "", 1))),
    ("unchanged", "another name", adam(step=STEP.replace("theta = ", "new_theta = ", 1))),
    ("unchanged", "only the count", adam(m=None, v=None, m_hat=None, v_hat=None, step=None)),
    ("no-bias-correction", "m_hat = m", adam(m_hat="m_hat = self.m", v_hat="v_hat = self.v")),
    (
        "no-bias-correction",
        "no hats at all",
        adam(
            m_hat=None,
            v_hat=None,
            step="theta -= self.lr * self.m / (self.v**0.5 + self.eps)",
        ),
    ),
    (
        "no-bias-correction",
        "not even a count",
        adam(
            t=None,
            m_hat=None,
            v_hat=None,
            step="return theta - self.lr * self.m / (self.v**0.5 + self.eps)",
        ),
    ),
    (
        "no-bias-correction",
        "adamlib's own, switched off",
        "from adamlib import Adam\n\ndef MyAdam(**settings):\n"
        "    return Adam(bias_correction=False, **settings)\n",
    ),
    (
        "no-bias-correction",
        "sums without correction: twice the missing factor is not the same",
        adam(
            m_hat="m_hat = self.m",
            v_hat="import math\nv_hat = self.v",
            step="theta = theta - self.lr * m_hat / (math.sqrt(v_hat) + self.eps)",
        ),
    ),
    ("only-m-corrected", "v_hat = v", adam(v_hat="v_hat = self.v")),
    ("only-m-corrected", "v in the step", adam(step=STEP.replace("v_hat", "self.v"))),
    ("only-v-corrected", "m_hat = m", adam(m_hat="m_hat = self.m")),
    ("only-v-corrected", "m in the step", adam(step=STEP.replace("m_hat", "self.m"))),
    (
        "no-power",
        "both",
        adam(m_hat="m_hat = self.m / (1 - self.beta1)", v_hat="v_hat = self.v / (1 - self.beta2)"),
    ),
    (
        "no-power",
        "both, and no count",
        adam(
            t=None,
            m_hat="m_hat = self.m / (1 - self.beta1)",
            v_hat="v_hat = self.v / (1 - self.beta2)",
        ),
    ),
    ("no-power", "m", adam(m_hat="m_hat = self.m / (1 - self.beta1)")),
    ("no-power", "v", adam(v_hat="v_hat = self.v / (1 - self.beta2)")),
    (
        "beta-times-t",
        "both",
        adam(m_hat=M_HAT.replace("**", "*"), v_hat=V_HAT.replace("**", " * ")),
    ),
    (
        "beta-times-t",
        "both, with math.sqrt",
        "import math\n"
        + adam(
            m_hat=M_HAT.replace("**", "*"),
            v_hat=V_HAT.replace("**", "*"),
            step=STEP.replace("v_hat**0.5", "math.sqrt(v_hat)"),
        ),
    ),
    ("beta-times-t", "m", adam(m_hat=M_HAT.replace("**", "*"))),
    ("beta-times-t", "v", adam(v_hat=V_HAT.replace("**", "*"))),
    (
        "multiplied",
        "both",
        adam(m_hat=M_HAT.replace("/", "*"), v_hat=V_HAT.replace("/", "*")),
    ),
    (
        "multiplied",
        "both, the factors first",
        adam(
            m_hat="m_hat = (1 - self.beta1**self.t) * self.m",
            v_hat="v_hat = (1 - self.beta2**self.t) * self.v",
        ),
    ),
    ("multiplied", "m", adam(m_hat=M_HAT.replace("/", "*"))),
    ("multiplied", "v", adam(v_hat=V_HAT.replace("/", "*"))),
    (
        "correction-kept",
        "both",
        adam(
            m_hat="self.m = self.m / (1 - self.beta1**self.t)",
            v_hat="self.v = self.v / (1 - self.beta2**self.t)",
            step="theta = theta - self.lr * self.m / (self.v**0.5 + self.eps)",
        ),
    ),
    (
        "correction-kept",
        "both, in place",
        adam(
            m_hat="self.m /= 1 - self.beta1**self.t",
            v_hat="self.v /= 1 - self.beta2**self.t",
            step="theta -= self.lr * self.m / (self.v**0.5 + self.eps)",
        ),
    ),
    ("correction-kept", "m", adam(m_hat="self.m = m_hat = self.m / (1 - self.beta1**self.t)")),
    ("correction-kept", "v", adam(v_hat="self.v = v_hat = self.v / (1 - self.beta2**self.t)")),
    (
        "wrong-beta-in-correction",
        "both",
        adam(m_hat=M_HAT.replace("beta1", "beta2"), v_hat=V_HAT.replace("beta2", "beta1")),
    ),
    ("wrong-beta-in-correction", "m", adam(m_hat=M_HAT.replace("beta1", "beta2"))),
    ("wrong-beta-in-correction", "v", adam(v_hat=V_HAT.replace("beta2", "beta1"))),
    ("hats-mixed", "v_hat from m", adam(v_hat=V_HAT.replace("self.v", "self.m"), step=STEP)),
    ("hats-mixed", "m_hat from v", adam(m_hat=M_HAT.replace("self.m", "self.v"))),
    ("negative-v-hat", "no parentheses", adam(v_hat="v_hat = self.v / 1 - self.beta2**self.t")),
    (
        "negative-v-hat",
        "no parentheses in either",
        adam(
            m_hat="m_hat = self.m / 1 - self.beta1**self.t",
            v_hat="v_hat = self.v / 1 - self.beta2**self.t",
        ),
    ),
    (
        "negative-v-hat",
        "the wrong way round, with math.sqrt",
        "import math\n"
        + adam(
            m_hat="m_hat = self.m / (self.beta1**self.t - 1)",
            v_hat="v_hat = self.v / (self.beta2**self.t - 1)",
            step=STEP.replace("v_hat**0.5", "math.sqrt(v_hat)"),
        ),
    ),
    (
        "correction-parentheses",
        "m",
        adam(m_hat="m_hat = self.m / 1 - self.beta1**self.t"),
    ),
    ("t-from-zero", "counted at the end", adam(t=None, end="self.t += 1\nreturn theta")),
    ("t-from-zero", "never counted", adam(t=None)),
    ("t-frozen", "t = 1", adam(t="self.t = 1")),
    ("t-frozen", "=+ 1", adam(t="self.t =+ 1")),
    ("t-frozen", "starts at 1", adam(t=None, init=INIT.replace("self.t = 0", "self.t = 1"))),
    ("t-twice", "in two places", adam(v="self.t += 1\n" + V)),
    ("t-twice", "by 2", adam(t="self.t += 2")),
    ("t-twice", "at both ends", adam(end="self.t += 1\nreturn theta")),
    ("t-ahead", "starts at 1 and grows first", adam(init=INIT.replace("self.t = 0", "self.t = 1"))),
    (
        "t-ahead",
        "t + 1",
        adam(
            m_hat=M_HAT.replace("self.t", "(self.t + 1)"),
            v_hat=V_HAT.replace("self.t", "(self.t + 1)"),
        ),
    ),
    ("m-no-factor", "m", adam(m="self.m = self.beta1 * self.m + g")),
    ("m-no-factor", "in place", adam(m="self.m *= self.beta1\nself.m += g")),
    ("v-no-factor", "v", adam(v="self.v = self.beta2 * self.v + g**2")),
    ("v-no-factor", "in place", adam(v="self.v *= self.beta2\nself.v += g * g")),
    ("v-not-squared", "g", adam(v="self.v = self.beta2 * self.v + (1 - self.beta2) * g")),
    (
        "v-not-squared",
        "g, with math.sqrt",
        "from math import sqrt\n"
        + adam(
            v="self.v = self.beta2 * self.v + (1 - self.beta2) * g",
            step=STEP.replace("v_hat**0.5", "sqrt(v_hat)"),
        ),
    ),
    (
        "v-not-squared",
        "a root that is compared",
        adam(
            v="self.v = self.beta2 * self.v + (1 - self.beta2) * g",
            step="root = v_hat**0.5\n"
            "if root > 0:\n    theta = theta - self.lr * m_hat / (root + self.eps)",
        ),
    ),
    ("v-not-squared", "abs", adam(v="self.v = self.beta2 * self.v + (1 - self.beta2) * abs(g)")),
    ("m-squared", "g**2", adam(m="self.m = self.beta1 * self.m + (1 - self.beta1) * g**2")),
    ("m-squared", "g * g", adam(m="self.m += (1 - self.beta1) * (g * g - self.m)")),
    (
        "betas-swapped",
        "in __init__",
        adam(init=INIT.replace("lr, beta1, beta2, eps\n", "lr, beta2, beta1, eps\n")),
    ),
    (
        "betas-swapped",
        "in the averages",
        adam(m=M.replace("beta1", "beta2"), v=V.replace("beta2", "beta1")),
    ),
    (
        "betas-swapped",
        "everywhere",
        adam(
            m=M.replace("beta1", "beta2"),
            v=V.replace("beta2", "beta1"),
            m_hat=M_HAT.replace("beta1", "beta2"),
            v_hat=V_HAT.replace("beta2", "beta1"),
        ),
    ),
    ("wrong-beta-in-average", "v with beta1", adam(v=V.replace("beta2", "beta1"))),
    (
        "wrong-beta-in-average",
        "v, copied",
        adam(v=V.replace("(1 - self.beta2)", "(1 - self.beta1)")),
    ),
    ("wrong-beta-in-average", "v, the old", adam(v=V.replace("self.beta2 *", "self.beta1 *"))),
    ("wrong-beta-in-average", "m with beta2", adam(m=M.replace("beta1", "beta2"))),
    (
        "wrong-beta-in-average",
        "m, the new",
        adam(m=M.replace("(1 - self.beta1)", "(1 - self.beta2)")),
    ),
    ("wrong-beta-in-average", "m, the old", adam(m=M.replace("self.beta1 *", "self.beta2 *"))),
    (
        "weights-swapped",
        "both",
        adam(
            m="self.m = (1 - self.beta1) * self.m + self.beta1 * g",
            v="self.v = (1 - self.beta2) * self.v + self.beta2 * g * g",
        ),
    ),
    ("weights-swapped", "m", adam(m="self.m += self.beta1 * (g - self.m)")),
    ("weights-swapped", "v", adam(v="self.v = (1 - self.beta2) * self.v + self.beta2 * g**2")),
    (
        "not-kept",
        "both",
        adam(
            m=M.replace("self.m =", "m ="),
            v=V.replace("self.v =", "v ="),
            m_hat=M_HAT.replace("self.m", "m"),
            v_hat=V_HAT.replace("self.v", "v"),
        ),
    ),
    (
        "not-kept",
        "m",
        adam(
            m="m = self.beta1 * self.m + (1 - self.beta1) * g", m_hat=M_HAT.replace("self.m", "m")
        ),
    ),
    ("not-kept", "m without the old", adam(m="self.m = (1 - self.beta1) * g")),
    (
        "not-kept",
        "v",
        adam(
            v="v = self.beta2 * self.v + (1 - self.beta2) * g * g",
            v_hat=V_HAT.replace("self.v", "v"),
        ),
    ),
    (
        "not-kept",
        "reset at every step",
        adam(t="self.t += 1\nself.m = 0.0\nself.v = 0.0"),
    ),
    (
        "never-forgets",
        "both",
        adam(m="self.m += (1 - self.beta1) * g", v="self.v += (1 - self.beta2) * g**2"),
    ),
    ("never-forgets", "m", adam(m="self.m = self.m + (1 - self.beta1) * g")),
    ("never-forgets", "v", adam(v="self.v += (1 - self.beta2) * g * g")),
    ("never-forgets", "v, without weight", adam(v="self.v += g**2")),
    ("never-forgets", "m, without weight", adam(m="self.m += g")),
    (
        "old-moments",
        "both",
        adam(
            m=None,
            v=None,
            end=M + "\n" + V + "\nreturn theta",
        ),
    ),
    ("old-moments", "m", adam(m=None, end=M + "\nreturn theta")),
    ("old-moments", "v", adam(v=None, end=V + "\nreturn theta")),
    ("v-from-m", "v", adam(v="self.v = self.beta2 * self.v + (1 - self.beta2) * self.m**2")),
    (
        "v-centred",
        "the new m",
        adam(v="self.v = self.beta2 * self.v + (1 - self.beta2) * (g - self.m) ** 2"),
    ),
    (
        "v-centred",
        "the old m",
        adam(m="self.v = self.beta2 * self.v + (1 - self.beta2) * (g - self.m) ** 2", v=M),
    ),
    ("factor-squared", "v", adam(v="self.v = self.beta2 * self.v + ((1 - self.beta2) * g) ** 2")),
    ("eps-inside", "v", adam(step="theta = theta - self.lr * m_hat / (v_hat + self.eps) ** 0.5")),
    (
        "eps-inside",
        "with math.sqrt",
        "import math\n" + adam(step="theta -= self.lr * m_hat / math.sqrt(v_hat + self.eps)"),
    ),
    (
        "eps-outside",
        "the sum",
        adam(step="theta = theta - self.lr * m_hat / v_hat**0.5 + self.eps"),
    ),
    (
        "eps-outside",
        "the step first",
        adam(step="step = self.lr * m_hat / v_hat**0.5 + self.eps\ntheta = theta - step"),
    ),
    ("eps-outside", "in place", adam(step="theta -= self.lr * m_hat / v_hat**0.5 + self.eps")),
    ("no-eps", "plain", adam(step="theta = theta - self.lr * m_hat / v_hat**0.5")),
    (
        "no-eps",
        "with math.sqrt",
        "import math\n" + adam(step="theta -= self.lr * m_hat / math.sqrt(v_hat)"),
    ),
    (
        "no-eps",
        "guarded",
        adam(step="if v_hat > 0:\n    theta = theta - self.lr * m_hat / v_hat**0.5"),
    ),
    (
        "eps-hat",
        "as in Keras",
        adam(
            m_hat="alpha = self.lr * (1 - self.beta2**self.t) ** 0.5 / (1 - self.beta1**self.t)",
            v_hat=None,
            step="theta = theta - alpha * self.m / (self.v**0.5 + self.eps)",
        ),
    ),
    ("no-sqrt", "v", adam(step="theta = theta - self.lr * m_hat / (v_hat + self.eps)")),
    ("no-sqrt", "in place", adam(step="theta -= self.lr * m_hat / (self.eps + v_hat)")),
    (
        "root-precedence",
        "1/2",
        adam(step="theta = theta - self.lr * m_hat / (v_hat**1/2 + self.eps)"),
    ),
    (
        "root-before-hat",
        "v",
        adam(
            v_hat="root = self.v**0.5 / (1 - self.beta2**self.t)",
            step="theta = theta - self.lr * m_hat / (root + self.eps)",
        ),
    ),
    (
        "root-before-hat",
        "with math.sqrt",
        "import math\n"
        + adam(
            v_hat="v_hat = math.sqrt(self.v) / (1 - self.beta2**self.t)",
            step="theta = theta - self.lr * m_hat / (v_hat + self.eps)",
        ),
    ),
    ("no-division", "momentum", adam(v=None, v_hat=None, step="theta = theta - self.lr * m_hat")),
    ("no-division", "v is made for nothing", adam(step="theta -= self.lr * m_hat")),
    ("no-momentum", "m is made for nothing", adam(step=STEP.replace("m_hat", "g"))),
    (
        "no-momentum",
        "no m",
        adam(m=None, m_hat=None, step="theta -= self.lr * g / (v_hat**0.5 + self.eps)"),
    ),
    ("plus-sign", "+", adam(step=STEP.replace("theta - ", "theta + "))),
    ("plus-sign", "+=", adam(step="theta += self.lr * m_hat / (v_hat**0.5 + self.eps)")),
    (
        "theta-divided",
        "parentheses",
        adam(step="theta = (theta - self.lr * m_hat) / (v_hat**0.5 + self.eps)"),
    ),
    ("returns-step", "the step", adam(step=STEP.replace("theta - ", ""))),
    (
        "returns-step",
        "minus the step",
        adam(step=None, end="return -self.lr * m_hat / (v_hat**0.5 + self.eps)"),
    ),
    ("lr-missing", "lr", adam(step="theta = theta - m_hat / (v_hat**0.5 + self.eps)")),
    ("lr-missing", "in place", adam(step="theta -= m_hat / (self.eps + v_hat**0.5)")),
    ("hard-coded", "lr", adam(step=STEP.replace("self.lr", "0.001"))),
    ("hard-coded", "eps", adam(step=STEP.replace("self.eps", "1e-8"))),
    (
        "hard-coded",
        "betas",
        adam(init=INIT.replace("lr, beta1, beta2, eps\n", "lr, 0.9, 0.999, eps\n")),
    ),
    (
        "hard-coded",
        "beta1",
        adam(init=INIT.replace("lr, beta1, beta2, eps\n", "lr, 0.9, beta2, eps\n")),
    ),
    (
        "hard-coded",
        "beta2",
        adam(init=INIT.replace("lr, beta1, beta2, eps\n", "lr, beta1, 0.999, eps\n")),
    ),
    (
        "hard-coded",
        "all but lr",
        adam(init=INIT.replace("lr, beta1, beta2, eps\n", "lr, 0.9, 0.999, 1e-8\n")),
    ),
    (
        "hard-coded",
        "all",
        adam(init=INIT.replace("lr, beta1, beta2, eps\n", "0.001, 0.9, 0.999, 1e-8\n")),
    ),
    ("lr-decays", "lr", adam(step=STEP.replace("self.lr", "self.lr / self.t**0.5"))),
    ("l2", "in the gradient", adam(t="self.t += 1\ng = g + 0.01 * theta")),
    (
        "shared-state",
        "the class counts",
        adam(
            t="MyAdam.t += 1",
            m_hat=M_HAT.replace("self.t", "MyAdam.t"),
            v_hat=V_HAT.replace("self.t", "MyAdam.t"),
            init=INIT.replace("        self.t = 0\n", "").replace(
                "class MyAdam:\n", "class MyAdam:\n    t = 0\n"
            ),
        ),
    ),
    (
        "shared-state",
        "global names",
        "t, m, v = 0, 0.0, 0.0\n\n\n"
        + method(
            "global t, m, v",
            "t += 1",
            "m = self.beta1 * m + (1 - self.beta1) * g",
            "v = self.beta2 * v + (1 - self.beta2) * g**2",
            "m_hat = m / (1 - self.beta1**t)",
            "v_hat = v / (1 - self.beta2**t)",
            "return theta - self.lr * m_hat / (v_hat**0.5 + self.eps)",
        ),
    ),
    (
        "shared-state",
        "a list in the class",
        method(
            "s = self.state",
            "s[0] += 1",
            "s[1] = self.beta1 * s[1] + (1 - self.beta1) * g",
            "s[2] = self.beta2 * s[2] + (1 - self.beta2) * g**2",
            "m_hat = s[1] / (1 - self.beta1 ** s[0])",
            "v_hat = s[2] / (1 - self.beta2 ** s[0])",
            "return theta - self.lr * m_hat / (v_hat**0.5 + self.eps)",
        ).replace("class MyAdam:\n", "class MyAdam:\n    state = [0, 0.0, 0.0]\n"),
    ),
    (
        "shared-state",
        "a default that is kept",
        method(
            "s = self.s",
            "s[0] += 1",
            "s[1] = self.beta1 * s[1] + (1 - self.beta1) * g",
            "s[2] = self.beta2 * s[2] + (1 - self.beta2) * g**2",
            "m_hat = s[1] / (1 - self.beta1 ** s[0])",
            "v_hat = s[2] / (1 - self.beta2 ** s[0])",
            "return theta - self.lr * m_hat / (v_hat**0.5 + self.eps)",
        )
        .replace("eps=1e-8)", "eps=1e-8, s=[0, 0.0, 0.0])")
        .replace("        self.t = 0\n", "        self.s = s\n"),
    ),
    (
        "shared-state",
        "reset when one is made",
        "t, m, v = 0, 0.0, 0.0\n\n\n"
        + method(
            "global t, m, v",
            "t += 1",
            "m = self.beta1 * m + (1 - self.beta1) * g",
            "v = self.beta2 * v + (1 - self.beta2) * g**2",
            "m_hat = m / (1 - self.beta1**t)",
            "v_hat = v / (1 - self.beta2**t)",
            "return theta - self.lr * m_hat / (v_hat**0.5 + self.eps)",
        ).replace(
            "        self.t = 0\n", "        global t, m, v\n        t, m, v = 0, 0.0, 0.0\n"
        ),
    ),
    (
        "shared-state",
        "settings in the class",
        adam().replace("self.lr", "MyAdam.lr"),
    ),
    (
        "shared-state",
        "one object for all",
        "from adamlib import Adam\n\none = Adam(lr=0.1)\nMyAdam = lambda **settings: one\n",
    ),
    # Others than Adam.
    ("is-sgd", "by hand", method("return theta - self.lr * g")),
    (
        "is-momentum",
        "by hand",
        method("self.m = self.beta1 * self.m + g", "return theta - self.lr * self.m"),
    ),
    (
        "is-nesterov-momentum",
        "by hand",
        method(
            "self.m = self.beta1 * self.m + g", "return theta - self.lr * (g + self.beta1 * self.m)"
        ),
    ),
    (
        "is-adagrad",
        "by hand",
        method("self.v += g * g", "return theta - self.lr * g / (self.v**0.5 + self.eps)"),
    ),
    ("is-rmsprop", "by hand", method(V, "return theta - self.lr * g / (self.v**0.5 + self.eps)")),
    ("is-adamw", "by hand", adam(t="self.t += 1\ntheta = theta - self.lr * 0.01 * theta")),
    ("is-adamw", "adamlib's", "from adamlib import AdamW as MyAdam\n"),
    (
        "is-amsgrad",
        "by hand",
        adam(
            init=INIT + "        self.v_max = 0.0\n",
            v_hat="self.v_max = max(self.v_max, self.v)\n" + V_HAT.replace("self.v", "self.v_max"),
        ),
    ),
    (
        "is-amsgrad",
        "the paper's",
        adam(
            init=INIT + "        self.v_max = 0.0\n",
            m_hat="m_hat = self.m",
            v_hat="v_hat = self.v_max = max(self.v_max, self.v)",
        ),
    ),
    ("is-nadam", "adamlib's", "from adamlib import NAdam as MyAdam\n"),
    ("is-adamax", "adamlib's", "from adamlib import AdaMax as MyAdam\n"),
    (
        "is-lion",
        "by hand",
        method(
            "c = self.beta1 * self.m + (1 - self.beta1) * g",
            "self.m = self.beta2 * self.m + (1 - self.beta2) * g",
            "return theta - self.lr * ((c > 0) - (c < 0))",
        ),
    ),
    # Two at once.
    (
        "no-bias-correction+no-sqrt",
        "two",
        adam(
            m_hat="m_hat = self.m", v_hat="v_hat = self.v", step=STEP.replace("v_hat**0.5", "v_hat")
        ),
    ),
    (
        "no-bias-correction+eps-inside",
        "two",
        adam(
            m_hat="m_hat = self.m",
            v_hat="v_hat = self.v",
            step=STEP.replace("v_hat**0.5 + self.eps", "(v_hat + self.eps)**0.5"),
        ),
    ),
    (
        "v-not-squared+plus-sign",
        "two",
        adam(v=V.replace("g**2", "abs(g)"), step=STEP.replace("theta - ", "theta + ")),
    ),
    (
        "m-no-factor+v-no-factor",
        "two",
        adam(m="self.m = self.beta1 * self.m + g", v="self.v = self.beta2 * self.v + g**2"),
    ),
    (
        "no-bias-correction+m-no-factor",
        "two",
        adam(m="self.m = self.beta1 * self.m + g", m_hat="m_hat = self.m", v_hat="v_hat = self.v"),
    ),
    (
        "no-bias-correction+betas-swapped",
        "two",
        adam(
            m=M.replace("beta1", "beta2"),
            v=V.replace("beta2", "beta1"),
            m_hat="m_hat = self.m",
            v_hat="v_hat = self.v",
        ),
    ),
    (
        "only-m-corrected+v-no-factor",
        "v is told from line 6 by its size",
        adam(v="self.v = self.beta2 * self.v + g**2", v_hat="v_hat = self.v"),
    ),
    (
        "only-v-corrected+m-no-factor",
        "m is told from line 5 by its size",
        adam(m="self.m = self.beta1 * self.m + g", m_hat="m_hat = self.m"),
    ),
    (
        "eps-inside+hard-coded",
        "two",
        adam(step="theta = theta - 0.001 * m_hat / (v_hat + self.eps) ** 0.5"),
    ),
    ("t-frozen+no-sqrt", "two", adam(t="self.t = 1", step=STEP.replace("v_hat**0.5", "v_hat"))),
    # None of the usual ones.
    ("unknown", "a factor in the step", adam(step=STEP.replace("self.lr", "1.7 * self.lr"))),
    ("unknown", "a factor in m", adam(m=M + " * 1.7")),
    ("unknown", "a factor in v", adam(v=V + " * 1.7")),
    (
        "unknown",
        "the first steps are right",
        adam(m_hat=M_HAT + "\nif self.t > 3:\n    m_hat = 0.0"),
    ),
    (
        "unknown",
        "no names to compare",
        "class MyAdam:\n    def __init__(self, lr, beta1, beta2, eps):\n        self.lr = lr\n"
        "    def step(self, theta, g):\n        return theta - self.lr * g / (1 + abs(g))\n",
    ),
    ("unknown", "theta is nailed", method("return 1.5")),
    ("unknown", "only for zeros", adam(end="return theta if g else theta + 0.25")),
]

# Right for floats, with a habit that changes arrays.

CHANGES = [
    (
        "changes-argument",
        "theta -=",
        adam(step="theta -= self.lr * m_hat / (v_hat**0.5 + self.eps)"),
    ),
    (
        "changes-argument",
        "theta += minus the step",
        adam(step="theta += -self.lr * m_hat / (v_hat**0.5 + self.eps)"),
    ),
    ("changes-argument", "g -=", adam(step=STEP + "\ng -= g")),
]

# No Adam at all.

RUBBISH = [
    ("empty", "", ""),
    ("empty", "blanks", " \n\t\n  "),
    ("no-class", "a comment", "# I do not know yet\n"),
    ("no-class", "another name", SOLUTION.replace("MyAdam", "Adam2")),
    ("no-class", "lower case", SOLUTION.replace("MyAdam", "myadam")),
    ("no-class", "deleted", SOLUTION + "\ndel MyAdam\n"),
    ("no-class", "only a function", "def step(theta, g):\n    return theta\n"),
    ("no-class", "None", "MyAdam = None"),
    ("not-a-class", "a number", "MyAdam = 3\n"),
    ("not-a-class", "an object", SOLUTION + "\nMyAdam = MyAdam()\n"),
    ("syntax-error", "prose", "Adam is an optimizer that keeps two averages.\n"),
    ("syntax-error", "no colon", SOLUTION.replace("g):", "g)")),
    ("syntax-error", "a bracket", adam(step=STEP[:-1])),
    ("syntax-error", "indented", "    " + SOLUTION),
    ("syntax-error", "unindented", SOLUTION.replace("        m_hat", "      m_hat")),
    ("syntax-error", "a quotation mark", SOLUTION + "\nx = 'no end\n"),
    ("syntax-error", "the algorithm", adam(m="m ← β1·m + (1 − β1)·g")),
    ("syntax-error", "return outside", SOLUTION + "\n)\n"),
    ("syntax-error", "2lr", adam(m="2lr = 3")),
    ("syntax-error", "many brackets", "(" * 1000),
    ("syntax-error", "a zero character", "x = 1\0"),
    ("name-error", "one word", "Adam\n"),
    ("name-error", "beta1 without self", adam(m=M.replace("self.beta1", "beta1"))),
    (
        "name-error",
        "math without import",
        adam(step=STEP.replace("v_hat**0.5", "math.sqrt(v_hat)")),
    ),
    ("name-error", "a typing error", adam(step=STEP.replace("m_hat", "mhat"))),
    ("name-error", "before it has a value", adam(m_hat=M_HAT.replace("self.m", "m_hat"))),
    ("name-error", "deleted", adam(step="del theta")),
    ("name-error", "late", adam(t="self.t += 1\nif self.t == 3:\n    nothing")),
    ("name-error", "only where g is 0", adam(t="self.t += 1\nif g == 0:\n    nothing")),
    (
        "name-error",
        "in a helper",
        "def root(x):\n    return sqr(x)\n\n\n"
        + adam(step=STEP.replace("v_hat**0.5", "root(v_hat)")),
    ),
    ("attribute-error", "not made", adam(m="self.m1 = self.beta1 * self.m1 + g")),
    ("attribute-error", "deleted", adam(step="del self.m\n" + STEP)),
    ("attribute-error", "of math", "import math\n" + adam(step="theta = math.squareroot(theta)")),
    ("import-error", "a module that is nowhere", "import no_such_module_here\n" + SOLUTION),
    ("import-error", "in step", adam(t="import no_such_module_here")),
    ("caret", "beta1^t", adam(m_hat=M_HAT.replace("**", "^"))),
    ("caret", "g^2", adam(v=V.replace("**", "^"))),
    ("missing-star", "lr(...)", adam(step="theta = theta - self.lr(m_hat)")),
    ("missing-star", "(1 - beta)(g)", adam(m="self.m = self.beta1 * self.m + (1 - self.beta1)(g)")),
    ("recursion", "step calls step", method("return self.step(theta, g)")),
    ("exception", "text and number", adam(m="self.m = 'm' + self.m")),
    ("exception", "None times", adam(m="self.m = None * g")),
    ("exception", "raise", method("raise ValueError('I give up.')")),
    ("exception", "assert", method("assert False")),
    (
        "exception",
        "a word that cannot be said",
        "class Odd(Exception):\n    def __str__(self):\n        return 1 / 0\n\n\n"
        + method("raise Odd()"),
    ),
    ("exception", "sys.exit", "import sys\nsys.exit()\n"),
    ("exception", "SystemExit", method("raise SystemExit")),
    ("exception", "GeneratorExit", method("raise GeneratorExit")),
    ("exception", "MemoryError", method("raise MemoryError")),
    ("exception", "an index", method("return [theta][1]")),
    ("exception", "at the top", "MyAdam = [1][2]\n"),
    ("stopped", "KeyboardInterrupt", method("raise KeyboardInterrupt")),
    ("stopped", "at the top", "raise KeyboardInterrupt\n"),
    ("zero-division", "in the step", adam(step="theta = theta / (g - 3)")),
    ("zero-division", "at once, though t is 1", adam(step="theta = theta / (self.t - 1)")),
    (
        "zero-division",
        "the old t in a name of its own",
        adam(
            t="t = self.t\nself.t = t + 1",
            m_hat=M_HAT.replace("self.t", "t"),
            v_hat=V_HAT.replace("self.t", "t"),
        ),
    ),
    ("zero-division", "at the top", "x = 1 / 0\n"),
    ("negative-root", "v has the wrong sign", adam(v=V.replace("+ (1", "- (1"))),
    ("negative-root", "late", adam(step=STEP + "\nif self.t == 3:\n    theta = (-1.0) ** 0.5")),
    ("returns-none", "no return", adam(end=None)),
    ("returns-none", "return alone", method("return")),
    ("returns-none", "sometimes", adam(end="if g > 0:\n    return theta")),
    ("returns-no-number", "a text", method("return str(theta)")),
    ("returns-no-number", "a list", method("return [theta]")),
    ("returns-no-number", "a tuple", adam(end="return theta, self.m, self.v")),
    ("returns-no-number", "a truth value", method("return theta > 0")),
    ("returns-no-number", "itself", method("return self")),
    ("returns-no-number", "its class", method("return MyAdam")),
    ("returns-no-number", "a function", method("return self.step")),
    ("negative-v-hat", "a complex number", method("return 1j * theta")),
    ("returns-infinity", "infinity", method("return float('inf')")),
    ("returns-infinity", "too large", method("return 1e200 * 1e200")),
    ("returns-nan", "NaN", method("return float('nan')")),
    (
        "cannot-be-made",
        "three settings",
        SOLUTION.replace(", eps=1e-8", "").replace("beta2, eps", "beta2, 0"),
    ),
    (
        "cannot-be-made",
        "other names",
        SOLUTION.replace("beta1=0.9", "b1=0.9").replace("lr, beta1", "lr, b1"),
    ),
    ("cannot-be-made", "no self", SOLUTION.replace("__init__(self, ", "__init__(")),
    ("cannot-be-made", "raises", SOLUTION.replace("self.t = 0", "raise ValueError('no')")),
    ("cannot-be-made", "a name", SOLUTION.replace("self.t = 0", "self.t = zero")),
    (
        "cannot-be-made",
        "only for small lr",
        SOLUTION.replace("self.t = 0", "self.t = 0\n        assert lr < 0.2"),
    ),
    ("cannot-be-made", "endless", SOLUTION.replace("self.t = 0", "MyAdam(lr, beta1, beta2, eps)")),
    ("cannot-be-made", "a function that returns nothing", "def MyAdam(**settings):\n    pass\n"),
    (
        "cannot-be-made",
        "a function that returns a number",
        "def MyAdam(**settings):\n    return 1.0\n",
    ),
    ("no-step", "none", INIT),
    ("no-step", "spelled otherwise", SOLUTION.replace("def step", "def Step")),
    (
        "no-step",
        "inside __init__",
        INIT + "\n        def step(self, theta, g):\n            return theta\n",
    ),
    ("no-step", "a number", INIT + "        self.step = 1\n"),
    ("step-arguments", "no self", SOLUTION.replace("step(self, ", "step(")),
    ("step-arguments", "no g", SOLUTION.replace("theta, g)", "theta)").replace("* g", "* theta")),
    ("step-arguments", "one more", SOLUTION.replace("theta, g)", "theta, g, t)")),
]

# What the interpreters say to these differs in words, or in the line.
OTHER_WORDS = (
    "a bracket",
    "a quotation mark",
    "a zero character",
    "before it has a value",
    "deleted",
    "in step",
    "indented",
    "many brackets",
    "a module that is nowhere",
    "unindented",
)


def cases():
    """All of it, as (expected, name, text)."""
    found = []
    for name in sorted(RIGHT):
        found.append((None, name, RIGHT[name]))
    found.extend(WRONG)
    found.extend(CHANGES)
    found.extend(RUBBISH)
    return found


def said(name, text):
    """What has to be the same everywhere, as JSON can hold it."""
    verdict = check_text(text)
    words = repr(verdict)
    if verdict.error:  # the interpreters agree in its type, not in its words
        words = words.replace(verdict.error, verdict.error.split(":")[0])
    if name in OTHER_WORDS:
        return [verdict.mistake, verdict.title.split(" ")[0], list(verdict.progress)]
    return [verdict.mistake, verdict.passed, list(verdict.progress), verdict.line, words]


def seconds(text, clock):
    """How long the judge takes: the shortest of three times."""
    times = []
    for _ in range(3):
        start = clock()
        check_text(text)
        times.append(clock() - start)
    return min(times)


if __name__ == "__main__":
    for _, name, text in cases():
        print("said " + json.dumps([name, text, said(name, text)]))
    try:
        from host import seconds as clock
    except ImportError:  # which is only there under MicroPython
        clock = None
    for _, name, text in WRONG[-17:] if clock else ():  # what is hard to explain takes longest
        print("took " + json.dumps([name, seconds(text, clock)]))
