"""The landscapes that demos draw as contour lines, by name: heights over a grid.

This file runs unchanged under CPython and MicroPython.
"""

from .. import objectives

POINTS = 61  # in each direction

# What can be descended on in a picture: name -> (words, function of two variables).
LANDSCAPES = {
    "valley": ("narrow valley along an axis (κ = 25)", objectives.Bowl(condition=25)),
    "narrow": ("very narrow valley along an axis (κ = 400)", objectives.Bowl(condition=400)),
    "turned": ("narrow valley turned by 45° (κ = 25)", objectives.RotatedBowl(condition=25)),
    "rosenbrock": ("Rosenbrock's curved valley", objectives.Rosenbrock()),
    "beale": ("Beale's function: flat, with walls", objectives.Beale()),
    "himmelblau": ("Himmelblau's function: four minima", objectives.Himmelblau()),
    "saddle": ("saddle", objectives.Saddle()),
    "plateau": ("plateau", objectives.Plateau()),
    "rastrigin": ("Rastrigin's function: many minima", objectives.Rastrigin()),
}
NAMES = ("valley", "narrow", "turned", "rosenbrock", "beale", "himmelblau", "saddle", "plateau")
NAMES = NAMES + ("rastrigin",)
OPTIONS = [(name, LANDSCAPES[name][0]) for name in NAMES]


def objective(name):
    """The function that a landscape shows."""
    return LANDSCAPES[name][1]


def landscape(name):
    """Heights above the minimum, in rows from the bottom up, and what else the picture needs."""
    function = objective(name)
    left, right, bottom, top = function.box
    xs = [left + (right - left) * i / (POINTS - 1) for i in range(POINTS)]
    ys = [bottom + (top - bottom) * i / (POINTS - 1) for i in range(POINTS)]
    return {
        "name": name,
        "heights": [[function.value((x, y)) - function.least for x in xs] for y in ys],
        "box": [float(edge) for edge in function.box],
        "minima": [[float(x) for x in point] for point in function.minima],
    }
