"""What the figures draw: the numbers of the runs, in colours and dashes that can be told apart."""

import inspect
import re

import matplotlib
import matplotlib.style
import numpy
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from adamlib import OPTIMIZERS, Adam, Bowl, Himmelblau, Kink, Momentum, Saddle, descend, plots, show
from adamlib.plots import PALETTE

NAMES = [rule.__name__ for rule in OPTIMIZERS]
QUANTITIES = ["g", "m", "v", "corrected", "uncorrected", "minimum", "ink", "axis"]
DECORATION = ["grid", "contour"]  # lines that may be faint: nothing is read off them alone

BY_DAY, BY_NIGHT = "#ffffff", "#14181d"

SETTINGS = dict(matplotlib.rcParams)  # as they are before anything is drawn


@pytest.fixture
def ax():
    return plots.panels()[0]


@pytest.fixture(scope="module")
def trace():
    return descend(Adam(lr=0.1), Bowl(), steps=30)


@pytest.fixture(scope="module")
def line_trace():
    return descend(Adam(lr=0.1), Kink(), steps=30)


def drawn(ax):
    """The labelled lines: label -> line."""
    lines = {line.get_label(): line for line in ax.get_lines()}
    return {label: line for label, line in lines.items() if not label.startswith("_")}


def numbers(line):
    return line.get_xdata(orig=True), line.get_ydata(orig=True)


def dash(line):
    """The dash of a drawn line, in units of its width."""
    return tuple(line._unscaled_dash_pattern[1] or ())


# The palette.


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)


def test_palette_has_every_optimizer_in_order():
    assert list(PALETTE)[: len(NAMES)] == NAMES
    assert set(PALETTE) == {*NAMES, *QUANTITIES, *DECORATION}


@pytest.mark.parametrize("name", NAMES + QUANTITIES)
def test_colours_stand_out_by_day_and_by_night(name):
    day, night, _ = PALETTE[name]
    assert contrast(day, BY_DAY) >= 3
    assert contrast(night, BY_NIGHT) >= 3


@pytest.mark.parametrize("column", [0, 1, 2], ids=["by day", "by night", "dash"])
def test_every_optimizer_has_a_colour_and_a_dash_of_its_own(column):
    assert len({PALETTE[name][column] for name in NAMES}) == len(NAMES) == 10


def test_dashes_of_optimizers_look_different():
    """For each two of them, some stroke or gap differs by the line's width or more."""
    dashes = [(1000, 0) if PALETTE[n][2] == "solid" else PALETTE[n][2][1] for n in NAMES]
    dashes = numpy.array([numpy.resize(lengths, 12) for lengths in dashes])
    apart = numpy.abs(dashes[:, None] - dashes[None]).max(axis=-1)
    assert apart[numpy.triu_indices(10, 1)].min() >= 1


def test_one_colour_by_day_is_one_colour_by_night():
    """The page finds a colour's night by its day."""
    nights = {}
    for day, night, _ in PALETTE.values():
        assert nights.setdefault(day, night) == night


def test_the_style_file_uses_colours_of_the_palette():
    style = matplotlib.rc_params_from_file(plots.STYLE, use_default_template=False)
    colours = {to_hex(x) for key, x in style.items() if "color" in key and x != "none"}
    used = {PALETTE[name][0] for name in ("ink", "axis", "grid")}
    assert {x for x in colours if x != to_hex("none")} - {"#000000"} == used


# Style by name.

LABELS = [
    ("Adam", "Adam"),
    ("Adam, lr = 0.1", "Adam"),
    ("Adam without correction", "Adam"),
    ("AdamW", "AdamW"),
    ("AdamW, λ = 0.1", "AdamW"),
    ("AdaMax", "AdaMax"),
    ("SGD, lr = 0.01", "SGD"),
    ("m", "m"),
    ("momentum", "ink"),
    ("Adamant", "ink"),
    ("something else", "ink"),
    ("", "ink"),
]


@pytest.mark.parametrize(("label", "name"), LABELS)
def test_style_of_a_label_is_that_of_the_name_it_begins_with(ax, label, name):
    (line,) = ax.plot([0, 1], [0, 1], **plots.style(label))
    lengths = PALETTE[name][2]
    assert to_hex(line.get_color()) == PALETTE[name][0] == plots.colour(name)
    assert dash(line) == (() if lengths == "solid" else lengths[1])


def test_colour_of_an_unknown_name_is_an_error():
    with pytest.raises(KeyError, match="Adamant"):
        plots.colour("Adamant")


# Axes.


def test_panels_are_pictures_of_their_own():
    axes = plots.panels(3, titles=["one", "two"])
    assert len({ax.figure for ax in axes}) == 3
    assert [ax.get_title(loc="left") for ax in axes] == ["one", "two", ""]
    assert all(type(ax.figure) is Figure for ax in axes)  # unknown to pyplot: nothing to close


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ({}, (5.4, 3.1)),
        ({"count": 1}, (5.4, 3.1)),
        ({"count": 2}, (3.7, 3.1)),
        ({"count": 2, "width": 2.5, "height": 2.0}, (2.5, 2.0)),
    ],
)
def test_size_of_panels(arguments, size):
    for ax in plots.panels(**arguments):
        assert tuple(ax.figure.get_size_inches()) == size


def test_panels_have_the_style_of_the_file(ax):
    assert not ax.spines["top"].get_visible()
    assert not ax.spines["right"].get_visible()
    assert to_hex(ax.spines["left"].get_edgecolor()) == PALETTE["axis"][0]
    assert ax.get_facecolor()[3] == 0


def test_lines_and_grids_have_the_style_of_the_file(ax):
    """They are drawn after `panels` has returned, when the style is no longer in force."""
    style = matplotlib.rc_params_from_file(plots.STYLE, use_default_template=False)
    plots.losses(ax, {"Adam": [1.0, 0.5]})
    assert drawn(ax)["Adam"].get_linewidth() == style["lines.linewidth"] == 1.8
    lines = [line for line in ax.yaxis.get_gridlines() if line.get_visible()]
    assert {to_hex(line.get_color()) for line in lines} == {PALETTE["grid"][0]}
    assert {line.get_linewidth() for line in lines} == {style["grid.linewidth"]}


GRID = numpy.array([[100.0, 1.0, 10.0], [numpy.nan, 1000.0, numpy.inf]])

DRAWERS = {
    "contours": lambda ax, trace: plots.contours(ax, Bowl(), points=20),
    "paths": lambda ax, trace: plots.paths(ax, Bowl(), {"Adam": trace}, every=5),
    "losses": lambda ax, trace: plots.losses(ax, {"Adam": trace.loss}),
    "moments": lambda ax, trace: plots.moments(ax, trace, coordinate=0),
    "step_sizes": lambda ax, trace: plots.step_sizes(ax, {"Adam": trace}, 0.1, coordinate=0),
    "heat_map": lambda ax, trace: plots.heat_map(ax, GRID, ["a", "b"], ["x", "y", "z"]),
}


def test_every_drawing_function_is_listed():
    functions = inspect.getmembers(plots, inspect.isfunction)
    assert set(DRAWERS) == {
        name for name, f in functions if next(iter(inspect.signature(f).parameters), "") == "ax"
    }


@pytest.mark.parametrize("name", DRAWERS)
def test_a_drawing_function_returns_its_axes_and_names_them(ax, trace, name):
    assert DRAWERS[name](ax, trace) is ax
    if name == "heat_map":  # its rows and columns have names; what they vary, only a caller knows
        return
    assert ax.get_xlabel()
    if name != "moments":  # its legend says what is drawn
        assert ax.get_ylabel()


@pytest.mark.parametrize("name", DRAWERS)
def test_global_settings_stay_as_they_are(trace, name):
    DRAWERS[name](plots.panels(2, titles=["a", "b"])[0], trace)
    assert dict(matplotlib.rcParams) == SETTINGS


# What is drawn.


@pytest.mark.parametrize("kind", [Bowl, Himmelblau, Saddle])
def test_contours_are_where_the_function_has_their_heights(ax, kind):
    objective = kind()
    plots.contours(ax, objective, levels=6, points=200)
    (lines,) = [c for c in ax.collections if hasattr(c, "levels")]
    assert len(lines.levels) == 6
    ratios = lines.levels[1:] / lines.levels[:-1]
    assert ratios == pytest.approx(ratios[0])
    for level, path in list(zip(lines.levels, lines.get_paths(), strict=True))[
        3:
    ]:  # between the points, low ones are coarse
        heights = [objective.value(point) - objective.least for point in path.vertices.tolist()]
        assert heights == pytest.approx([level] * len(heights), rel=0.06)
    left, right, bottom, top = objective.box
    assert (ax.get_xlim(), ax.get_ylim()) == ((left, right), (bottom, top))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("θ₁", "θ₂")


@pytest.mark.parametrize("kind", [Bowl, Himmelblau, Saddle])
def test_contours_mark_every_minimum(ax, kind):
    plots.contours(ax, kind(), points=20)
    marks = [line for line in ax.get_lines() if line.get_marker() == "+"]
    assert [tuple(line.get_xydata()[0]) for line in marks] == list(kind().minima)
    assert {to_hex(line.get_color()) for line in marks} == {plots.colour("minimum")}


def test_paths_are_the_thetas(ax, trace):
    other = descend(Momentum(), Bowl(), steps=12)
    plots.paths(ax, Bowl(), {"Adam": trace, "Momentum, lr = 0.01": other}, every=10)
    lines = drawn(ax)
    for label, run in (("Adam", trace), ("Momentum, lr = 0.01", other)):
        assert lines[label].get_xydata().tolist() == run.theta.tolist()
    assert to_hex(lines["Momentum, lr = 0.01"].get_color()) == plots.colour("Momentum")
    dots = [line.get_xydata() for line in ax.get_lines() if line.get_marker() == "."]
    assert [points.tolist() for points in dots] == [
        run.theta[::10].tolist() for run in (trace, other)
    ]
    starts = [line.get_xydata() for line in ax.get_lines() if line.get_marker() == "o"]
    assert [points.tolist() for points in starts] == [[list(Bowl().start)]]


def test_paths_without_dots(ax, trace):
    plots.paths(ax, Bowl(), {"Adam": trace})
    assert [line for line in ax.get_lines() if line.get_marker() == "."] == []


def test_losses_of_one_run(ax, trace):
    plots.losses(ax, {"Adam": trace.loss})
    steps, values = numbers(drawn(ax)["Adam"])
    assert steps.tolist() == list(range(31))
    assert values.tolist() == trace.loss.tolist()
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "step t", "loss")
    assert len(ax.collections) == 0


def test_losses_of_several_seeds_are_their_median_and_range(ax):
    runs = [[9.0, 3.0, 1.0], [8.0, 5.0, 2.0], [7.0, 1.0, 6.0]]
    plots.losses(ax, {"SGD": runs}, ylabel="regret", xlabel="epoch", log=False)
    assert numbers(drawn(ax)["SGD"])[1].tolist() == [8.0, 3.0, 2.0]
    (band,) = ax.collections
    corners = {tuple(point) for point in band.get_paths()[0].vertices.tolist()}
    ranges = [(0, 7, 9), (1, 1, 5), (2, 1, 6)]
    assert corners == {(t, y) for t, *ends in ranges for y in ends}
    assert to_hex(band.get_facecolor()[0]) == plots.colour("SGD")
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("linear", "epoch", "regret")


def test_moments_are_the_columns_of_the_trace(ax, trace):
    names = ("g", "m", "v", "m_hat", "v_hat")
    plots.moments(ax, trace, names=names, coordinate=1, labels={"g": "slope"})
    lines = drawn(ax)
    assert list(lines) == ["slope", "m", "v", "m̂", "v̂"]
    for name, line in zip(names, lines.values(), strict=True):
        steps, values = numbers(line)
        assert steps.tolist() == list(range(1, 31))
        assert values.tolist() == getattr(trace, name)[:, 1].tolist()
    looks = [(to_hex(line.get_color()), dash(line)) for line in lines.values()]
    for i, name in enumerate(("g", "m", "v")):
        assert looks[i] == (PALETTE[name][0], PALETTE[name][2][1])
    for i, name in enumerate(("m", "v"), start=3):  # corrected: the same colour, without gaps
        assert looks[i] == (PALETTE[name][0], ())
    assert ax.get_xlabel() == "step t"


def test_moments_of_a_function_of_one_variable(ax, line_trace):
    plots.moments(ax, line_trace)
    assert list(drawn(ax)) == ["g", "m", "m̂"]
    assert numbers(drawn(ax)["m̂"])[1].tolist() == line_trace.m_hat.tolist()


def test_step_sizes_are_in_units_of_the_learning_rate(ax, trace):
    plots.step_sizes(ax, {"Adam": trace}, lr=0.1, coordinate=1)
    steps, values = numbers(drawn(ax)["Adam"])
    assert steps.tolist() == list(range(1, 31))
    assert values.tolist() == (numpy.abs(numpy.diff(trace.theta[:, 1])) / 0.1).tolist()
    assert values[0] == pytest.approx(1.0)
    (one,) = [line for line in ax.get_lines() if line not in drawn(ax).values()]
    assert set(one.get_ydata()) == {1}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step t", "|step| in units of α")


def test_step_sizes_of_a_function_of_one_variable(ax, line_trace):
    plots.step_sizes(ax, {"Adam": line_trace}, lr=0.05)
    expected = numpy.abs(line_trace.step) / 0.05
    assert numbers(drawn(ax)["Adam"])[1].tolist() == expected.tolist()


# Heat maps.


def cells(ax):
    """(row, column) -> (the opacity of its patch, what is written in it)."""
    filled = {
        (round(p.get_y() + 0.48), round(p.get_x() + 0.48)): p.get_alpha()
        for p in ax.patches
        if p.get_fill()
    }
    written = {(round(t.get_position()[1]), round(t.get_position()[0])): t for t in ax.texts}
    return {place: (filled.get(place), t.get_text()) for place, t in written.items()}


def test_heat_map_writes_every_number_and_colours_the_lower_ones_more_strongly(ax):
    plots.heat_map(ax, GRID, ["a", "b"], ["x", "y", "z"], text="{:.0f}")
    shown = cells(ax)
    assert {place: text for place, (_, text) in shown.items()} == {
        (0, 0): "100", (0, 1): "1", (0, 2): "10", (1, 0): "–", (1, 1): "1000", (1, 2): "–",
    }  # fmt: skip
    # in equal ratios: 1 is the lowest and gets a half, 1000 the highest and gets nothing
    assert [shown[place][0] for place in [(0, 1), (0, 2), (0, 0), (1, 1)]] == pytest.approx(
        [0.5, 1 / 3, 1 / 6, 0.0]
    )
    assert shown[1, 0][0] is shown[1, 2][0] is None
    assert {to_hex(p.get_facecolor()) for p in ax.patches if p.get_fill()} == {
        plots.colour("corrected")
    }
    assert [t.get_text() for t in ax.get_xticklabels()] == ["x", "y", "z"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    left, right, bottom, top = *ax.get_xlim(), *ax.get_ylim()
    assert (left, right, bottom, top) == (-0.5, 2.5, 1.5, -0.5)  # the first row is at the top


def test_heat_map_frames_the_lowest(ax):
    plots.heat_map(ax, GRID, ["a", "b"], ["x", "y", "z"])
    (frame,) = [p for p in ax.patches if not p.get_fill()]
    assert (frame.get_x(), frame.get_y()) == pytest.approx((0.52, -0.48))
    assert to_hex(frame.get_edgecolor()) == plots.colour("ink")


def test_heat_map_in_equal_differences(ax):
    plots.heat_map(ax, [[-1.0, 0.0, 3.0]], ["a"], ["x", "y", "z"], log=False)
    assert [cells(ax)[0, j][0] for j in range(3)] == pytest.approx([0.5, 0.375, 0.0])


def test_heat_map_of_equal_numbers(ax):
    plots.heat_map(ax, [[2.0, 2.0]], ["a"], ["x", "y"])
    assert [cells(ax)[0, j][0] for j in range(2)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1.0, 2.0, 3.0]], "values have shape (1, 3), but 1 rows and 2 columns are named"),
        ([[numpy.nan, numpy.inf]], "none of the values is finite: there is nothing to show"),
        ([[1.0, 0.0]], "a logarithmic scale needs values above 0: use log=False"),
    ],
)
def test_heat_map_refuses(ax, values, message):
    with pytest.raises(ValueError) as error:
        plots.heat_map(ax, values, ["a"], ["x", "y"])
    assert str(error.value) == message


@pytest.mark.parametrize(("column", "ground"), [(0, BY_DAY), (1, BY_NIGHT)], ids=["day", "night"])
def test_numbers_in_a_heat_map_can_be_read(ax, column, ground):
    """On the strongest cell: half of the colour over the page's ground."""
    plots.heat_map(ax, [[1.0, 2.0]], ["a"], ["x", "y"])
    strongest = max(alpha for alpha, _ in cells(ax).values())
    ink, paint = PALETTE["ink"][column], PALETTE["corrected"][column]
    mixed = [
        strongest * int(paint[i : i + 2], 16) + (1 - strongest) * int(ground[i : i + 2], 16)
        for i in (1, 3, 5)
    ]
    cell = "#" + "".join(f"{round(c):02x}" for c in mixed)
    assert contrast(ink, cell) >= 4.5
    assert contrast(cell, ground) >= 1.8  # and the strongest differs from the weakest


def test_a_heat_map_follows_the_theme(ax):
    plots.heat_map(ax, GRID, ["a", "b"], ["x", "y", "z"])
    markup = show.figure(ax, caption="c", alt="a").markup
    bare = re.sub(
        r"var\(--adam-\w+, (#[0-9a-f]{6}|var\(--jp-ui-font-color1, #1f2328\))\)", "", markup
    )
    assert re.findall(r": #[0-9a-f]{6}", bare) == []
    assert "var(--adam-corrected" in markup or "var(--adam-Adam" in markup
