"""The book's figures: what is drawn on an axes, in one style and one set of colours.

Every function takes a matplotlib `ax`, draws on it and returns it. `panels` makes the axes, and
`adamlib.show.figure` puts them on the page.
"""

from pathlib import Path

import matplotlib.style
import numpy
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

STYLE = Path(__file__).with_name("adamlib.mplstyle")
WIDTH = matplotlib.rc_params_from_file(STYLE, use_default_template=False)["lines.linewidth"]

# name: (by day, by night, dash). Each optimizer has a colour and a dash of its own, so that figures
# can be read without colour. Everything that draws, in Python or in the page, takes them from here.
PALETTE = {
    "SGD": ("#6b7280", "#9ca3af", (0, (1, 1.4))),
    "Momentum": ("#b45309", "#fbbf24", (0, (6, 2))),
    "AdaGrad": ("#7c6a00", "#d9c74a", (0, (3, 1.4, 1, 1.4))),
    "RMSprop": ("#0f766e", "#2dd4bf", (0, (3.2, 1.4))),
    "Adam": ("#1d4ed8", "#7aa7ff", "solid"),
    "AdamW": ("#7c3aed", "#b79cff", (0, (8, 2, 1, 2))),
    "AMSGrad": ("#be123c", "#fb7185", (0, (2, 1))),
    "NAdam": ("#0369a1", "#38bdf8", (0, (5, 1, 1, 1, 1, 1))),
    "AdaMax": ("#a21caf", "#e879f9", (0, (1, 3))),
    "Lion": ("#4d7c0f", "#a3e635", (0, (10, 3))),
    # What is not an optimizer.
    "ink": ("#1f2328", "#e6e8eb", "solid"),
    "axis": ("#8a919c", "#7f8792", "solid"),
    "grid": ("#d5d9e0", "#3a404a", "solid"),
    "contour": ("#b3bac6", "#4a515d", "solid"),
    "g": ("#737b87", "#99a1ad", (0, (1, 1.4))),
    "m": ("#b45309", "#fbbf24", (0, (6, 2))),
    "v": ("#0f766e", "#2dd4bf", (0, (3.2, 1.4))),
    "corrected": ("#1d4ed8", "#7aa7ff", "solid"),
    "uncorrected": ("#be123c", "#fb7185", (0, (4, 1.6))),
    "minimum": ("#15803d", "#4ade80", "solid"),
}


def style(name):
    """Colour, dash and width of an optimizer's or quantity's line, as keywords for `ax.plot`.

    A label that begins with a known name, such as "Adam, lr = 0.1", gets that name's style.
    """
    known = [key for key in PALETTE if name == key or name.startswith((key + " ", key + ","))]
    day, _, dash = PALETTE[max(known, key=len, default="ink")]
    return {"color": day, "linestyle": dash, "linewidth": WIDTH}


def colour(name):
    """The colour of an optimizer or quantity by day; the page turns it into the night's."""
    return PALETTE[name][0]


def panels(count=1, width=None, height=3.1, titles=()):
    """A list of `count` axes, each a picture of its own, so that they can stack on a phone.

    Args:
        count: how many panels. Two or more stand side by side where there is room.
        width, height: of one panel, in inches; the width is 5.4 for one panel and 3.7 for more.
        titles: a title for each panel, if they need one.
    """
    width = width or (5.4 if count == 1 else 3.7)
    axes = []
    for i in range(count):
        with matplotlib.style.context(STYLE):
            ax = Figure(figsize=(width, height), layout="tight").add_subplot()
            if i < len(titles):
                ax.set_title(titles[i])
        axes.append(ax)
    return axes


def contours(ax, objective, levels=14, points=120):
    """Lines of equal height of a function of two variables, over its box; a cross at each minimum.

    The levels are spaced by equal factors, because these functions span many orders of magnitude.
    """
    left, right, bottom, top = objective.box
    x, y = numpy.linspace(left, right, points), numpy.linspace(bottom, top, points)
    heights = numpy.array([[objective.value((a, b)) for a in x] for b in y]) - objective.least
    low = max(heights.min(), heights.max() * 1e-5)
    steps = numpy.geomspace(low, heights.max(), levels + 1)[:-1]
    ax.contour(x, y, heights, steps, colors=colour("contour"), linewidths=0.8)
    for a, b in objective.minima:
        ax.plot(a, b, "+", color=colour("minimum"), markersize=9, markeredgewidth=2)
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="θ₁", ylabel="θ₂")
    return ax


def paths(ax, objective, traces, every=None):
    """The ways that several runs took, drawn over the contours of the objective.

    Args:
        traces: a dictionary from label to `adamlib.Trace`.
        every: put a dot at each so many steps, to show the speed; no dots if None.
    """
    contours(ax, objective)
    for label, trace in traces.items():
        look = style(label)
        ax.plot(trace.theta[:, 0], trace.theta[:, 1], label=label, **look)
        if every:
            dots = trace.theta[::every]
            ax.plot(dots[:, 0], dots[:, 1], ".", color=look["color"], markersize=5)
    x, y = next(iter(traces.values())).theta[0]
    ax.plot(x, y, "o", color=colour("ink"), markersize=5)
    return ax


def losses(ax, runs, ylabel="loss", xlabel="step t", log=True):
    """Loss against steps: the median over seeds as a line, their whole range as a band.

    Args:
        runs: a dictionary from label to one run (shape `(steps,)`) or several (`(seeds, steps)`).
    """
    for label, values in runs.items():
        values = numpy.atleast_2d(numpy.asarray(values, dtype=float))
        steps = numpy.arange(values.shape[1])
        look = style(label)
        ax.plot(steps, numpy.median(values, axis=0), label=label, **look)
        if len(values) > 1:
            low, high = values.min(axis=0), values.max(axis=0)
            ax.fill_between(steps, low, high, color=look["color"], alpha=0.15, linewidth=0)
    if log:
        ax.set_yscale("log")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(axis="y")
    return ax


def moments(ax, trace, names=("g", "m", "m_hat"), coordinate=None, labels=None):
    """Gradient and moving averages of one run against the step.

    Args:
        names: columns of the trace: "g", "m", "v", "m_hat", "v_hat", ...
        coordinate: which coordinate, for a function of several variables.
        labels: a dictionary from name to the words of the legend.
    """
    words = {"m_hat": "m̂", "v_hat": "v̂"}
    for name in names:
        values = getattr(trace, name)
        values = values if coordinate is None else values[:, coordinate]
        label = (labels or {}).get(name, words.get(name, name))
        t = numpy.arange(1, len(values) + 1)
        look = style(name.removesuffix("_hat"))
        if name.endswith("_hat"):
            look["linestyle"] = "solid"  # corrected: the same colour, without gaps
        ax.plot(t, values, label=label, **look)
    ax.set(xlabel="step t")
    ax.grid(axis="y")
    return ax


def step_sizes(ax, traces, lr, coordinate=None):
    """How far each step went, in units of the learning rate, with a line at 1.

    Args:
        traces: a dictionary from label to `adamlib.Trace`.
        lr: the learning rate that all of them ran with.
    """
    for label, trace in traces.items():
        length = trace.step if coordinate is None else trace.step[:, coordinate]
        t = numpy.arange(1, len(length) + 1)
        ax.plot(t, numpy.abs(length) / lr, label=label, **style(label))
    ax.axhline(1, color=colour("axis"), linewidth=0.8)
    ax.set(xlabel="step t", ylabel="|step| in units of α")
    ax.grid(axis="y")
    return ax


def heat_map(ax, values, rows, columns, text="{:.2g}", log=True):
    """A grid of numbers: the lower a number, the stronger its colour; a frame around the lowest.

    The numbers stand in the cells, so that nothing hangs on the colour. It is one colour of the
    palette, laid on at most half opaque: by day and by night the cells stay readable.

    Args:
        values: shape `(rows, columns)`. What is not finite is shown as a dash.
        rows, columns: what to write beside each row, from top to bottom, and below each column.
        text: how to write a number, as for `str.format`.
        log: whether equal ratios, and not equal differences, get equal steps of colour.

    Raises:
        ValueError: if the names do not fit the values, if none of them is finite, or if `log` meets
            a value that is not above 0.
    """
    values = numpy.asarray(values, dtype=float)
    if values.shape != (len(rows), len(columns)):
        names = f"{len(rows)} rows and {len(columns)} columns are named"
        raise ValueError(f"values have shape {values.shape}, but {names}")
    finite = numpy.isfinite(values)
    if not finite.any():
        raise ValueError("none of the values is finite: there is nothing to show")
    if log and values[finite].min() <= 0:
        raise ValueError("a logarithmic scale needs values above 0: use log=False")
    height = numpy.full(values.shape, numpy.nan)
    height[finite] = numpy.log(values[finite]) if log else values[finite]
    low, high = height[finite].min(), height[finite].max()
    strength = 0.5 * (high - height) / (high - low or 1.0)
    for i, j in numpy.ndindex(values.shape):
        corner = (j - 0.48, i - 0.48)
        if finite[i, j]:
            alpha, best = strength[i, j], height[i, j] == low
            ax.add_patch(
                Rectangle(corner, 0.96, 0.96, facecolor=colour("corrected"), alpha=alpha, lw=0)
            )
            if best:
                ax.add_patch(
                    Rectangle(corner, 0.96, 0.96, fill=False, edgecolor=colour("ink"), lw=1.6)
                )
        words = text.format(values[i, j]) if finite[i, j] else "–"
        ax.text(j, i, words, ha="center", va="center", fontsize=9, color=colour("ink"))
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
