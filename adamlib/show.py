"""What a notebook shows: figures that follow the reader's theme, tables, and source code.

The same objects are displayed by JupyterLab and by the built page.
"""

import hashlib
import html
import inspect
import io
import re
import textwrap

import matplotlib.style
import numpy
from matplotlib.colors import to_hex

from adamlib.plots import PALETTE, STYLE

# The colour of text: the page's, or JupyterLab's, or by day.
INK = f"var(--adam-ink, var(--jp-ui-font-color1, {PALETTE['ink'][0]}))"


class Html:
    """Something that a notebook displays as HTML."""

    def __init__(self, markup, text):
        self.markup = markup
        self.text = text

    def _repr_html_(self):
        return self.markup

    def __repr__(self):
        return self.text


class Markdown:
    """Something that a notebook displays as Markdown."""

    def __init__(self, markdown):
        self.markdown = markdown

    def _repr_markdown_(self):
        return self.markdown

    def __repr__(self):
        return self.markdown


def figure(*axes, caption, alt, legend=True):
    """The panels as one figure, with a caption that all see and a description for those who cannot.

    Args:
        axes: what `adamlib.plots.panels` made, drawn upon.
        caption: what to see in the figure, in one or two sentences of plain text.
        alt: what the figure shows, in words, for a reader who cannot see it.
        legend: whether to write the legend of the first panel that has labels.

    Raises:
        ValueError: if the caption or the description is missing.
    """
    if not caption.strip() or not alt.strip():
        raise ValueError("a figure needs a caption and a description of what it shows (alt)")
    pictures = "".join(_svg(ax.figure, i) for i, ax in enumerate(axes))
    kind = "adam-figure" if len(axes) == 1 else "adam-figure adam-panels"
    markup = (
        f'<figure class="{kind}">'
        f'<div role="img" aria-label="{html.escape(alt, quote=True)}">{pictures}</div>'
        f"{_legend(axes) if legend else ''}"
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
    return Html(markup, f"Figure: {caption}\n{alt}")


def player(frames, *, caption, alt, target=None, box=None):
    """Clouds of points over time: a picture with a slider, or all pictures side by side.

    The page's script shows one frame at a time and plays them. Without it, in print and in
    JupyterLab, all frames stand side by side, each with its step.

    Args:
        frames: a dictionary from the step, a whole number, to points of shape (n, 2), in order.
        caption: what to see, in one or two sentences of plain text.
        alt: what happens from the first frame to the last, in words, for who cannot see it.
        target: points that are marked by a cross in every frame, shape (k, 2).
        box: (left, right, bottom, top), the part of the plane that is shown; what lies outside is
            left out. By default the smallest box that holds every point.

    Raises:
        ValueError: if a text is missing, there are fewer than two frames, or points are no pairs.
    """
    if not caption.strip() or not alt.strip():
        raise ValueError("a player needs a caption and a description of what it shows (alt)")
    steps = list(frames)
    if len(steps) < 2 or steps != sorted(steps):
        raise ValueError(f"a player needs two frames or more, in order of their steps; got {steps}")
    clouds = [numpy.asarray(points, dtype=float) for points in frames.values()]
    cross = numpy.empty((0, 2)) if target is None else numpy.asarray(target, dtype=float)
    for points in (*clouds, cross):
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"points are pairs, of shape (n, 2); got {points.shape}")
    if box is None:
        everything = numpy.concatenate([*clouds, cross])
        (left, bottom), (right, top) = everything.min(axis=0), everything.max(axis=0)
    else:
        left, right, bottom, top = box
    unit = 200 / max(right - left, top - bottom)
    width, height = round((right - left) * unit), round((top - bottom) * unit)

    def pixels(points):
        x, y = ((points - (left, top)) * (unit, -unit)).round().astype(int).T
        inside = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
        return zip(x[inside].tolist(), y[inside].tolist(), strict=True)

    marks = "".join(f"M{x - 5} {y}h10m-5-5v10" for x, y in pixels(cross))
    pictures = []
    for step, points in zip(steps, clouds, strict=True):
        now = " now" if step == steps[-1] else ""
        dots = "".join(f"M{x} {y}h0" for x, y in pixels(points))
        pictures.append(
            f'<span class="adam-frame{now}" data-step="{step}" style="display: inline-block">'
            f'<svg viewBox="-6 -6 {width + 12} {height + 12}" width="150" aria-hidden="true" '
            'focusable="false" fill="none" stroke-linecap="round">'
            f'<path d="{dots}" style="stroke: {_variable("Adam")}" stroke-width="3.5"/>'
            f'<path d="{marks}" style="stroke: {_variable("minimum")}" stroke-width="2"/></svg>'
            f"<span>step {step:,}</span></span>"
        )
    words = f"step {steps[-1]:,} of {steps[-1]:,}"
    markup = (
        '<figure class="adam-figure adam-player">'
        f'<div role="img" aria-label="{html.escape(alt, quote=True)}">{"".join(pictures)}</div>'
        '<div class="adam-player-controls" data-needs-script="" style="display: none">'
        '<button type="button" class="adam-button">Play</button>'
        f'<label>Step <input type="range" min="0" max="{len(steps) - 1}" value="{len(steps) - 1}" '
        f'aria-valuetext="{words}"/></label><output>{words}</output></div>'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
    return Html(markup, f"Player: {caption}\n{alt}")


def table(header, *rows, caption=None):
    """A table. Numbers are shown as they come: format them first.

    Args:
        header: the names of the columns.
        rows: sequences of the same length.
    """
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"the row {row!r} has {len(row)} cells, the header {len(header)}")
    lines = [header, ["---"] * len(header), *rows]
    text = "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
    return Markdown(f"{text}\n\n{caption}" if caption else text)


def palette_css(*nights):
    """The colours and dashes of `adamlib.plots.PALETTE` as variables of a page's style sheet.

    Args:
        nights: rules for when the page is dark, with %s for what they contain.
    """

    def colours(index):
        return "".join(f" --adam-{name}: {look[index]};\n" for name, look in PALETTE.items())

    dashes = "".join(
        f" --adam-{name}-dash: {_dashes(look[2])};\n" for name, look in PALETTE.items()
    )
    sheet = f"/* Made from adamlib.plots.PALETTE. */\n:root {{\n{colours(0)}{dashes}}}\n"
    return sheet + "".join(night % f"\n{colours(1)}" + "\n" for night in nights)


def source(thing):
    """The source of a class, function or module, as it stands in its file."""
    code = textwrap.dedent(inspect.getsource(thing)).rstrip()
    return Markdown(f"```python\n{code}\n```")


def _svg(fig, number):
    file = io.StringIO()
    with matplotlib.style.context(STYLE), matplotlib.rc_context({"svg.hashsalt": "adam"}):
        fig.savefig(file, format="svg")
    return _slim(file.getvalue(), number)


def _slim(svg, number):
    """Make matplotlib's SVG fit to stand in a page: small, without ids that clash, themed.

    `number` tells panels of one figure apart that look alike.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(
        r"<metadata>.*?</metadata>|<!--.*?-->|<defs>\s*<style.*?</style>\s*</defs>",
        "",
        svg,
        flags=re.S,
    )
    used = set(re.findall(r'(?:xlink:)?href="#([^"]+)"|url\(#([^)]+)\)', svg))
    used = {a or b for a, b in used}
    svg = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", svg)
    prefix = f"f{hashlib.sha256((str(number) + svg).encode()).hexdigest()[:8]}-"
    for name in used:
        svg = re.sub(rf'(["#(]){re.escape(name)}(?=["\)])', rf"\g<1>{prefix}{name}", svg)
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r' xmlns:xlink="[^"]*"| version="1.1"', "", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d+\.\d\d)\d+", r"\1", tag[0]), svg)
    svg = re.sub(r"font: (bold |\d+ )?([\d.]+)px [^;\"]*", _font, svg)
    svg = re.sub(r"; font-family: [^;\"]*| transform=\"rotate\(-0 [^\"]*\"", "", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"#[0-9a-f]{6}\b", _themed, tag[0]), svg)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    head = f'<svg viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false"'
    head += f' style="max-width: {float(width) * 4 / 3 * 1.15:.0f}px; fill: {INK}">'
    svg = head + svg[svg.index(">") + 1 :]
    return re.sub(r">\s+<", "><", svg).strip()


def _themed(match):
    """A colour of the palette as the page's variable; by day where the page has none."""
    names = [name for name, (day, _, _) in PALETTE.items() if day == match[0]]
    if not names:
        return match[0]
    return _variable(names[0])


def _variable(name):
    return INK if name == "ink" else f"var(--adam-{name}, {PALETTE[name][0]})"


def _font(match):
    """A font with its size and weight only: the family is the page's."""
    weight = "; font-weight: bold" if match[1] else ""
    return f"font-size: {match[2]}px{weight}"


def _dashes(dash):
    """A dash of the palette as CSS has it, at the width of the page's lines."""
    return "none" if dash == "solid" else " ".join(f"{1.8 * length:g}" for length in dash[1])


def _legend(axes):
    """A legend in HTML, below the panels: readable on a phone, and the same for all of them."""
    entries = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    if len(entries) < 2:
        return ""
    items = (f"<li>{_sample(handle)}{html.escape(label)}</li>" for label, handle in entries.items())
    return f'<ul class="adam-legend" aria-hidden="true">{"".join(items)}</ul>'


def _sample(handle):
    """The stretch of line, or the patch of colour, that stands beside a label."""
    if hasattr(handle, "get_color"):
        stroke, width = handle.get_color(), 2.4
        lengths = handle._unscaled_dash_pattern[1] or ()
    else:  # bars, bands and scattered points
        patch = handle[0] if isinstance(handle, tuple) else handle
        stroke, width, lengths = patch.get_facecolor(), 8, ()
        stroke = stroke if len(stroke) == 4 else stroke[0]
    stroke = re.sub("#[0-9a-f]{6}", _themed, to_hex(stroke))
    dashes = " ".join(f"{1.8 * length:g}" for length in lengths)
    pattern = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        '<svg width="30" height="10" viewBox="0 0 30 10" focusable="false"><path d="M0 5h30" '
        f'style="stroke: {stroke}" stroke-width="{width}"{pattern}/></svg>'
    )
