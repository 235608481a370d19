"""The notebooks in a real JupyterLab: every cell runs, and the demos are live ipywidgets."""

import time

import pytest
from lab import Notebook, running_lab

WAIT = 60_000  # milliseconds for anything on its page


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("jupyter")) as address:
        yield address


@pytest.fixture
def notebook(browser, lab):
    """A function that opens a notebook in JupyterLab."""
    contexts = []

    def start(path):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        return Notebook(page, lab, path)

    yield start
    for context in contexts:
        context.close()


def test_a_demo_is_live_linked_and_readable_from_python(notebook):
    book = notebook("chapters/practice/playground.ipynb")
    book.run_all()
    page = book.page
    cell = book.show("link((demo")
    demo = cell.locator(".adam-demo[data-live]")
    demo.wait_for()
    assert book.python("demo.beta2") == 0.999

    # From the page to Python, to the linked widget and to matplotlib's figure.
    slider, output = demo.locator("input[id$='-beta2']"), demo.locator("output").nth(1)
    slider.click()
    clicked = output.inner_text()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "([it, old]) => it.textContent !== old", arg=[output.element_handle(), clicked]
    )
    chosen = float(output.inner_text())
    assert chosen < float(clicked) < 0.999
    deadline = time.monotonic() + 60
    while book.python("[demo.beta2, other.value]") != [chosen, chosen]:
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)
    cell.locator("figcaption", has_text=f"β₂ = {chosen:g}").last.wait_for()

    # From Python to the page.
    before = demo.locator(".adam-readouts dd").first.inner_text()
    page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
             .requestExecute({ code: "demo.beta1 = 0.5" }).done"""
    )
    page.wait_for_function(
        "([it, before]) => it.textContent !== before",
        arg=[demo.locator(".adam-readouts dd").first.element_handle(), before],
    )
    assert book.python("round(float(demo.trace.formula[0]), 6)") == round(
        0.5 / (1 - chosen) ** 0.5, 6
    )
    assert demo.locator("output").first.inner_text() == "0.5"


def test_a_lesson_runs_and_its_demo_is_live(notebook):
    book = notebook("chapters/lesson/bias-correction.ipynb")
    book.run_all()
    cell = book.show("BiasCorrection()")
    demo = cell.locator(".adam-demo[data-live]")
    demo.wait_for()
    first = demo.locator("output").first
    assert first.inner_text() == "0.9"
    demo.locator("input[id$='-beta1']").click()
    book.page.keyboard.press("ArrowLeft")
    book.page.wait_for_function("(it) => it.textContent !== '0.9'", arg=first.element_handle())
    assert cell.locator("svg.adam-chart").count() == 4
