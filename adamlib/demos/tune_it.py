"""Tune it: how the loss at the end depends on the learning rate and one hyper-parameter more."""

from .declare import Choice, Demo
from .landscape import objective
from .runs import (
    KNOBS,
    LANDSCAPE,
    LETTERS,
    NAMES,
    NOISE,
    RATES,
    RULES,
    Cache,
    setting,
    steps_setting,
    walk,
    words,
)

COLUMNS = RATES + (3.16, 10.0)  # what the Race tries, and two too large for most
BATCH = 8  # cells from one result to the next

# What the second axis may be: the hyper-parameter's name, for most optimizers and for the others.
SECOND = ("beta2", "beta1", "eps")
OTHERWISE = {("beta1", "Momentum"): "beta", ("beta2", "RMSprop"): "rho"}
ROWS = {
    "beta2": (0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999),
    "rho": (0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999),
    "beta1": (0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99),
    "beta": (0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99),
    "eps": (1e-10, 1e-8, 1e-6, 1e-4, 0.01, 1, 100),
}

grids = Cache(12)


def hyperparameter(optimizer, second):
    """The optimizer's own name for this axis, or None if it has nothing of the kind."""
    name = OTHERWISE.get((second, optimizer), second)
    return name if name in KNOBS[optimizer] else None


def having(second):
    """The names of the optimizers that have this axis."""
    return tuple(name for name in NAMES if hyperparameter(name, second))


def axis(optimizer, second):
    """The hyper-parameter of the rows: the one asked for, or else the first that there is."""
    for asked in (second,) + SECOND:
        name = hyperparameter(optimizer, asked)
        if name:
            return name
    return None


class Grid:
    """The scores of all cells, as far as they are computed.

    Attributes:
        loss: rows of scores, from the lowest value of the second axis; None where there is none.
        left: the step at which such a run left the numbers; 0 where it did not, or has not run yet.
    """

    def __init__(self, optimizer, name):
        self.optimizer, self.name = optimizer, name
        self.values = tuple(float(x) for x in ROWS[name]) if name else (None,)
        self.loss = [[None] * len(COLUMNS) for _ in self.values]
        self.left = [[0] * len(COLUMNS) for _ in self.values]
        self.done = 0
        # Every second cell of every second row comes first: a coarse picture of the whole.
        cells = [(row, column) for row in range(len(self.values)) for column in range(len(COLUMNS))]
        self.order = [c for c in cells if c[0] % 2 == 0 and c[1] % 2 == 0]
        self.order += [c for c in cells if c[0] % 2 or c[1] % 2]

    def go_on(self, function, steps, noise):
        """Compute the next cells."""
        start = tuple(float(x) for x in function.start)
        for row, column in self.order[self.done : self.done + BATCH]:
            keywords = {"lr": COLUMNS[column]}
            if self.name:
                keywords[self.name] = self.values[row]
            rule = RULES[self.optimizer]
            run = walk(lambda: rule(**keywords), function, start, steps, noise)  # noqa: B023
            self.loss[row][column] = run.score
            self.left[row][column] = run.left or 0
            self.done += 1

    @property
    def complete(self):
        """Whether every cell has been computed."""
        return self.done == len(self.order)

    def best(self, rows):
        """The loss, row and column of the lowest cell of these rows, or None."""
        found = [
            (loss, row, column)
            for row in rows
            for column, loss in enumerate(self.loss[row])
            if loss is not None
        ]
        return min(found) if found else None


def compute(landscape, optimizer, second, steps, noise):
    """The grid, in parts from coarse to fine; what has been computed once is there at once."""
    name = axis(optimizer, second)
    grid = grids.get((landscape, optimizer, name, steps, noise), lambda: Grid(optimizer, name))
    where = (landscape, steps, noise)
    return result(grid, second, where) if grid.complete else fill(grid, second, where)


def fill(grid, second, where):
    """Results with more and more cells."""
    landscape, steps, noise = where
    while not grid.complete:
        grid.go_on(objective(landscape), steps, noise)
        yield result(grid, second, where)


def result(grid, second, where):
    """What the figure shows when the grid is as it is."""
    landscape, steps, noise = where
    optimizer, name = grid.optimizer, grid.name
    rows = range(len(grid.values))
    best = grid.best(rows)
    function = objective(landscape)
    first = float(function.value(function.start) - function.least)
    usual = None
    if name:
        usual = grid.values.index(getattr(RULES[optimizer](), name))
    near = sum(
        1 for row in grid.loss for loss in row if loss is not None and best and loss <= 10 * best[0]
    )
    readouts = [
        ["Lowest loss", best and best[0], ""],
        ["at α", best and COLUMNS[best[2]], ""],
    ]
    if name:
        readouts.append(["and %s" % LETTERS[name], best and grid.values[best[1]], ""])
    readouts.append(["Cells within 10 times of it", near, "of %d" % len(grid.order)])
    data = {
        "optimizer": optimizer,
        "name": name,
        "letter": LETTERS[name] if name else None,
        "rates": list(COLUMNS),
        "values": list(grid.values),
        "loss": [list(row) for row in grid.loss],
        "left": [list(row) for row in grid.left],
        "best": [best[1], best[2]] if best else None,
        "usual": usual,
        "first": first,
        # What the Race has to be told to show the run of a cell, but for the cell itself.
        "race": {
            "landscape": landscape,
            "optimizers": [optimizer],
            "tuned": False,
            "steps": steps,
            "noise": noise,
        },
        "race_rate": "lr_" + optimizer,
        "race_value": KNOBS[optimizer][name] if name else None,
        "summary": summary(grid, second, where, best, usual),
        "readouts": readouts,
    }
    if not grid.complete:
        data["progress"] = grid.done / len(grid.order)
    return data


def summary(grid, second, where, best, usual):
    """The result in words."""
    optimizer, name = grid.optimizer, grid.name
    text = "%s, %s. " % (optimizer, setting(*where))
    if not name:
        text += "%s has a learning rate and nothing more, so there is one row. " % optimizer
    elif hyperparameter(optimizer, second) is None:
        text += "%s has no %s, so the second axis is %s. " % (
            optimizer,
            LETTERS[second],
            LETTERS[name],
        )
    if not best:
        return text + "Every run left the numbers."
    cell = "α = %g" % COLUMNS[best[2]]
    if name:
        cell += " and %s = %g" % (LETTERS[name], grid.values[best[1]])
    text += "The lowest loss, taken as the worst of the last ten steps, is %s at %s. " % (
        words(best[0]),
        cell,
    )
    if name and usual != best[1]:
        there = grid.best([usual])
        if there:
            text += "With the usual %s = %g the lowest is %s, at α = %g. " % (
                LETTERS[name],
                grid.values[usual],
                words(there[0]),
                COLUMNS[there[2]],
            )
    lost = sum(1 for row in grid.left for step in row if step)
    if lost:
        text += "%d of %d runs left the numbers. " % (lost, grid.done)
    return text[:-1]


DEMO = Demo(
    "tune-it",
    "Tune it",
    "For Adam the rows from 0.99 up are alike: α decides. Make β₁ the second axis. Without noise "
    "0.5 wins by far; with noise 1 the best row is 0.8, with noise 3 the usual 0.9: noise asks for "
    "a longer memory. Other random numbers shift this by a row or two.",
    (
        LANDSCAPE,
        Choice("optimizer", "Optimizer", [(name, name) for name in NAMES], "Adam"),
        Choice(
            "second",
            "Second axis",
            [("beta2", "β₂ (RMSprop: ρ)"), ("beta1", "β₁ (Momentum: β)"), ("eps", "ε")],
            "beta2",
            "from row to row",
            only={name: {"optimizer": having(name)} for name in SECOND},
            when={"optimizer": NAMES[1:]},
        ),
        steps_setting(),
        NOISE,
    ),
    compute,
)
