"""The notebooks in a real JupyterLab: every cell runs, and the demos are live ipywidgets."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from conftest import ROOT

START = 90  # seconds that JupyterLab may take to start on a busy machine
WAIT = 60_000  # milliseconds for anything on its page


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that serves a copy of the chapters."""
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "chapters", home / "chapters")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = home / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    with open(home / "log", "w") as log:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
                "--ip=127.0.0.1", "--ServerApp.token=", "--ServerApp.password=",
                "--ServerApp.disable_check_xsrf=True", "--LabApp.extension_manager=readonly",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                "--expose-app-in-browser", f"--ServerApp.root_dir={home}",
            ],
            env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(START * 4):
            try:
                urllib.request.urlopen(address + "api", timeout=2).read()
                break
            except OSError:
                if server.poll() is not None:
                    break
                time.sleep(0.25)
        else:
            pytest.fail("JupyterLab did not start in time: " + (home / "log").read_text()[-2000:])
        if server.poll() is not None:
            pytest.fail("JupyterLab ended: " + (home / "log").read_text()[-2000:])
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


class Notebook:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page, address, path):
        self.page = page
        page.goto(f"{address}lab/tree/{path}?reset")
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.content?.widgets", timeout=START * 1000)
        page.wait_for_function(
            "async () => { const it = window.jupyterapp.shell.currentWidget;"
            " await it.context.ready; await it.sessionContext.ready;"
            " return it.sessionContext.session?.kernel?.status === 'idle'; }",
            timeout=START * 1000,
        )

    def run_all(self):
        """Run every cell; fail with the first error that a cell shows."""
        errors = self.page.evaluate(
            """async () => {
                 const notebook = window.jupyterapp.shell.currentWidget;
                 await window.jupyterapp.commands.execute("notebook:run-all-cells");
                 const kernel = notebook.sessionContext.session.kernel;
                 await kernel.requestExecute({ code: "" }).done;
                 const cells = notebook.content.model.sharedModel.cells;
                 return cells.flatMap((cell) => (cell.toJSON().outputs ?? [])
                   .filter((output) => output.output_type === "error")
                   .map((output) => `${output.ename}: ${output.evalue}`));
               }"""
        )
        assert errors == []

    def python(self, expression):
        """What an expression is worth in the notebook's kernel."""
        return json.loads(
            self.page.evaluate(
                """async (expression) => {
                     const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                     const future = kernel.requestExecute({ code: "", silent: true,
                       user_expressions: { it: `__import__("json").dumps(${expression})` } });
                     const { content } = await future.done;
                     const it = content.user_expressions.it;
                     if (it.status === "error") throw new Error(it.evalue);
                     return it.data["text/plain"].slice(1, -1);
                   }""",
                expression,
            )
        )

    def show(self, text):
        """Scroll to the output of the code cell that contains a text and return that cell."""
        self.page.evaluate(
            """(text) => {
                 const notebook = window.jupyterapp.shell.currentWidget.content;
                 const index = notebook.widgets.findIndex(
                   (cell) => cell.model.type === "code" && cell.model.sharedModel.source.includes(text));
                 return notebook.scrollToItem(index, "start").catch(() => {});
               }""",
            text,
        )
        return self.page.locator(".jp-CodeCell").filter(has_text=text).first


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

    # From the page to Python, to the linked widget and to matplotlib's figure: by mouse, by keyboard.
    slider, output = demo.locator("input[id$='-beta2']"), demo.locator("output").nth(1)
    slider.click()
    clicked = output.inner_text()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("([it, old]) => it.textContent !== old", arg=[output.element_handle(), clicked])
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
    assert book.python("round(float(demo.trace.formula[0]), 6)") == round(0.5 / (1 - chosen) ** 0.5, 6)
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
    book.page.wait_for_function("(it) => it.textContent !== '0.9'", arg=first.element_handle())
    assert cell.locator("svg.adam-chart").count() == 4
