"""A real browser and the built site, for every test in this folder."""

import os
import shutil
import subprocess
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import sync_playwright

from adamlib.sphinx_ext.serve import Handler

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
POLICY = (
    "default-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:"
)
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW_TO_GET_ONE = (
    "No browser was found for the browser tests: install Chromium (Debian and Ubuntu: "
    "`sudo apt-get install chromium`; elsewhere: `.venv/bin/playwright install chromium`) "
    "and run `make test` again."
)


def pages():
    """Every page of the table of contents, as a path below the site."""
    contents = yaml.safe_load(ROOT.joinpath("_toc.yml").read_text())
    files = [contents["root"]]
    files += [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    return [f"{file}.html" for file in files]


def find_browser(playwright):
    """The path of a Chromium. Installs Debian's where that needs no password; else fails."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    own = Path(playwright.chromium.executable_path)
    if own.exists():
        return str(own)
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-q"], capture_output=True, check=False)
        subprocess.run(
            ["apt-get", "install", "-qy", "--no-install-recommends", "chromium"],
            capture_output=True,
            check=False,
        )
        if path := shutil.which("chromium"):
            return path
    pytest.fail(HOW_TO_GET_ONE, pytrace=False)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        path = find_browser(playwright)
        running = playwright.chromium.launch(
            executable_path=path, args=QUIET, chromium_sandbox=os.geteuid() != 0
        )
        yield running
        running.close()


class StrictHandler(Handler):
    """The book's server, which also forbids whatever the pages are not supposed to need."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="session")
def http():
    """The address of the built site on a local server."""
    if not SITE.joinpath("index.html").exists():
        pytest.fail("There is no built site: run `make book` first.", pytrace=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(StrictHandler, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def address(request, http):
    """Where the site is read from: a server or, by double click, the folder itself."""
    return http if request.param == "http" else SITE.as_uri() + "/"


class Visit:
    """A page in the browser, with everything that went wrong on it."""

    def __init__(self, page, base):
        self.page = page
        self.base = base
        self.requests = []
        self.faults = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("response", self._response)
        page.on("console", self._console)

    def _response(self, response):
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def open(self, path):
        """Go to a page of the site and wait until it has nothing more to load."""
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def strangers(self):
        """Requests to anything that is not the site."""
        own = (self.base, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


@pytest.fixture
def visit(browser, http):
    """A function that makes a `Visit`; its keywords are Playwright's for a browser context."""
    contexts = []

    def start(base=http, width=1280, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        return Visit(context.new_page(), base)

    yield start
    for context in contexts:
        context.close()
