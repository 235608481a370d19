"""The judge names each mistake, whatever its spelling, and takes anything that can be typed."""

import ast
import functools
import json
import math
import subprocess
import warnings
from pathlib import Path

import exercises_identity
import numpy as np
import pytest
from exercises_identity import CHANGES, INIT, RIGHT, RUBBISH, STEP, WRONG, adam, method
from hypothesis import example, given
from hypothesis import strategies as st

from adamlib import OPTIMIZERS, Adam, AdamW, Optimizer, exercises
from adamlib.exercises import HINTS, MISTAKES, PROBLEMS, SOLUTION, TEMPLATE, check, check_text
from adamlib.sphinx_ext.node import binary

TESTS = Path(__file__).parent
ADAMLIB = TESTS.parent / "adamlib"
NODE_MODULES = ADAMLIB / "web" / "node_modules"
SCRIPT = TESTS / "exercises_identity.py"


@functools.cache
def verdict_on(text):
    """The verdict, which several tests look at."""
    return check_text(text)


def named(cases):
    """Parameters with readable names."""
    return pytest.mark.parametrize(
        ("mistake", "text"), [pytest.param(x, text, id=f"{x}: {name}") for x, name, text in cases]
    )


# The texts of the exercise.


def test_template_is_the_solution_without_its_six_lines():
    missing = [line for line in SOLUTION.splitlines() if line not in TEMPLATE.splitlines()]
    assert len(missing) == 6
    unfinished = [line for line in TEMPLATE.splitlines() if line not in SOLUTION.splitlines()]
    assert unfinished == ["        ..."]


def test_the_hints_end_with_the_solution_and_do_not_begin_with_it():
    assert HINTS[-1] == SOLUTION
    assert len(HINTS) >= 4
    lines = [line.strip() for line in SOLUTION.splitlines() if " = " in line or "+=" in line]
    assert not any(line in hint for hint in HINTS[:-1] for line in lines)


# What is right.


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_every_spelling_of_adam_passes(text):
    verdict = verdict_on(text)
    assert (verdict.passed, verdict.mistake, verdict.error) == (True, None, None)
    assert verdict.progress == (True, True, True)
    assert all(row["equal"] for row in verdict.rows)


def test_it_passes_as_a_class_a_lambda_and_a_subclass():
    class Mine(Adam):
        def step(self, theta, g):
            return Adam.step(self, theta, g)

    class Defaults(AdamW):
        def __init__(self, **settings):
            AdamW.__init__(self, weight_decay=0, **settings)

    for learner in (Adam, Mine, Defaults, lambda lr, **others: Adam(lr, **others)):
        assert check(learner).passed


@named(CHANGES)
def test_a_step_that_changes_arrays_is_right_for_floats(mistake, text):
    verdict = verdict_on(text)
    assert (verdict.passed, verdict.mistake) == (True, "changes-argument")
    assert "numpy array" in verdict.explanation


def test_which_argument_is_changed_is_said():
    assert "when theta is" in check_text(CHANGES[0][2]).explanation
    assert "when g is" in check_text(CHANGES[2][2]).explanation
    both = adam(t="theta += 0.5\ng += 0.5\ntheta = theta - 0.5\ng = g - 0.5\nself.t += 1")
    assert "when theta or g is" in check_text(both).explanation


def test_what_only_works_for_floats_cannot_change_arrays():
    step = "theta -= self.lr * m_hat / (math.sqrt(v_hat) + self.eps)"
    assert check_text("import math\n" + adam(step=step)).mistake is None


def test_numpy_is_welcome():
    with_numpy = "import numpy as np\n" + adam(step=STEP.replace("v_hat**0.5", "np.sqrt(v_hat)"))
    assert check_text(with_numpy).passed
    zeros = INIT.replace("self.m = 0.0", "self.m = np.zeros(())")
    assert check_text("import numpy as np\n" + adam(init=zeros)).passed
    array = check_text("import numpy as np\n" + adam(end="return np.array([theta])"))
    assert array.mistake == "returns-no-number"
    assert "an array of shape (1,)" in array.explanation
    single = check_text("import numpy as np\n" + adam(end="return np.float32(theta)"))
    assert (single.passed, single.mistake) == (False, "unknown")  # seven digits are not nine


def test_numpy_answers_nan_where_python_refuses():
    step = "theta = theta - self.lr * m_hat / np.sqrt(v_hat)"
    assert check_text("import numpy as np\n" + adam(step=step)).mistake == "no-eps"
    init = INIT.replace(" = 0.0", " = np.float64(0)")
    assert check_text("import numpy as np\n" + adam(init=init, t=None)).mistake == "t-from-zero"


@pytest.mark.parametrize("size", [1e-7, -1e-7])
@pytest.mark.parametrize("name", ["lr", "beta1", "beta2"])
def test_a_setting_that_is_wrong_in_the_seventh_digit_is_found(size, name):
    init = INIT.replace(
        "lr, beta1, beta2, eps\n", f"lr, beta1, beta2, eps\n        self.{name} *= 1 + {size}\n"
    )
    assert not check_text(adam(init=init)).passed


def test_rounding_is_forgiven():
    assert check_text(adam(step=STEP + " * (1 + 1e-13)")).passed
    assert check_text(adam(end="return theta + 1e-13")).passed
    assert not check_text(adam(end="return theta + 1e-8")).passed


# What is wrong.


@named(WRONG)
def test_the_mistake_is_named(mistake, text):
    verdict = verdict_on(text)
    assert verdict.mistake == mistake
    assert not verdict.passed
    assert not all(verdict.progress) or mistake == "shared-state"


def test_every_known_mistake_is_among_them():
    written = [x for x, _, _ in WRONG]
    once = """wrong-beta-in-average v-centred v-from-m factor-squared correction-parentheses eps-hat
        root-precedence theta-divided lr-decays l2"""
    for mistake in MISTAKES:
        assert written.count(mistake.name) >= (1 if mistake.name in once else 2), mistake.name
    for name in ("unfinished", "unchanged", "shared-state", "unknown"):
        assert written.count(name) >= 2


@pytest.mark.parametrize("rule", [rule for rule in OPTIMIZERS if rule is not Adam])
def test_another_optimizer_of_the_package_is_recognized(rule):
    names = {"beta": "beta1", "rho": "beta2"}

    def make(**settings):
        used = {
            name: settings[names.get(name, name)]
            for name in rule.hyperparameters
            if names.get(name, name) in settings
        }
        return rule(**used)

    verdict = check(make)
    assert verdict.title == f"This is {rule.__name__}, not Adam"
    assert verdict.mistake == "is-" + rule.__name__.lower()


def variants():
    return [
        pytest.param(mistake, wrong, id=f"{mistake.name}-{i}")
        for mistake in MISTAKES
        for i, (_, wrong) in enumerate(mistake.variants)
    ]


@pytest.mark.parametrize(("mistake", "wrong"), variants())
def test_no_other_mistake_takes_the_same_steps(mistake, wrong):
    def make(lr, beta1, beta2, eps):
        return exercises.Flawed(wrong, lr, beta1, beta2, eps)

    walks = [exercises.Walk(problem, make) for problem in PROBLEMS]
    fits = {
        other.name
        for other in MISTAKES
        for _, lines in other.variants
        if exercises._fits(walks, lines)
    }
    # 1 - beta without the power and a t that stays at 1 are the same numbers.
    alike = {"no-power", "t-frozen"}
    assert fits in ({mistake.name}, alike if mistake.name in alike else set())
    assert not all(walk.parting() is None for walk in walks)
    assert exercises._relative(walks) is None


def test_right_lines_are_adam():
    """The base of all simulations, with nothing replaced."""
    for problem in PROBLEMS:
        walk = exercises.Walk(problem, lambda **settings: exercises.Flawed({}, **settings))
        assert walk.parting() is None


# The problems, and the numbers of a verdict, against numbers worked out by hand.


def test_the_first_problem_is_the_one_of_the_lesson():
    theta = [x[0] for x in PROBLEMS[0].adam]
    assert theta[0] == 1
    assert theta[1] == pytest.approx(0.9, abs=1e-9)
    m_hat, v_hat = 0.08 / 0.19, 0.004996 / 0.001999
    assert theta[2] == pytest.approx(0.9 - 0.1 * m_hat / (math.sqrt(v_hat) + 1e-8), abs=2e-9)


def test_the_second_begins_with_a_zero_and_has_an_eps_above_its_gradients():
    problem = PROBLEMS[1]
    assert problem.stream[0] == 0
    assert problem.settings["eps"] > max(abs(g) for g in problem.stream)
    m_hat, v_hat = 0.1 * 0.03 / 0.19, 0.001 * 0.03**2 / 0.001999
    step = 0.1 * m_hat / (math.sqrt(v_hat) + 0.1)
    assert [x[0] for x in problem.adam[:3]] == pytest.approx([-2, -2, -2 - step])


def test_the_third_uses_no_default_and_two_optimizers():
    usual = Adam()
    for name, value in PROBLEMS[2].settings.items():
        assert getattr(usual, name) != value
        assert all(problem.settings.get(name) != value for problem in PROBLEMS[:2])
    assert len(PROBLEMS[2].start) == 2
    assert [len(problem.adam) for problem in PROBLEMS] == [5, 7, 11]


@pytest.mark.parametrize(
    ("mistake", "case", "sentence"),
    [
        # r(1) = 0.1 / sqrt(0.001), then 1 / sqrt(0.001), then 0.1
        (
            "no-bias-correction",
            "m_hat = m",
            "After step 1 you are at 0.6838, Adam at 0.9000: your step is 3.16 times as long.",
        ),
        (
            "only-m-corrected",
            "v_hat = v",
            "After step 1 you are at -2.1623, Adam at 0.9000: your step is 31.6 times as long.",
        ),
        (
            "only-v-corrected",
            "m_hat = m",
            "After step 1 you are at 0.9900, Adam at 0.9000: your step is 0.1 times as long.",
        ),
        # 0.19 / 0.1, of a step that begins where the first ended
        (
            "no-power",
            "m",
            "After step 2 you are at 0.8494, Adam at 0.8734: your step is 1.9 times as long.",
        ),
        # 2 / 4 in place of 2 / 2
        ("no-sqrt", "v", "you are at 0.9500, Adam at 0.9000: your step is 0.5 times as long."),
        ("plus-sign", "+", "you are at 1.1000, Adam at 0.9000: your step goes the other way."),
        ("old-moments", "m", "After step 1 you are at 1.0000, Adam at 0.9000: you do not move."),
        (
            "t-from-zero",
            "never counted",
            'In "Four steps by hand", step 1, your step gives no number: ZeroDivisionError.',
        ),
        (
            "no-eps",
            "plain",
            'In "Tiny gradients, large eps", step 1, your step gives no number: ZeroDivisionError.',
        ),
        # 0.003 / 0.19 / sqrt(0.0000009 / 0.001999 + 0.1) = 0.0498
        (
            "eps-inside",
            "v",
            'In "Tiny gradients, large eps", after step 2 you are at -2.0050, Adam at -2.0130: ',
        ),
        (
            "unknown",
            "only for zeros",
            "after step 1 you are at -1.7500, Adam at -2.0000: Adam does not move, because all",
        ),
        (
            "hard-coded",
            "beta1",
            'In "A noisy valley", after step 2 you are at θ₁ = -3.4077, Adam at -3.3918: ',
        ),
    ],
)
def test_the_numbers_of_the_run_are_said(mistake, case, sentence):
    (text,) = [text for x, name, text in WRONG if (x, name) == (mistake, case)]
    assert sentence in check_text(text).explanation


def test_two_optimizers_side_by_side_are_evidence_of_shared_state():
    for mistake, name, text in WRONG:
        if mistake == "shared-state":
            row = check_text(text).rows[0]
            assert row["problem"].endswith("with another beside"), name
            assert row["yours"] != row["adam"] and not row["equal"]


def test_rows_and_progress():
    verdict = check_text(adam(step="theta -= self.lr * m_hat / (v_hat + self.eps) ** 0.5"))
    assert verdict.progress == (True, False, False)
    names = [(row["problem"], row["step"], row["equal"]) for row in verdict.rows]
    assert names == [
        ("Four steps by hand", 4, True),
        ("Tiny gradients, large eps", 2, False),
        ("Tiny gradients, large eps", 3, False),
        ("Tiny gradients, large eps", 4, False),
        ("A noisy valley, θ₁", 1, False),
    ]
    row = verdict.rows[1]
    m_hat, v_hat = 0.003 / 0.19, 9e-7 / 0.001999
    assert row["yours"] == pytest.approx(-2 - 0.1 * m_hat / math.sqrt(v_hat + 0.1))
    assert row["adam"] == PROBLEMS[1].adam[2][0]


def test_what_nothing_explains_is_traced_to_the_first_wrong_number():
    said = {name: check_text(text).explanation for x, name, text in WRONG if x == "unknown"}
    assert (
        "self.m is wrong already: after step 1 it is 0.3400 and should be 0.2000"
        in said["a factor in m"]
    )
    assert (
        "self.v is wrong already: after step 1 it is 0.0068 and should be 0.0040"
        in said["a factor in v"]
    )
    assert "Up to there your self.m and self.v are right." in said["a factor in the step"]
    assert "keeps no self.m or self.v" in said["no names to compare"]
    assert "After step 4" in said["the first steps are right"]


def test_what_is_right_already_is_said_when_theta_does_not_move():
    said = {name: check_text(text).explanation for x, name, text in WRONG if x == "unchanged"}
    assert said["another name"].startswith("Your self.t, self.m and self.v are right. But")
    assert said["only the count"].startswith("Your self.t is kept up to date. But")


def test_two_mistakes_are_both_explained():
    verdict = check_text({x: text for x, _, text in WRONG}["no-bias-correction+no-sqrt"])
    assert verdict.title == "Two mistakes: no bias correction, and the square root is missing"
    assert "First: Your step uses m and v as they are" in verdict.explanation
    assert "Second: You divide by v_hat itself" in verdict.explanation


# Rubbish.


@named(RUBBISH)
def test_rubbish_gets_a_clear_verdict(mistake, text):
    verdict = verdict_on(text)
    assert verdict.mistake == mistake
    assert not verdict.passed


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("x = “Adam”\n", "syntax-error"),
        ("x = '\ud800'\n", "syntax-error"),
        ("-" * 20_000 + "1", "syntax-error"),
        ("class MyAdam:\n    def step(self, theta, g):\n        return theta\n", "cannot-be-made"),
        (SOLUTION.replace("def step", "async def step"), "returns-no-number"),
        (adam(end="yield theta"), "returns-no-number"),
        (
            adam(
                end="raise Bad\n", init="class Bad(Exception):\n    __traceback__ = 3\n\n\n" + INIT
            ),
            "exception",
        ),
        (adam(end="exit()"), "exception"),
        (
            adam(
                init="from dataclasses import dataclass\n\n\n"
                "@dataclass\nclass MyAdam:\n    lr: float\n"
            ),
            "cannot-be-made",
        ),
        (method("return 10**400"), "overflow"),
        (method("return theta + 10.0**400"), "overflow"),
        (adam(end="import numpy\nreturn numpy.nan"), "returns-nan"),
        (adam(end="import decimal\nreturn decimal.Decimal(1)"), "returns-no-number"),
        (None, "empty"),
        (3, "empty"),
    ],
)
def test_more_rubbish_that_only_cpython_knows(text, mistake):
    assert check_text(text).mistake == mistake


@pytest.mark.parametrize(
    ("learner", "mistake"),
    [
        (None, "not-a-class"),
        ("MyAdam", "not-a-class"),
        (Adam(), "not-a-class"),
        (lambda: Adam(), "cannot-be-made"),
        (lambda **settings: None, "cannot-be-made"),
        (lambda **settings: "Adam", "no-step"),
        (dict, "no-step"),
        (Optimizer, "cannot-be-made"),
    ],
)
def test_check_of_what_is_no_class(learner, mistake):
    assert check(learner).mistake == mistake


def test_sabotage_of_the_judge_is_said(monkeypatch):
    monkeypatch.setattr(math, "sqrt", math.sqrt)  # and put back afterwards
    verdict = check_text("import math\nmath.sqrt = None\n" + adam(m_hat="m_hat = self.m"))
    assert (verdict.mistake, verdict.line) == ("judge-stopped", None)
    monkeypatch.undo()
    assert check_text(SOLUTION).passed


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("no colon", 8, "Python stops reading in line 8."),
        ("prose", 1, "Python stops reading in line 1."),
        ("beta1 without self", 10, "line 10 of your code uses beta1, which has no value there."),
        ("only where g is 0", 11, 'In "Tiny gradients, large eps", step 1, line 11 of your code'),
        ("late", 11, 'In "Four steps by hand", step 3, line 11 of your code uses nothing'),
        ("in a helper", 2, "line 2 of your code uses sqr"),
        ("not made", 10, "asks for m1, which is not there. Python says: AttributeError: 'MyAdam'"),
        ("raise", 9, "Python says: ValueError: I give up."),
        ("a word that cannot be said", 14, "Python says: Odd."),
        ("sys.exit", 2, "Before any step, line 2 of your code stops."),
        ("only for small lr", 5, "When MyAdam is made, line 5 of your code stops."),
        ("a name", 4, "When MyAdam is made, line 4 of your code uses zero"),
        ("KeyboardInterrupt", 9, "Your code was still running, in line 9."),
        ("no g", None, "your step cannot be called as step(theta, g)."),
        ("three settings", None, "MyAdam(lr=..., beta1=..., beta2=..., eps=...)"),
        ("a list", None, "your step gives back a list."),
        ("itself", None, "your step gives back a MyAdam."),
        ("another name", None, "Your code defines Adam2, but no class of the name MyAdam."),
    ],
)
def test_what_went_wrong_is_said_with_its_line(name, line, words):
    text = next(text for _, case, text in RUBBISH if case == name)
    verdict = check_text(text)
    assert words in verdict.explanation
    assert verdict.line == line


def test_a_named_mistake_that_fails_has_its_line_too():
    verdict = check_text(adam(t=None))
    assert (verdict.mistake, verdict.line) == ("t-from-zero", 11)
    assert verdict.error.startswith("ZeroDivisionError")


def test_the_line_of_a_class_is_its_line_in_the_file():
    class Mine:
        def __init__(self, lr, beta1, beta2, eps):
            self.lr = lr

        def step(self, theta, g):
            return theta - self.lr * self.nothing

    verdict = check(Mine)
    source = Path(__file__).read_text().splitlines()
    assert source[verdict.line - 1].strip() == "return theta - self.lr * self.nothing"


def test_a_learner_who_interrupts_a_loop_is_told_where():
    def step(self, theta, g):
        raise KeyboardInterrupt  # as the notebook's stop button does

    class Mine(Adam):
        pass

    Mine.step = step
    assert check(Mine).title == "You stopped the check"


SIGNS = "self . ( ) [ ] { } : , = == + - * / ** ^ % @ # ' \" 0 1 2.5 1e-8 θ _ ~ < > ! ? ; \\"
WORDS = """lr beta1 beta2 eps t m v theta g m_hat MyAdam step __init__ class def return lambda if
    else
    None True del import math sqrt raise try except pass yield not in is global async"""
TOKENS = SIGNS.split(" ") + WORDS.split() + ["\n", "\t", " ", "\n    ", "\n        "]


def judged(text):
    verdict = check_text(text)
    assert isinstance(verdict.passed, bool)
    assert verdict.title and verdict.explanation
    assert verdict.passed or verdict.mistake
    assert verdict.mistake != "judge-stopped"
    json.dumps(verdict.as_dict())
    assert repr(verdict) and verdict._repr_markdown_()
    return verdict


@given(st.text())
@example("\0")
@example("\r")
@example("\f")
@example("﻿x")
def test_any_text_gets_a_verdict(text):
    assert not judged(text).passed


@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_any_program_gets_a_verdict(text):
    judged(text)


@given(
    st.integers(0, len(SOLUTION)), st.integers(0, 12), st.lists(st.sampled_from(TOKENS), max_size=3)
)
def test_any_damage_to_the_solution_gets_a_verdict(place, length, tokens):
    text = SOLUTION[:place] + "".join(tokens) + SOLUTION[place + length :]
    verdict = judged(text)
    if verdict.passed:
        names = {}
        exec(text, names)
        mine, right = (
            names["MyAdam"](lr=0.3, beta1=0.6, beta2=0.7, eps=0.2),
            Adam(0.3, 0.6, 0.7, 0.2),
        )
        theta = [1.0, 1.0]
        for g in (0.1, -2.0, 0.0, 5.0):
            theta = [mine.step(theta[0], g), right.step(theta[1], g)]
        assert theta[0] == pytest.approx(theta[1], rel=1e-9)


class Hostile:
    """Answers every question with an exception."""

    def __getattribute__(self, name):
        raise RuntimeError("no")


class Strange:
    """A step that returns what cannot be looked at."""

    def __init__(self, value):
        self.value = value

    def step(self, theta, g):
        return self.value


class NoFloat(float):
    def __float__(self):
        raise ValueError("no")

    def __add__(self, other):
        raise ValueError("no")


STRANGE = [object(), type, ..., b"1", np.zeros(2), 1j, NoFloat(1.0), Hostile()]


@pytest.mark.parametrize("i", range(len(STRANGE)))
def test_hostile_objects_get_a_verdict(i):
    value = STRANGE[i]
    for learner in (lambda **settings: value, lambda **settings: Strange(value), value):
        verdict = check(learner)
        assert not verdict.passed
        assert verdict.mistake != "judge-stopped"


# The judge leaves no traces.


def test_a_verdict_does_not_depend_on_what_was_judged_before():
    texts = [TEMPLATE, WRONG[5][2], SOLUTION, RUBBISH[20][2]]
    first = [repr(check_text(text)) for text in texts]
    assert [repr(check_text(text)) for text in reversed(texts)] == first[::-1]


def test_texts_do_not_see_each_other():
    assert check_text(SOLUTION).passed
    assert check_text("optimizer = MyAdam()").mistake == "name-error"


def test_warnings_and_numpy_are_as_before():
    before, errors = list(warnings.filters), np.geterr()
    text = "import numpy as np\n" + adam(step="theta = theta - np.sqrt(np.float64(-1.0))")
    assert check_text(text).mistake == "returns-nan"  # and no warning, which would fail this test
    with np.errstate(all="raise"):
        assert check_text(text).mistake == "returns-nan"
    check_text("x = '\\d'\ny = 1 is 1\n")
    assert (list(warnings.filters), np.geterr()) == (before, errors)


def test_what_is_printed_is_printed(capsys):
    check_text(adam(end="print('theta', theta)\nreturn theta"))
    assert capsys.readouterr().out.startswith("theta 0.9")


# How it is said.

ALL = [*((None, name, text) for name, text in RIGHT.items()), *WRONG, *CHANGES, *RUBBISH]


@named(ALL)
def test_the_text_of_a_verdict(mistake, text):
    verdict = verdict_on(text)
    words = f"{verdict.title} {verdict.explanation} {verdict.hint}"
    assert "\n" not in words
    assert "%" not in words and "  " not in words and ".." not in words.replace("...", "")
    assert len(verdict.title) <= 110 and len(verdict.explanation) <= 620
    assert verdict.explanation.endswith((".", "?"))
    assert verdict.explanation[0].isupper() or verdict.explanation.startswith(("theta", "v"))
    assert not verdict.title.endswith(".")
    assert verdict.hint or mistake is None
    assert not any(word in words for word in ("stupid", "obvious", "simply", "just ", "wrong!"))


@named(ALL)
def test_a_verdict_is_json_and_markdown(mistake, text):
    verdict = verdict_on(text)
    again = json.loads(json.dumps(verdict.as_dict()))
    assert again["mistake"] == mistake
    assert [x["problem"] for x in again["progress"]] == [problem.name for problem in PROBLEMS]
    assert tuple(x["passed"] for x in again["progress"]) == verdict.progress
    markdown = verdict._repr_markdown_()
    assert markdown.startswith("**")
    assert markdown.count("\n| ") == (1 + len(verdict.rows) if verdict.rows else 0)
    assert markdown.count(" | = |\n") + markdown.count(" | ≠ |\n") >= len(verdict.rows) - 1
    assert repr(verdict).startswith(verdict.title + "\n" + verdict.explanation)


def test_markdown_shows_texts_as_they_are():
    verdict = exercises.Verdict("a * b", "x_1 | **2** `code` [x] <y>")
    assert verdict._repr_markdown_() == (
        "**a \\* b**\n\nx\\_1 \\| \\*\\*2\\*\\* \\`code\\` \\[x\\] \\<y\\>"
    )


def test_the_sections_to_read_again_exist():
    seen = {verdict_on(text).see for _, _, text in ALL} - {None}
    seen |= {thing.see for thing in (*MISTAKES, *exercises.RELATIVES)}
    assert len(seen) > 10
    for see in seen:
        page, anchor = see.split("#")
        notebook = json.loads((TESTS.parent / "chapters" / f"{page}.ipynb").read_text())
        lines = [
            line.strip()
            for cell in notebook["cells"]
            for line in "".join(cell["source"]).split("\n")
        ]
        assert f"({anchor})=" in lines, see


# The same under MicroPython.


@pytest.fixture(scope="module")
def micropython():
    if not NODE_MODULES.joinpath("@micropython").is_dir():
        pytest.fail("MicroPython is missing: `make unit` installs it.", pytrace=False)
    run = subprocess.run(
        [binary(), TESTS / "micropython.mjs", NODE_MODULES, ADAMLIB, SCRIPT],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    if run.returncode:
        pytest.fail(f"MicroPython: {run.stderr[-2000:]}", pytrace=False)
    lines = [line.split(" ", 1) for line in run.stdout.splitlines()]
    return {
        key: [json.loads(line) for kind, line in lines if kind == key] for key in ("said", "took")
    }


def test_the_verdicts_are_the_same_under_micropython(micropython):
    assert [[name, text] for name, text, _ in micropython["said"]] == [
        [name, text] for _, name, text in exercises_identity.cases()
    ]
    different = [
        (name, said, mine)
        for name, text, said in micropython["said"]
        if said != (mine := json.loads(json.dumps(exercises_identity.said(name, text))))
    ]
    assert different == []


def test_the_verdicts_are_soon_there_under_micropython(micropython):
    assert len(micropython["took"]) == 17
    assert max(seconds for _, seconds in micropython["took"]) < 0.15


def test_the_file_is_plain_python():
    tree = ast.parse(ADAMLIB.joinpath("exercises.py").read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {node for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            lazy = {"io", "numpy", "sys", "warnings"} if node in inside else set()
            assert {alias.name for alias in node.names} <= {"math"} | lazy
        if isinstance(node, ast.ImportFrom):
            assert (node.level, node.module in ("objectives", "optimizers")) == (1, True)
        assert not isinstance(node, (ast.Match, ast.TryStar, ast.AsyncFunctionDef, ast.JoinedStr))
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            assert not any(isinstance(x, ast.Starred) for x in node.elts), node.lineno
        if isinstance(node, ast.Dict):
            assert None not in node.keys, node.lineno
        if isinstance(node, ast.arguments):
            assert not node.posonlyargs
