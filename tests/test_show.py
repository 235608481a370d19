"""What a notebook shows, as markup: valid, themed, described, and without clashes."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import matplotlib
import numpy
import pytest

import adamlib
from adamlib import Adam, Bowl, Rosenbrock, descend, plots, show
from adamlib.plots import PALETTE

SETTINGS = dict(matplotlib.rcParams)  # as they are before anything is drawn

WORDS = {"caption": "What to see.", "alt": "What it shows."}


@pytest.fixture(scope="module")
def trace():
    return descend(Adam(lr=0.1), Rosenbrock(), steps=60)


def draw_paths(ax, trace):
    plots.paths(ax, Rosenbrock(), {"Adam": trace, "SGD": trace}, every=10)


def draw_losses(ax, trace):
    noisy = numpy.array([trace.loss, 2 * trace.loss])
    plots.losses(ax, {"Adam": noisy, "uncorrected": trace.loss / 3})


def draw_moments(ax, trace):
    plots.moments(ax, trace, names=("g", "m", "v", "m_hat"), coordinate=0)


def draw_step_sizes(ax, trace):
    plots.step_sizes(ax, {"Adam": trace, "Lion": trace}, lr=0.1, coordinate=1)


def draw_everything(ax, trace):
    """A line for each name of the palette."""
    for i, name in enumerate(PALETTE):
        ax.plot([0, 1], [i, i + 1], label=name, **plots.style(name))


DRAWINGS = [draw_paths, draw_losses, draw_moments, draw_step_sizes, draw_everything]


def figure_of(drawing, trace, **words):
    (ax,) = plots.panels(titles=[drawing.__name__])
    drawing(ax, trace)
    return show.figure(ax, **{**WORDS, **words})


@pytest.fixture(scope="module")
def markups(trace):
    """One figure of each kind, as markup."""
    return {drawing: figure_of(drawing, trace).markup for drawing in DRAWINGS}


every_drawing = pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda d: d.__name__)


def parsed(markup):
    return ElementTree.fromstring(markup)


def texts(markup):
    return ["".join(text.itertext()) for text in parsed(markup).iter("text")]


# The figure as a whole.


def test_a_figure_is_a_picture_with_words(trace):
    shown = figure_of(draw_paths, trace)
    root = parsed(shown.markup)
    assert (root.tag, root.attrib) == ("figure", {"class": "adam-figure"})
    assert [child.tag for child in root] == ["div", "ul", "figcaption"]
    picture, legend, caption = root
    assert picture.attrib == {"role": "img", "aria-label": "What it shows."}
    assert legend.attrib == {"class": "adam-legend", "aria-hidden": "true"}
    assert caption.text == "What to see."
    assert shown._repr_html_() == shown.markup
    assert repr(shown) == "Figure: What to see.\nWhat it shows."


def test_panels_are_pictures_side_by_side(trace):
    axes = plots.panels(3)
    for ax in axes:
        draw_losses(ax, trace)
    root = parsed(show.figure(*axes, **WORDS).markup)
    assert root.attrib == {"class": "adam-figure adam-panels"}
    assert [child.tag for child in root[0]] == ["svg"] * 3


@pytest.mark.parametrize("missing", ["caption", "alt"])
@pytest.mark.parametrize("blank", ["", "  \n"])
def test_a_figure_without_words_is_refused(trace, missing, blank):
    with pytest.raises(ValueError, match="a caption and a description"):
        figure_of(draw_paths, trace, **{missing: blank})


@pytest.mark.parametrize("missing", ["caption", "alt"])
def test_the_words_must_be_given(missing):
    (ax,) = plots.panels()
    words = {name: x for name, x in WORDS.items() if name != missing}
    with pytest.raises(TypeError, match=missing):
        show.figure(ax, **words)


NASTY = "<b>&amp; \"α\" 'β' #1d4ed8 0.123456 </figure>"


def test_all_words_are_escaped():
    (ax,) = plots.panels(titles=[NASTY])
    ax.plot([0, 1], [0, 1], label=NASTY)
    ax.plot([0, 1], [1, 0], label="Adam")
    ax.set(xlabel=NASTY, ylabel=NASTY)
    root = parsed(show.figure(ax, caption=NASTY, alt=NASTY).markup)
    assert root[0].get("aria-label") == NASTY
    assert root.find("figcaption").text == NASTY
    assert ["".join(item.itertext()) for item in root.iter("li")] == [NASTY, "Adam"]


# Pictures.


@every_drawing
def test_a_figure_again_has_the_same_markup_and_leaves_settings_alone(drawing, trace, markups):
    assert figure_of(drawing, trace).markup == markups[drawing]
    assert dict(matplotlib.rcParams) == SETTINGS


def ids(markup):
    return re.findall(r'\bid="([^"]*)"', markup)


def test_no_id_stands_twice_on_a_page(trace, markups):
    axes = plots.panels(2)
    for ax in axes:
        draw_losses(ax, trace)  # two panels that are alike
    markup = show.figure(*axes, **WORDS).markup
    markup += "".join(markups.values())
    found = ids(markup)
    assert len(found) > 2 * len(DRAWINGS)
    assert len(set(found)) == len(found)


@every_drawing
def test_ids_are_those_that_are_used(drawing, markups):
    markup = markups[drawing]
    used = re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', markup)
    assert {one or other for one, other in used} == set(ids(markup)) != set()


@every_drawing
def test_every_colour_is_a_variable_with_its_day_beside_it(drawing, markups):
    """So that nothing is drawn in the day's colour by night."""
    markup = markups[drawing]
    variables = re.findall(r"var\(--adam-(\w+), (#[0-9a-f]{6})\)", markup)
    assert {(name, PALETTE[name][0]) for name, _ in variables} == set(variables) != set()
    rest = re.sub(
        r"var\(--adam-\w+, (#[0-9a-f]{6}|var\(--jp-ui-font-color1, #1f2328\))\)", "", markup
    )
    rest = re.sub(r'href="#[^"]*"|url\(#[^)]*\)', "", rest)
    assert re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|black|white|gray|grey)\b", rest) == []
    # a variable means something in a style only, and not in an attribute such as fill="..."
    assert markup.count("var(") == len(re.findall(r"var\(", "".join(styles(markup))))


def styles(markup):
    return [element.get("style", "") for element in parsed(markup).iter()]


def test_every_colour_of_the_palette_is_used_by_night(markups):
    """The variable of a colour that two names share carries one of them."""
    markup = markups[draw_everything]
    names = set(re.findall(r"--adam-(\w+)", markup))
    assert {PALETTE[name][:2] for name in names} >= {PALETTE[name][:2] for name in PALETTE}


def test_ink_follows_jupyterlabs_theme_where_the_page_has_no_variable(markups):
    assert "var(--adam-ink, var(--jp-ui-font-color1, #1f2328))" in markups[draw_losses]


def test_words_in_a_picture_stand_as_they_were_written():
    """Coordinates are cut to two decimals, numbers that a reader sees are not."""
    (ax,) = plots.panels(titles=["α = 0.00123 at #1d4ed8"])
    ax.plot([0.0, 0.004], [1.0, 2.0])
    ax.set_xticks([0.0, 0.00125, 0.0025])
    ax.set(xlabel="1.23456 steps")
    shown = texts(show.figure(ax, **WORDS).markup)
    for words in ("0.00000", "0.00125", "0.00250", "1.23456 steps", "α = 0.00123 at #1d4ed8"):
        assert words in shown


@every_drawing
def test_pictures_are_slim(drawing, markups):
    markup = markups[drawing]
    inside = "".join(re.findall(r"<[^>]*>", markup))
    assert re.findall(r"\d+\.\d{3,}", inside) == []
    for waste in ("<metadata", "<!--", "<style", "xlink", "xmlns", "font-family", "font:", "<?xml"):
        assert waste not in markup
    assert len(markup) < 60_000


def test_pictures_fit_the_page(markups):
    (svg,) = parsed(markups[draw_losses]).find("div")
    left, top, width, height = map(float, svg.get("viewBox").split())
    assert (left, top) == (0, 0)
    assert 340 < width < 5.4 * 72 + 10
    assert 190 < height < 3.1 * 72 + 10
    # no fixed size: at most 1.15 times its size in print, and a CSS pixel is 3/4 of a point
    assert svg.get("style").startswith(f"max-width: {width * 4 / 3 * 1.15:.0f}px; fill: var(")
    assert (svg.get("width"), svg.get("height")) == (None, None)
    assert (svg.get("aria-hidden"), svg.get("focusable")) == ("true", "false")


def test_text_in_a_picture_has_a_size_and_takes_the_pages_font(markups):
    markup = markups[draw_losses]
    elements = [e for e in parsed(markup).iter() if e.tag in ("text", "tspan") and e.text]
    assert len(elements) > 5
    for element in elements:
        assert re.search(r"font-size: (9|10|10\.5|6\.3)px", element.get("style"))
    bold = [e.text for e in elements if re.search("font-weight: (bold|700)", e.get("style"))]
    assert bold == ["draw_losses"]


# Legends.


def legend(markup):
    """Label -> the attributes of the line beside it."""
    return {"".join(li.itertext()): li.find("svg/path").attrib for li in parsed(markup).iter("li")}


def test_legend_shows_colour_and_dash_of_every_label(markups):
    lines = legend(markups[draw_everything])
    assert list(lines) == list(PALETTE)
    for name, line in lines.items():
        variable, day = re.fullmatch(r"stroke: var\(--adam-(\w+), (.*)\)", line["style"]).groups()
        assert PALETTE[variable][:2] == PALETTE[name][:2]
        assert PALETTE[name][0] in day
        dash = PALETTE[name][2]
        drawn = [float(x) for x in line.get("stroke-dasharray", "").split()]
        assert drawn == pytest.approx([] if dash == "solid" else [1.8 * x for x in dash[1]])


def test_legend_has_each_label_of_all_panels_once(trace):
    axes = plots.panels(2)
    draw_losses(axes[0], trace)
    draw_step_sizes(axes[1], trace)
    assert list(legend(show.figure(*axes, **WORDS).markup)) == ["Adam", "uncorrected", "Lion"]


def test_no_legend_for_one_label_or_when_it_is_not_wanted(trace):
    (ax,) = plots.panels()
    plots.losses(ax, {"Adam": trace.loss})
    assert "<ul" not in show.figure(ax, **WORDS).markup
    (ax,) = plots.panels()
    draw_losses(ax, trace)
    assert "<ul" in show.figure(ax, **WORDS).markup
    assert "<ul" not in show.figure(ax, **WORDS, legend=False).markup


def test_legend_of_bars_bands_and_points():
    (ax,) = plots.panels()
    x = [0.0, 1.0]
    ax.bar(x, x, color=plots.colour("Adam"), label="bars")
    ax.fill_between(x, x, color=plots.colour("SGD"), label="band")
    ax.scatter(x, x, color=plots.colour("Lion"), label="points")
    strokes = {
        label: line["style"] for label, line in legend(show.figure(ax, **WORDS).markup).items()
    }
    assert strokes == {
        label: f"stroke: var(--adam-{name}, {PALETTE[name][0]})"
        for label, name in {"bars": "Adam", "band": "SGD", "points": "Lion"}.items()
    }


# Players.

FRAMES = {0: [[0, 0], [1, 1]], 500: [[2, 0], [0, 1]], 1000: [[2, 1], [0.5, 0.5], [9, 9]]}


def player(**changes):
    options = {"frames": FRAMES, "target": [[1, 0.5]], "box": (0, 2, 0, 1), **WORDS, **changes}
    return show.player(**options)


def test_a_player_holds_all_of_its_frames_and_native_controls():
    shown = player(caption=NASTY, alt=NASTY)
    root = parsed(shown.markup)
    assert (root.tag, root.get("class")) == ("figure", "adam-figure adam-player")
    picture, controls, caption = root
    assert (picture.get("role"), picture.get("aria-label"), caption.text) == ("img", NASTY, NASTY)
    assert [frame.get("data-step") for frame in picture] == ["0", "500", "1000"]
    assert [frame.get("class") for frame in picture] == ["adam-frame"] * 2 + ["adam-frame now"]
    assert [frame.find("span").text for frame in picture] == ["step 0", "step 500", "step 1,000"]
    assert "data-needs-script" in controls.attrib
    assert controls.get("style") == "display: none"  # until the page's style sheet shows them
    button, label, output = controls
    assert (button.tag, button.get("type"), button.text) == ("button", "button", "Play")
    assert (label.tag, label.text.strip()) == ("label", "Step")
    slider = label.find("input")
    assert [slider.get(name) for name in ("type", "min", "max", "value")] == [
        "range",
        "0",
        "2",
        "2",
    ]
    assert slider.get("aria-valuetext") == output.text == "step 1,000 of 1,000"
    assert repr(shown) == f"Player: {NASTY}\n{NASTY}"


def drawn(frame):
    """The dots and the crosses of a frame, as their paths' text."""
    return [path.get("d") for path in frame.iter("path")]


def test_points_stand_where_they_belong_and_outside_of_the_box_nowhere():
    frames = parsed(player().markup)[0]
    # 2 by 1 units are 200 by 100 pixels, and y grows downwards there
    assert [drawn(frame)[0] for frame in frames] == [
        "M0 100h0M100 0h0",
        "M200 100h0M0 0h0",
        "M200 0h0M50 50h0",
    ]
    assert {drawn(frame)[1] for frame in frames} == {"M95 50h10m-5-5v10"}
    assert {frame.find("svg").get("viewBox") for frame in frames} == {"-6 -6 212 112"}


def test_without_a_box_every_point_is_seen():
    frames = parsed(player(box=None, target=None).markup)[0]
    assert [drawn(frame)[0].count("M") for frame in frames] == [2, 2, 3]
    assert [drawn(frame)[1] for frame in frames] == [""] * 3
    assert drawn(frames[2])[0].endswith("M200 0h0")  # (9, 9) is the corner


def test_colours_of_a_player_are_variables():
    assert set(re.findall(r"stroke: ([^\"]*)\"", player().markup)) == {
        f"var(--adam-{name}, {PALETTE[name][0]})" for name in ("Adam", "minimum")
    }


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"caption": " "}, "a caption and a description"),
        ({"alt": ""}, "a caption and a description"),
        ({"frames": {}}, r"two frames or more, in order of their steps; got \[\]"),
        ({"frames": {5: [[0, 0]]}}, r"got \[5\]"),
        ({"frames": {5: [[0, 0]], 2: [[0, 0]]}}, r"got \[5, 2\]"),
        ({"frames": {0: [[0, 0]], 1: [0, 0]}}, r"pairs, of shape \(n, 2\); got \(2,\)"),
        ({"target": [[0, 0, 0]]}, r"got \(1, 3\)"),
    ],
)
def test_bad_players(changes, message):
    with pytest.raises(ValueError, match=message):
        player(**changes)


# Tables and source.


def test_table():
    shown = show.table(["a", "b"], [1, 2.5], ("x", None))
    assert shown.markdown == "| a | b |\n| --- | --- |\n| 1 | 2.5 |\n| x | None |"
    assert shown._repr_markdown_() == repr(shown) == shown.markdown


def test_table_with_a_caption():
    shown = show.table(["a"], [1], caption="All of it.")
    assert shown.markdown == "| a |\n| --- |\n| 1 |\n\nAll of it."


@pytest.mark.parametrize("row", [[], [1], [1, 2, 3]])
def test_rows_must_be_as_long_as_the_header(row):
    message = f"the row {row!r} has {len(row)} cells, the header 2"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        show.table(["a", "b"], [1, 2], row)


THINGS = [Adam, Adam.step, descend, Bowl.gradient, adamlib.optimizers, show.source]


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.__name__)
def test_source_is_the_text_of_the_file(thing):
    shown = show.source(thing)
    first, *lines, last = shown.markdown.splitlines()
    assert (first, last) == ("```python", "```")
    module = getattr(thing, "__module__", None) or thing.__name__
    path = Path(adamlib.__file__).with_name(module.rpartition(".")[2] + ".py")
    text = path.read_text().splitlines()
    method = "." in getattr(thing, "__qualname__", "")
    indented = [("    " + line if method and line else line) for line in lines]
    assert any(text[i : i + len(lines)] == indented for i in range(len(text)))
    if thing is Adam.step:
        assert lines[0] == "def step(self, theta, g):"
        assert lines[-1] == "    return theta"
