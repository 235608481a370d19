"""How fast the demos are, in Chromium: `python tests/bench/demos.py`.

For each demo on the built Playground: the time from its coming into view to its being live, and
from an input to the painted picture, over 200 inputs. Beside it, in the same run, the same picture
made by ipywidgets' `interact` and matplotlib in JupyterLab. Nothing is asserted about time.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

from conftest import QUIET, SITE, find_browser
from lab import Notebook, running_lab
from playwright.sync_api import sync_playwright

from adamlib.demos import DEMOS

PLAYGROUND = SITE / "chapters" / "practice" / "playground.html"

# Room above the article, so that no demo is in view before it is asked for.
AWAY = """
addEventListener("DOMContentLoaded", () => {
  document.querySelector("article").style.marginTop = "4000px";
});
"""

# Scrolls to a demo as a reader does, 50 pixels a frame: from its being in view to its being live,
# 0 if it is live before that.
SCROLL = """
(name) => new Promise((resolve) => {
  const root = document.querySelector(`#demo-${name}`).parentElement;
  let seen = null, live = null;
  const frame = (now) => {
    const { top } = root.getBoundingClientRect();
    if (seen === null && top < innerHeight) seen = now;
    if (live === null && root.querySelector("[data-live]")) live = now;
    if (seen !== null && live !== null) return resolve(Math.max(0, live - seen));
    if (top > 100) scrollBy(0, 50);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})
"""

# From the moment an input event is sent until the frame with its result has been painted.
INPUTS = """
async ([name, count]) => {
  const root = document.querySelector(`#demo-${name}`);
  const ranges = [...root.querySelectorAll(".adam-controls input[type=range]")]
    .filter((range) => range.checkVisibility());
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(0);
  }));
  const times = [];
  for (let i = 0; i < count; i++) {
    const range = ranges[i % ranges.length];
    const max = Number(range.max), min = Number(range.min);
    const value = min + ((Math.floor(i / ranges.length) * 7 + 3) % (max - min + 1));
    await new Promise((resolve) => setTimeout(resolve, 30 + 40 * Math.random()));
    if (Number(range.value) === value) continue;
    const done = new Promise((resolve) => {
      const listen = ({ detail }) => {
        if (detail.demo !== name || !detail.done) return;
        document.removeEventListener("adam:result", listen);
        resolve();
      };
      document.addEventListener("adam:result", listen);
    });
    range.value = value;
    const start = performance.now();
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await done;
    times.push((await painted()) - start);
  }
  return times;
}
"""

# The same for ipywidgets: from a key on its slider until another picture has been painted.
INTERACT = """
(count) => {
  const area = document.querySelector(".jp-OutputArea-output .widget-interact, .widget-interact");
  const handle = area.querySelector(".noUi-handle");
  const times = [];
  const once = (i) => new Promise((resolve) => {
    const start = performance.now();
    const observer = new MutationObserver(() => {
      if (!area.querySelector("img, svg.adam-none, canvas")) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    });
    observer.observe(area.querySelector(".jupyter-widgets-output-area, .widget-output"),
      { childList: true, subtree: true, attributes: true });
    handle.focus();
    handle.dispatchEvent(new KeyboardEvent("keydown",
      { key: i % 16 < 8 ? "ArrowLeft" : "ArrowRight", bubbles: true, cancelable: true }));
  });
  return (async () => {
    for (let i = 0; i < count; i++) {
      times.push(await once(i));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return times;
  })();
}
"""

NOTEBOOK = """
%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import FloatSlider, interact
from adamlib.demos import DEMOS

demo = DEMOS["bias-correction"]

def draw(beta2):
    r = demo.result(beta2=beta2)
    fig, axes = plt.subplots(2, 2, figsize=(8, 5))
    t = range(1, len(r["g"]) + 1)
    for ax, names in zip(axes.flat, (("g", "m", "m_hat"), ("g", "v", "v_hat"),
                                     ("uncorrected", "corrected"), ("measured", "formula"))):
        for name in names:
            ax.plot(t, r[name])
        ax.set_xscale("log")
    plt.show()

interact(draw, beta2=FloatSlider(value=0.9, min=0.5, max=0.99, step=0.01));
"""


def summary(times):
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(times)
    return statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]


def on_the_page(browser, name, count):
    """How long a demo takes to wake, and the times of its inputs, in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(AWAY)
    page.goto(PLAYGROUND.as_uri())
    page.wait_for_load_state("networkidle")
    live = page.evaluate(SCROLL, name)
    times = page.evaluate(INPUTS, [name, count]) if DEMOS[name].controls else []
    page.close()
    return live, times


def in_jupyter(browser, count):
    """The times of `interact` with matplotlib, in milliseconds."""
    cell = {
        "cell_type": "code", "id": "bench", "metadata": {}, "outputs": [],
        "execution_count": None, "source": NOTEBOOK,
    }  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    book = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as address:
        Path(home, "bench.ipynb").write_text(json.dumps(book))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        notebook = Notebook(page, address, "bench.ipynb")
        notebook.run_all()
        page.locator(".widget-interact img").wait_for()
        times = page.evaluate(INTERACT, count)
        page.close()
    return times


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=200, help="how many inputs for each demo")
    parser.add_argument("--no-jupyter", action="store_true", help="leave JupyterLab out")
    asked = parser.parse_args()
    if not PLAYGROUND.exists():
        sys.exit("There is no built book: run `make book` first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright), args=QUIET, chromium_sandbox=False
        )
        print(f"{'':24}in view → live   input → painted (ms)")
        print(f"{'demo':24}          (ms)   median   95 %   inputs")
        medians = {}
        for name in DEMOS:
            live, times = on_the_page(browser, name, asked.inputs)
            row = f"{name:24}{live:14.0f}"
            if times:
                medians[name], late = summary(times)
                row += f"{medians[name]:9.1f}{late:7.1f}{len(times):9}"
            print(row, flush=True)
        if not asked.no_jupyter:
            median, late = summary(in_jupyter(browser, max(20, asked.inputs // 5)))
            print(f"{'interact + matplotlib':24}{'':14}{median:9.1f}{late:7.1f}")
            ratio = median / medians["bias-correction"]
            print(f"The same picture of bias correction: {ratio:.1f} times as fast on the page.")
        browser.close()


if __name__ == "__main__":
    main()
