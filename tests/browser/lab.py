"""A real JupyterLab on a copy of the chapters, and a notebook that is open in it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

from conftest import ROOT

START = 90  # seconds that JupyterLab may take to start on a busy machine


class LabError(RuntimeError):
    """JupyterLab did not start; its log says why."""


@contextmanager
def running_lab(home):
    """The address of a JupyterLab that serves a copy of the chapters from the folder `home`."""
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
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                f"--port={port}", "--ip=127.0.0.1", "--ServerApp.token=", "--ServerApp.password=",
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
            raise LabError(
                "JupyterLab did not start in time: " + (home / "log").read_text()[-2000:]
            )
        if server.poll() is not None:
            raise LabError("JupyterLab ended: " + (home / "log").read_text()[-2000:])
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


class Notebook:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page, address, path):
        self.page = page
        page.goto(f"{address}lab/tree/{path}?reset")
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.content?.widgets", timeout=START * 1000
        )
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
                     const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
                     const future = session.kernel.requestExecute({ code: "", silent: true,
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
                 const index = notebook.widgets.findIndex(({ model }) =>
                   model.type === "code" && model.sharedModel.source.includes(text));
                 return notebook.scrollToItem(index, "start").catch(() => {});
               }""",
            text,
        )
        return self.page.locator(".jp-CodeCell").filter(has_text=text).first
