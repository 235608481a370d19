"""The book's Sphinx extension: what Jupyter Book leaves to be done to make the site our own.

Each module does one thing and says how in its docstring:

    freshness     notebooks are executed again whenever adamlib or its requirements change
    mathematics   formulas are typeset at build time, so that pages need no script for them
    demos         the static figure of each demo, which a script may make live
    node          the process that typesets and draws
    assembly      the head of a page, the 404 page, the way in; and what the theme is relieved of
"""

from pathlib import Path

from adamlib.sphinx_ext import assembly, demos, freshness, mathematics

ROOT = Path(__file__).parents[2]


def setup(app):
    """Connect every part to Sphinx."""
    freshness.setup(app)
    mathematics.setup(app)
    demos.setup(app)
    assembly.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
