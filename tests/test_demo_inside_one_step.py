"""Inside one step: each printed line against Algorithm 1, written out again here."""

import inspect
import json
import re
from math import floor, inf, log10, sqrt
from pathlib import Path

import pytest

from adamlib import Adam, Random
from adamlib.demos import DEMOS
from adamlib.demos import inside_one_step as module

DEMO = DEMOS["inside-one-step"]
MECHANICS = Path(__file__).parents[1] / "chapters" / "lesson" / "mechanics.ipynb"
SETTINGS = [
    {},
    {"step": 1},
    {"step": 60, "lr": 0.01},
    {"run": "sparse", "step": 10},
    {"run": "sparse", "step": 11, "beta1": 0.0},
    {"run": "sparse", "step": 12, "beta1": 0.0},
    {"run": "sparse", "step": 40, "beta2": 0.5, "beta1": 0.99, "lr": 1.0},
    {"run": "noisy", "step": 23, "beta2": 0.9999},
    {"run": "noisy", "step": 2, "beta1": 0.5, "beta2": 0.998},
    {"run": "valley", "step": 37, "lr": 0.5, "beta1": 0.98, "beta2": 0.995},
]


def algorithm(run="valley", step=9, lr=0.2, beta1=0.9, beta2=0.999):
    """Algorithm 1 on one of the three runs; the numbers of each coordinate at the given step."""
    theta = [-4.0, 1.0] if run == "valley" else [-4.0, 4.0]
    curvature = [1.0, 25.0 if run == "valley" else 1.0]
    m, v, random = [0.0, 0.0], [0.0, 0.0], Random(3)
    for t in range(1, step + 1):
        g = [c * x for c, x in zip(curvature, theta, strict=True)]
        if run == "noisy":
            g[1] += 4.0 * random.normal()
        if run == "sparse" and t not in (1, 11, 21, 31, 41, 51):
            g[1] = 0.0
        found = []
        for i in (0, 1):
            x = {"theta": theta[i], "g": g[i], "m_before": m[i], "v_before": v[i]}
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            x["m"], x["v"] = m[i], v[i]
            x["m_hat"], x["v_hat"] = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
            theta[i] -= lr * x["m_hat"] / (sqrt(x["v_hat"]) + 1e-8)
            x["after"] = theta[i]
            found.append(x)
    return found


def python(text):
    """A printed formula as Python: "(−2) / (1 − 0.9²)" -> "(-2) / (1 - 0.9**(2))"."""
    small = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
    plain = str.maketrans(small, "0123456789-")
    text = text.replace("−", "-")
    text = re.sub(f" · 10([{small}]+)", lambda found: "e" + found[1].translate(plain), text)
    text = re.sub(f"([{small}]+)", lambda found: f"**({found[1].translate(plain)})", text)
    text = re.sub(r"√(\([^)]*\)|[\d.e-]+)", r"sqrt(\1)", text)
    return text.replace("·", "*")


def half_unit(token):
    """How far the true number may be from a printed one: 0 if fewer than four digits are shown."""
    digits = token.partition("e")[0].strip("-").replace(".", "").lstrip("0")
    if len(digits) < 4:
        return 0.0
    return 0.5001 * 10.0 ** (floor(log10(abs(float(token)))) - 3)


NUMBER = re.compile(r"\d[\d.]*(?:e-?\d+)?")


def check(text, exact, settings):
    """The equation is right to the rounding of its numbers, and says `exact` at its end."""
    left, _, end = python(text).rpartition(" = ")
    right = float(end)
    known = {f"{x:.6g}" for x in settings}
    slack = half_unit(end)
    assert abs(right - exact) <= slack + 1e-12 * abs(exact)
    value, largest = eval(left, {"sqrt": sqrt}), abs(right)
    for found in NUMBER.finditer(left):
        if found[0] in known or left[: found.start()].endswith("**("):
            continue
        largest = max(largest, float(found[0]))
        for moved in (-half_unit(found[0]), half_unit(found[0])):
            shifted = repr(float(found[0]) + moved)
            other = eval(left[: found.start()] + shifted + left[found.end() :], {"sqrt": sqrt})
            slack += abs(other - value) / 2
    assert slack <= 0.002 * largest  # the check is not empty
    assert abs(value - right) <= 1.01 * slack + 1e-8 * largest, text


@pytest.mark.parametrize("settings", SETTINGS)
def test_each_printed_line_is_right_to_its_rounding(settings):
    full = DEMO.settings(settings)
    decays = (full["beta1"], full["beta2"], 1 - full["beta1"], 1 - full["beta2"], full["lr"])
    result, expected = DEMO.result(**settings), algorithm(**settings)
    t = full["step"]
    assert result["lines"][0]["numbers"] == [["t", f"{t - 1} + 1 = {t}"]]
    for line in result["lines"][1:]:
        assert [of for of, _ in line["numbers"]] == ["θ₁", "θ₂"]
        for (_, text), exact in zip(line["numbers"], expected, strict=True):
            if text.startswith("0, for no slope"):
                assert line["name"] == "g"
                assert exact["g"] == 0
                continue
            name = "after" if line["name"] == "theta" else line["name"]
            check(text, exact[name], decays)


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_numbers_are_those_of_algorithm_1(settings):
    result = DEMO.result(**settings)
    lr = DEMO.settings(settings)["lr"]
    for i, (x, expected) in enumerate(zip(result["numbers"], algorithm(**settings), strict=True)):
        for name, value in expected.items():
            assert abs(x[name] - value) <= 1e-12 * max(1, abs(value)), name
        assert x["root_v_hat"] == pytest.approx(sqrt(expected["v_hat"]), rel=1e-12)
        assert x["root_v"] == pytest.approx(sqrt(expected["v"]), rel=1e-12)
        # What the picture is for: the step is their ratio times alpha, against m_hat.
        ratio = expected["m_hat"] / (sqrt(expected["v_hat"]) + 1e-8)
        assert x["step"] == pytest.approx(-lr * ratio, abs=1e-12)
        assert x["ratio"] == pytest.approx(ratio, rel=1e-9)
        # The map, the last panel and the scale of the bars.
        step = result["step"]
        way = result["xy"[i]]
        assert (way[step - 1], way[step]) == (x["theta"], x["after"])
        assert result["lengths"][i][step - 1] == pytest.approx(-ratio, abs=1e-9)
        assert len(way) == 61
        assert len(result["lengths"][i]) == 60
        assert max(abs(x[name]) for name in ("g", "m", "m_hat", "root_v", "root_v_hat")) <= (
            result["scale"][i] * (1 + 1e-12)
        )


def test_the_scale_is_the_same_at_every_step():
    scales = [DEMO.result(step=step, run="noisy")["scale"] for step in (1, 30, 60)]
    assert scales[0] == scales[1] == scales[2]
    assert DEMO.result()["scale"] == [4.0, pytest.approx(25.0)]  # the first slopes


def test_lines_are_those_of_adam_and_of_the_lesson():
    names = [name for name, _, _ in module.LINES]
    source = inspect.getsource(Adam.step)
    assigned = re.findall(r"^        (\w+) = ", source, flags=re.MULTILINE)
    assert assigned == [name for name in names if name != "g"]  # g is handed in
    lesson = "".join("".join(cell["source"]) for cell in json.loads(MECHANICS.read_text())["cells"])
    for _, words, _ in module.LINES:
        assert f'"{words}"' in lesson
    assert Adam().eps == module.EPS == 1e-8


def test_two_steps_by_hand():
    """The calculation of the lesson on mechanics: gradients 2 and −1, alpha 0.1, from 1."""
    adam, theta = Adam(lr=0.1), 1.0
    trace = {name: [] for name in ("g", "m", "v", "m_hat", "v_hat")}
    trace["theta"] = [[theta]]
    for g in (2.0, -1.0):
        theta = adam.step(theta, g)
        trace["theta"].append([theta])
        trace["g"].append([g])
        for name in adam.state:
            trace[name].append([getattr(adam, name)])
    settings = (0.1, 0.9, 0.999)
    first, _ = module.inside(trace, module.Seen("valley"), settings, 1, 0)
    assert first["m"] == "0.9 · 0 + 0.1 · 2 = 0.2"
    assert first["v"] == "0.999 · 0 + 0.001 · 2² = 0.004"
    assert first["m_hat"] == "0.2 / (1 − 0.9¹) = 2"
    assert first["v_hat"] == "0.004 / (1 − 0.999¹) = 4"
    second, _ = module.inside(trace, module.Seen("valley"), settings, 2, 0)
    assert second["m"] == "0.9 · 0.2 + 0.1 · (−1) = 0.08"
    assert second["v"] == "0.999 · 0.004 + 0.001 · (−1)² = 0.004996"
    assert second["m_hat"] == "0.08 / (1 − 0.9²) = 0.4211"
    assert second["v_hat"] == "0.004996 / (1 − 0.999²) = 2.499"
    assert second["theta"] == "0.9000 − 0.1 · 0.4211 / (√2.499 + 10⁻⁸) = 0.8734"


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (25.0, "25"),
        (-4.0, "−4"),
        (0.1 + 0.2, "0.3"),
        (1.89999, "1.900"),
        (-11.9999, "−12.00"),
        (0.050004, "0.05000"),
        (1234.56, "1235"),
        (156.25, "156.3"),
        (9999.7, "1.000 · 10⁴"),
        (0.99996, "1.000"),
        (0.00099996, "0.001000"),
        (0.0001, "0.0001"),
        (300.0, "300"),
        (99999.0, "1.000 · 10⁵"),
        (1.23456e-5, "1.235 · 10⁻⁵"),
        (2e-12, "2 · 10⁻¹²"),
    ],
)
def test_numbers_have_four_digits_or_are_exact(x, text):
    assert module.digits(x) == text


def test_numbers_are_rounded_as_python_rounds_them():
    random = Random(11)
    for _ in range(3000):
        x = random.normal() * 10.0 ** (random.uniform() * 24 - 12)
        assert float(python(module.digits(x))) == float(f"{x:.4g}")


def test_what_the_caption_says():
    first = DEMO.result(step=1)["numbers"]
    assert [abs(x["ratio"]) for x in first] == pytest.approx([1, 1])
    assert abs(first[1]["g"] / first[0]["g"]) == 6.25
    slopes = [DEMO.result(step=step)["numbers"][1]["g"] for step in (1, 9)]
    assert slopes[0] > 0 > slopes[1]  # turned,
    assert DEMO.result(step=9)["numbers"][1]["step"] < 0  # and still the old way
    sparse = [DEMO.result(run="sparse", step=t)["numbers"][1] for t in (10, 11, 12, 13)]
    assert [x["g"] != 0 for x in sparse] == [False, True, False, False]
    assert all(x["step"] < 0 for x in sparse)  # it walks on without a slope
    assert abs(sparse[1]["ratio"]) > 2 * abs(sparse[0]["ratio"])
    assert len(DEMO.caption.split()) <= 60


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_summary_says_what_the_numbers_say(settings):
    result = DEMO.result(**settings)
    words = result["summary"]
    assert words.startswith(f"Step {result['step']} of 60. ")
    assert [label for label, _, _ in result["readouts"]] == [
        "Step of θ₁",
        "Step of θ₂",
        "Loss before",
        "Loss after",
    ]
    lr = DEMO.settings(settings)["lr"]
    for name, x, readout in zip(("θ₁", "θ₂"), result["numbers"], result["readouts"], strict=False):
        assert readout[1:] == [x["step"] / lr, "α"]
        goes = f"{'rises' if x['step'] > 0 else 'falls'} by {abs(x['ratio']):.2f} α."
        if x["step"] == 0:
            goes = "stays where it is."
        assert f"so it {goes}" in words.partition(f"{name}:")[2]
    condition = result["condition"]
    for x, y, (_, loss, _) in (
        (*[n["theta"] for n in result["numbers"]], result["readouts"][2]),
        (*[n["after"] for n in result["numbers"]], result["readouts"][3]),
    ):
        assert loss == pytest.approx((x * x + condition * y * y) / 2)


def test_without_momentum_a_coordinate_stays_until_it_sees_a_slope():
    result = DEMO.result(run="sparse", step=15, beta1=0)
    assert result["numbers"][1]["step"] == 0
    assert "so it stays where it is." in result["summary"].partition("θ₂")[2]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"run": "race"}, "run must be one of valley, sparse, noisy"),
        ({"step": 0}, "step must be a number from 1 to 60"),
        ({"step": 2.5}, "step must be a whole number"),
        ({"lr": inf}, "lr must be a number from 0.01 to 1"),
        ({"beta1": 1}, "beta1 must be a number from 0 to 0.99"),
        ({"beta2": 0}, "beta2 must be a number from 0.5 to 0.9999"),
        ({"eps": 1}, "no setting 'eps'"),
    ],
)
def test_what_cannot_be_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        DEMO.result(**settings)
