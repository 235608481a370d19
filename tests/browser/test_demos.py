"""The live demos, as a reader meets them on the built Playground: adamlib itself, in the page."""

import gzip
import itertools
import math
import random
import re

import pytest
from conftest import ROOT, SITE
from test_site import AXE, LAYOUT_SHIFT

from adamlib.demos import DEMOS, NAMES
from adamlib.exercises import SOLUTION, TEMPLATE

PLAYGROUND = "chapters/practice/playground.html"
LIVE = 20_000  # milliseconds that a demo may take to wake when the machine is busy

every_demo = pytest.mark.parametrize("name", NAMES)
with_controls = pytest.mark.parametrize("name", [n for n, demo in DEMOS.items() if demo.controls])
everywhere = pytest.mark.parametrize("address", ("http", "file"), indirect=True)

# The last complete result of each demo, and how many results there were.
LISTEN = """
window.results = {}; window.counts = {};
document.addEventListener("adam:result", ({ detail }) => {
  window.counts[detail.demo] = (window.counts[detail.demo] ?? 0) + 1;
  if (detail.done) window.results[detail.demo] = detail;
});
"""


def wake(page, name):
    """Bring a demo into view and wait until it is live."""
    page.locator(f"[data-demo='{name}']").scroll_into_view_if_needed()
    page.locator(f"#demo-{name}[data-live]").wait_for(timeout=LIVE)
    return page.locator(f"#demo-{name}")


def fragment(name, settings):
    """The end of an address that opens a demo with these settings."""

    def text(value):
        if isinstance(value, list):
            return ",".join(value)
        if value is None:
            return ""  # a number that is left open
        return str(value).lower() if isinstance(value, bool) else str(value)

    return f"#demo-{name}?" + "&".join(f"{key}={text(value)}" for key, value in settings.items())


def ask(page, name, settings):
    """Give a demo these settings by the address, and wait for what it computed for them."""
    page.evaluate(
        "(hash) => { location.hash = '#'; location.hash = hash; }", fragment(name, settings)
    )
    page.wait_for_function(
        """([name, wanted]) => {
             const last = window.results[name];
             return last && Object.entries(wanted).every(
               ([key, value]) => JSON.stringify(last.settings[key]) === JSON.stringify(value));
           }""",
        arg=[name, settings],
        timeout=60_000,
    )
    return page.evaluate("(name) => window.results[name].result", name)


def values(control):
    """A few values that a control can take, its extremes among them."""
    if control.kind == "slider":
        return [control.values[0], control.values[-1], *control.values[1:-1:3]]
    if control.kind == "count":
        return [control.low, control.high, (control.low + control.high) // 2]
    if control.kind == "number":
        return [control.low / 2 + control.high / 2, control.low * 0.75 + control.high * 0.25 + 0.01]
    if control.kind == "switch":
        return [True, False]
    names = [option for option, _ in control.options]
    return [names[:1], names[-2:], names[::2]] if control.kind == "choices" else names


def as_number(text):
    """The number that the page writes as "0.5", "−3", "10⁻⁸" or "2.5·10⁻⁷"."""
    plain = text.replace("−", "-")
    power = plain.lstrip("-0123456789.·").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    if not power:
        return float(plain)
    mantissa = plain.partition("10" + text[-len(power) :])[0].rstrip("·")
    return float(f"{mantissa or 1}e{power}")


def samples(demo, count=7):
    """Settings to try: the defaults, and others drawn from all that the controls allow."""
    draw = random.Random(demo.name)
    tried = [{control.name: control.default for control in demo.controls}]
    while len(tried) < count and demo.controls:
        tried.append({control.name: draw.choice(values(control)) for control in demo.controls})
    return tried


def differences(page, python, path=""):
    """Where two results differ, to the last bit."""
    if isinstance(python, dict):
        if set(page) != set(python):
            return [f"{path}: {sorted(page)} against {sorted(python)}"]
        return [d for key in python for d in differences(page[key], python[key], f"{path}.{key}")]
    if isinstance(python, (list, tuple)):
        if len(page) != len(python):
            return [f"{path}: {len(page)} against {len(python)} entries"]
        pairs = enumerate(zip(page, python, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{path}[{i}]")]
    if isinstance(python, float) and type(page) is int:
        page = float(page)  # JSON has written 1e18 without a point
    if isinstance(python, float) and math.isnan(python):
        return [] if isinstance(page, float) and math.isnan(page) else [f"{path}: {page} not NaN"]
    same = page == python and isinstance(page, bool) == isinstance(python, bool)
    return [] if same else [f"{path}: {page!r} against {python!r}"]


@everywhere
@every_demo
def test_it_wakes_and_asks_nobody(visit, address, name):
    here = visit(address)
    here.page.add_init_script(LAYOUT_SHIFT)
    page = here.open(PLAYGROUND)
    wake(page, name)
    assert here.strangers() == []
    assert here.faults == []
    assert page.evaluate("window.shifted") < 0.01


@every_demo
def test_the_page_computes_what_cpython_computes_to_the_last_bit(visit, name):
    here = visit()
    here.page.add_init_script(LISTEN)
    page = here.open(PLAYGROUND)
    wake(page, name)
    demo = DEMOS[name]
    for settings in samples(demo):
        if settings:
            found = ask(page, name, settings)
        else:
            found = page.evaluate("(name) => window.results[name].result", name)
        expected = demo.result(**settings)
        assert differences(found, expected) == [], settings
    assert here.faults == []


@with_controls
def test_every_number_beside_a_control_is_its_value(visit, name):
    here = visit()
    here.page.add_init_script(LISTEN)
    page = here.open(PLAYGROUND)
    wake(page, name)
    for settings in samples(DEMOS[name], 4):
        ask(page, name, settings)
        for control in DEMOS[name].controls:
            field = page.locator(f"[id='demo-{name}-{control.name}']")
            if control.kind == "choices":
                checked = page.locator(f"[id^='demo-{name}-{control.name}-']:checked")
                assert checked.count() == len(settings[control.name])
                continue
            if not field.count():
                continue  # not shown with these settings
            if control.kind in {"slider", "count"}:
                shown = page.locator(f"output[for='demo-{name}-{control.name}']").text_content()
                said = field.get_attribute("aria-valuetext")
                assert float(said.split()[0]) == settings[control.name]
                assert as_number(shown.split()[0]) == settings[control.name]
                assert said.split()[1:] == shown.split()[1:]  # the unit
                at = int(field.input_value())
                stands = control.values[at] if control.kind == "slider" else at
                assert stands == settings[control.name]
            elif control.kind == "switch":
                assert field.is_checked() == settings[control.name]
            elif control.kind == "number":
                typed = settings[control.name]
                assert (
                    field.input_value() == ""
                    if typed is None
                    else float(field.input_value()) == typed
                )
            else:
                offered = [
                    option
                    for option, _ in control.options
                    if all(settings[k] in v for k, v in control.only.get(option, {}).items())
                ]
                chosen = settings[control.name]
                assert field.input_value() == (chosen if chosen in offered else offered[0])


@every_demo
def test_every_readout_shows_the_number_that_was_computed(visit, name):
    page = visit().open(PLAYGROUND)
    wake(page, name)
    readouts = DEMOS[name].result()["readouts"]
    shown = page.locator(f"#demo-{name} .adam-readouts dd").all_inner_texts()
    assert len(shown) == len(readouts)
    for text, (label, value, unit) in zip(shown, readouts, strict=True):
        if not isinstance(value, (int, float)):
            continue
        digits = text.removesuffix(unit).strip()
        number = as_number(digits)
        assert number == pytest.approx(
            value, rel=6e-3 if digits.endswith(tuple("⁰¹²³⁴⁵⁶⁷⁸⁹")) else 6e-4
        ), label


@with_controls
def test_controls_work_by_keyboard_and_reset_brings_the_defaults_back(visit, name):
    here = visit()
    page = here.open(PLAYGROUND)
    page.evaluate(LISTEN)
    figure = wake(page, name)
    slider = figure.locator(".adam-controls input[type=range]").first
    before = slider.input_value()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(name) => window.counts[name] >= 1", arg=name)
    assert slider.input_value() != before
    figure.get_by_role("button", name="Reset").click()
    assert slider.input_value() == before


@with_controls
def test_the_link_carries_the_settings(visit, name):
    here = visit()
    page = here.open(PLAYGROUND)
    figure = wake(page, name)
    slider = figure.locator(".adam-controls input[type=range]").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    chosen = slider.get_attribute("aria-valuetext")
    figure.get_by_role("link", name="Link to these settings").click()
    assert f"#demo-{name}?" in page.url
    again = visit()
    again.page.goto(page.url)
    again.page.locator(f"#demo-{name}[data-live]").wait_for(timeout=LIVE)
    assert (
        again.page.locator(f"#demo-{name} .adam-controls input[type=range]").first.get_attribute(
            "aria-valuetext"
        )
        == chosen
    )
    assert again.faults == []


@pytest.mark.parametrize(
    "rubbish",
    (
        "#demo-bias-correction?beta1=7",
        "#demo-bias-correction?beta1=&beta2==0.9&stream=%zz&x=1&&&=",
        "#demo-bias-correction?beta1=NaN&stream=<img src=x onerror=alert(1)>",
        "#demo-bias-correction?" + "beta1=0.5&" * 500,
        "#demo-constructor?__proto__=1",
        "#demo-",
        "#%",
    ),
)
def test_rubbish_in_the_address_does_no_harm(visit, rubbish):
    here = visit()
    here.page.add_init_script(LISTEN)
    here.page.goto(here.base + PLAYGROUND + rubbish)
    figure = wake(here.page, "bias-correction")
    here.page.wait_for_function("() => window.results['bias-correction']")
    settings = here.page.evaluate("window.results['bias-correction'].settings")
    assert DEMOS["bias-correction"].settings(settings) == settings
    if "=7" in rubbish:
        assert "beta1=7" in figure.locator(".adam-demo-note").inner_text()
    assert here.page.locator("img[src=x]").count() == 0
    assert here.faults == []


def test_what_is_overtaken_is_not_computed_and_the_last_word_wins(visit):
    here = visit()
    page = here.open(PLAYGROUND)
    page.evaluate(LISTEN)
    figure = wake(page, "bias-correction")
    slider = figure.locator("input[type=range]").first
    last = DEMOS["bias-correction"].controls[0].values[5]
    slider.evaluate(
        """(input) => {
             for (let i = 0; i < 100; i++) {
               input.value = i === 99 ? 5 : i % 20;
               input.dispatchEvent(new Event("input", { bubbles: true }));
             }
           }"""
    )
    page.wait_for_function(
        "(last) => window.results['bias-correction']?.settings.beta1 === last", arg=last
    )
    page.wait_for_timeout(300)  # nothing older may come in afterwards
    assert page.evaluate("window.results['bias-correction'].settings.beta1") == last
    assert page.evaluate("window.counts['bias-correction']") < 20


def test_a_result_is_announced_once_the_reader_has_stopped(visit):
    page = visit().open(PLAYGROUND)
    figure = wake(page, "bias-correction")
    said = figure.locator("p[role=status]")
    said.evaluate(
        """(status) => { window.said = [];
             new MutationObserver(() => window.said.push(status.textContent))
               .observe(status, { childList: true, characterData: true, subtree: true }); }"""
    )
    slider = figure.locator("input[type=range]").first
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => window.said.some((text) => text.includes('β₁'))")
    spoken = [text for text in page.evaluate("window.said") if text]
    assert len(spoken) == 1
    assert slider.get_attribute("aria-valuetext") in spoken[0]


OBSTACLES = {
    "WebAssembly": ("delete window.WebAssembly", "no WebAssembly"),
    "workers": ("delete window.Worker", "no workers"),
    "a forbidden worker": (
        "window.Worker = class { constructor() { throw new DOMException('', 'SecurityError'); } }",
        "does not let the page start a worker",
    ),
}


@pytest.mark.parametrize("missing", OBSTACLES)
def test_without_what_it_needs_the_static_figure_stays_and_says_why(visit, missing):
    script, words = OBSTACLES[missing]
    here = visit()
    here.page.add_init_script(script)
    _stays_static(here, words)
    assert here.faults == []


@pytest.mark.parametrize("fault", ("absent", "truncated"))
def test_without_its_script_the_static_figure_stays_and_says_why(visit, fault):
    here = visit()
    body = SITE.joinpath("_static", "demos.js").read_bytes()
    here.page.route(
        "**/demos.js*",
        lambda route: (
            route.abort()
            if fault == "absent"
            else route.fulfill(body=body[: len(body) // 2], content_type="text/javascript")
        ),
    )
    words = {"absent": "did not load", "truncated": "damaged"}[fault]
    _stays_static(here, words)


def _stays_static(here, words):
    page = here.open(PLAYGROUND)
    figure = page.locator("#demo-bias-correction")
    figure.scroll_into_view_if_needed()
    note = figure.locator(".adam-demo-note")
    note.wait_for(timeout=LIVE)
    assert words in note.inner_text()
    assert figure.locator("svg.adam-chart:visible").count() == 4
    assert figure.locator("input:visible, button:visible").count() == 0


def test_a_worker_that_dies_is_replaced(visit):
    """A computation that hangs ends its worker; the demo says so and goes on with the next."""
    here = visit()
    here.page.add_init_script(
        """const Plain = window.Worker;
           window.Worker = class extends Plain {
             postMessage(message) {
               if (message.settings?.beta1 === 0.5) return; // as if it computed for ever
               super.postMessage(message);
             }
           };"""
    )
    page = here.open(PLAYGROUND)
    page.evaluate(LISTEN)
    figure = wake(page, "bias-correction")
    page.evaluate("location.hash = '#demo-bias-correction?beta1=0.5'")
    note = figure.locator(".adam-demo-note")
    note.wait_for(timeout=LIVE)
    assert "took too long" in note.inner_text()
    ask(page, "bias-correction", {"beta1": 0.6})
    assert not note.is_visible()


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("width", (1280, 390))
def test_axe_finds_no_violation_in_the_live_playground(visit, width, scheme):
    page = visit(width=width, scheme=scheme).open(PLAYGROUND)
    for name in DEMOS:
        wake(page, name)
    page.locator("#demo-write-adam").get_by_role("button", name="Run and check").click()
    page.locator("#demo-write-adam .adam-verdict").wait_for(timeout=LIVE)
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """axe.run({ exclude: ['.katex-html'] }, {
             runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
             resultTypes: ['violations'] })"""
    )
    assert [
        (rule["id"], node["target"]) for rule in found["violations"] for node in rule["nodes"]
    ] == []


@pytest.mark.parametrize("width", (360, 390, 768))
def test_the_live_playground_fits_a_narrow_screen(visit, width):
    page = visit(width=width).open(PLAYGROUND)
    for name in DEMOS:
        wake(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_printing_keeps_the_pictures_and_leaves_the_controls_out(visit):
    page = visit().open(PLAYGROUND)
    for name in DEMOS:
        wake(page, name)
    page.emulate_media(media="print")
    assert page.locator(".adam-demo svg.adam-chart:visible").count() >= 10
    assert page.locator(".adam-controls:visible, .adam-demo button:visible").count() == 0


# Write Adam yourself


class Exercise:
    """The exercise on the page."""

    def __init__(self, page):
        self.page = page
        self.figure = wake(page, "write-adam")
        self.editor = self.figure.locator(".cm-content")

    def write(self, text):
        self.editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def text(self):
        return "\n".join(self.figure.locator(".cm-line").all_text_contents()).strip("\n")

    def run(self):
        self.editor.click()
        self.page.keyboard.press("Control+Enter")
        verdict = self.figure.locator(".adam-verdict")
        self.figure.get_by_role("button", name="Run and check").wait_for(timeout=LIVE)
        verdict.wait_for(timeout=LIVE)
        return verdict.inner_text()


@everywhere
def test_the_exercise_names_the_mistake_and_accepts_the_solution(visit, address):
    here = visit(address)
    exercise = Exercise(here.open(PLAYGROUND))
    assert "Nothing moves yet" in exercise.run()
    exercise.write(SOLUTION.replace("v_hat**0.5 + self.eps", "(v_hat + self.eps) ** 0.5"))
    said = exercise.run()
    assert "✗" in said
    assert re.search("ε|eps", said)
    assert "root" in said
    exercise.write(SOLUTION)
    assert "✓ This is Adam" in exercise.run()
    assert here.faults == []


def test_a_loop_without_end_is_stopped_and_the_page_never_freezes(visit):
    here = visit()
    page = here.open(PLAYGROUND)
    exercise = Exercise(page)
    exercise.write("while True: pass")
    page.evaluate(
        """() => { window.frames_ = 0; window.longest = 0; let last = performance.now();
             const count = (now) => { window.longest = Math.max(window.longest, now - last);
               last = now; window.frames_++; requestAnimationFrame(count); };
             requestAnimationFrame(count); }"""
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(200)
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, -400)
    page.wait_for_function("(before) => scrollY < before", arg=before, timeout=1000)
    verdict = exercise.figure.locator(".adam-verdict")
    assert not verdict.is_visible()  # it is still running, and the page has scrolled
    verdict.wait_for(timeout=LIVE)
    assert "2 seconds" in verdict.inner_text()
    assert page.evaluate("window.frames_") > 30
    assert exercise.text() == "while True: pass"
    exercise.write(SOLUTION)
    assert "✓" in exercise.run()
    assert here.faults == []


@pytest.mark.parametrize(
    "rubbish",
    ("", "hello", "def f(:", "import js\njs.postMessage('x')", "class MyAdam:\n    pass",
     "def f():\n    return f()\nf()", "raise SystemExit", "x = 'a' * 10**9",
     "class MyAdam: step = 3"),
)  # fmt: skip
def test_rubbish_gets_a_verdict_and_nothing_is_lost(visit, rubbish):
    here = visit()
    exercise = Exercise(here.open(PLAYGROUND))
    exercise.write(rubbish or " ")
    assert "✗" in exercise.run()
    assert exercise.text().split() == rubbish.split()
    exercise.write(SOLUTION)
    assert "✓" in exercise.run()
    assert here.faults == []


def test_what_code_changes_does_not_outlive_it(visit):
    exercise = Exercise(visit().open(PLAYGROUND))
    exercise.write("import adamlib.optimizers\nadamlib.optimizers.Adam.step = None\n" + TEMPLATE)
    exercise.run()
    exercise.write(SOLUTION)
    assert "✓" in exercise.run()


def test_the_text_survives_a_reload_and_can_be_brought_back(visit):
    here = visit()
    exercise = Exercise(here.open(PLAYGROUND))
    exercise.write("mine = 1")
    here.page.reload()
    exercise = Exercise(here.page)
    assert exercise.text() == "mine = 1"
    exercise.figure.get_by_role("button", name="Start again").click()
    assert exercise.text() == TEMPLATE.strip("\n")
    exercise.editor.press("Control+z")
    assert exercise.text() == "mine = 1"


def test_hints_come_one_by_one_and_the_solution_last(visit):
    exercise = Exercise(visit().open(PLAYGROUND))
    solution = exercise.figure.get_by_role("button", name="Write the solution")
    hints = exercise.figure.locator(".adam-hints li")
    for given in itertools.count():
        assert hints.count() == given
        more = exercise.figure.get_by_role("button", name=re.compile("hint", re.I)).first
        if not more.is_enabled():
            break
        assert not solution.is_enabled()
        more.click()
    assert given >= 4
    solution.click()
    assert exercise.text() == SOLUTION.strip("\n")
    assert "✓" in exercise.run()


def test_where_nothing_may_be_kept_the_exercise_says_so(visit):
    here = visit()
    here.page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
             get() { throw new DOMException("forbidden", "SecurityError"); } });"""
    )
    exercise = Exercise(here.open(PLAYGROUND))
    exercise.write("mine = 1")
    exercise.figure.get_by_text("will not survive a reload").wait_for()
    assert exercise.text() == "mine = 1"
    assert here.faults == []


def test_the_editor_can_be_left_by_keyboard(visit):
    page = visit().open(PLAYGROUND)
    exercise = Exercise(page)
    exercise.editor.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run and check"


def test_the_committed_bundle_is_within_its_budget():
    """At most 450 KiB with gzip, once for the site."""
    script = ROOT.joinpath("adamlib", "static", "demos.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= 450 * 1024
