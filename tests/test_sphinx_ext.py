"""The Sphinx extension, on a book of one page: nothing stale, nothing wrong that passes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adamlib.sphinx_ext import freshness, mathematics, node

ROOT = Path(__file__).parents[1]


def notebook(*cells):
    """A notebook of code cells."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell-{index}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": source,
        }
        for index, source in enumerate(cells)
    ]
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# A page"}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return json.dumps(
        {"cells": [title, *made], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    )


@pytest.fixture
def book(tmp_path):
    """A book of one notebook beside a copy of adamlib, and a function that builds it."""
    shutil.copytree(
        ROOT / "adamlib",
        tmp_path / "adamlib",
        ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
    )
    (tmp_path / "chapters" / "_static").mkdir(parents=True)
    for name in ("logo.svg", "favicon.svg"):
        shutil.copy(ROOT / "chapters" / "_static" / name, tmp_path / "chapters" / "_static")
    (tmp_path / "chapters" / "reference").mkdir()
    (tmp_path / "chapters" / "reference" / "references.bib").touch()
    shutil.copy(ROOT / "_config.yml", tmp_path)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapters/index\n")

    def build(*cells):
        if cells:
            (tmp_path / "chapters" / "index.ipynb").write_text(notebook(*cells))
        return subprocess.run(
            [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-nW", "--keep-going"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    build.page = tmp_path / "_build" / "html" / "chapters" / "index.html"
    build.package = tmp_path / "adamlib"
    return build


def test_an_edit_of_adamlib_never_leaves_a_stale_figure(book):
    run = book("from adamlib import Adam\nAdam()", "import time\nprint('at', time.time_ns())")
    assert run.returncode == 0, run.stdout + run.stderr
    before = book.page.read_text()
    assert "Adam(lr=0.001," in before

    again = book()
    assert again.returncode == 0
    assert book.page.read_text() == before  # nothing changed, so nothing ran

    rules = book.package / "optimizers.py"
    rules.write_text(rules.read_text().replace("lr=0.001", "lr=0.25"))
    assert book().returncode == 0
    assert "Adam(lr=0.25," in book.page.read_text()


def test_a_failing_cell_fails_the_build_and_is_named(book):
    run = book("one = 1", "assert one == 2, 'one is not two'")
    assert run.returncode != 0
    said = run.stdout + run.stderr
    assert "chapters/index" in said
    assert "one is not two" in said
    assert "assert one == 2" in said


def test_a_formula_that_cannot_be_typeset_fails_the_build(book):
    (book.package.parent / "chapters" / "index.md").write_text("# Page\n\nWrong: $\\frac{1}{$\n")
    run = book()
    assert run.returncode != 0
    assert "KaTeX parse error" in run.stdout + run.stderr
    assert "chapters/index.md" in run.stdout + run.stderr


def test_the_state_follows_what_results_depend_on(tmp_path, monkeypatch):
    package = tmp_path / "adamlib"
    (package / "web").mkdir(parents=True)
    (package / "optimizers.py").write_text("a = 1")
    (package / "web" / "site.js").write_text("1")
    monkeypatch.setattr(freshness, "PACKAGE", package)
    monkeypatch.setattr(freshness, "REQUIREMENTS", tmp_path / "requirements.txt")
    first = freshness.state()
    (package / "web" / "site.js").write_text("2")
    assert freshness.state() == first
    (package / "optimizers.py").write_text("a = 2")
    second = freshness.state()
    (tmp_path / "requirements.txt").write_text("numpy==1")
    assert len({first, second, freshness.state()}) == 3


def test_formulas_carry_mathml_and_mistakes_raise():
    made = mathematics.render(r"\frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}", display=True)
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in made
    assert "<mfrac>" in made
    assert "<msqrt>" in made
    with pytest.raises(node.NodeError, match="Undefined control sequence"):
        mathematics.render(r"\notacommand")
