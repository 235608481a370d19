"""The page's Python and yours give the same bits: adamlib's own files, under MicroPython."""

import ast
import contextlib
import io
import json
import runpy
import subprocess
from pathlib import Path

import pytest

from adamlib import OBJECTIVES, OPTIMIZERS
from adamlib.demos import DEMOS
from adamlib.sphinx_ext.node import binary

TESTS = Path(__file__).parent
ADAMLIB = TESTS.parent / "adamlib"
NODE_MODULES = ADAMLIB / "web" / "node_modules"
SCRIPT = TESTS / "identity.py"
DEMOS_SCRIPT = TESTS / "demos_identity.py"

# The modules that run in the page: those that plain.json names, and all of demos/ but the widget.
PLAIN = json.loads(ADAMLIB.joinpath("web", "plain.json").read_text())
PLAIN += sorted(
    f"demos/{path.stem}" for path in ADAMLIB.joinpath("demos").glob("*.py") if path.stem != "widget"
)


def columns(lines):
    """What a run of the script printed: "Adam Bowl plain theta" -> digest."""
    return dict(line.split(": ", 1) for line in lines.splitlines())


def under_cpython(script):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(script), run_name="__main__")
    return columns(printed.getvalue())


def under_micropython(script):
    if not NODE_MODULES.joinpath("@micropython").is_dir():
        pytest.fail("MicroPython is missing: `make unit` installs it.", pytrace=False)
    run = subprocess.run(
        [binary(), TESTS / "micropython.mjs", NODE_MODULES, ADAMLIB, script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    if run.returncode:
        pytest.fail(f"MicroPython: {run.stderr[-2000:]}", pytrace=False)
    return columns(run.stdout)


@pytest.fixture(scope="module")
def cpython():
    return under_cpython(SCRIPT)


@pytest.fixture(scope="module")
def micropython():
    return under_micropython(SCRIPT)


def test_every_demo_gives_the_same_bits_in_the_page_and_here():
    here, page = under_cpython(DEMOS_SCRIPT), under_micropython(DEMOS_SCRIPT)
    assert {name.split()[0] for name in here} == {*DEMOS, "landscape"}
    assert len(here) > 100
    assert len(set(here.values())) > 0.5 * len(here)
    assert page == here


def test_both_print_the_same_lines(cpython, micropython):
    assert set(micropython) == set(cpython)
    runs = [name for name in cpython if name.endswith((" plain ended", " noisy ended"))]
    assert len(runs) == 2 * len(OPTIMIZERS) * len(OBJECTIVES)


@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("kind", OBJECTIVES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("noise", ["plain", "noisy"])
def test_runs_are_the_same_to_the_last_bit(cpython, micropython, rule, kind, noise):
    run = f"{rule.__name__} {kind.__name__} {noise} "
    names = ["ended", "theta", "loss", "g", "step", *rule.state]
    expected = {name: cpython[run + name] for name in names}
    assert {name: micropython[run + name] for name in names} == expected


@pytest.mark.parametrize("what", ["Rosenbrock", "Random", "repr", "refused"])
def test_everything_else_is_the_same(cpython, micropython, what):
    expected = {name: x for name, x in cpython.items() if what in name.split()}
    assert len(expected) > 4
    assert {name: x for name, x in micropython.items() if what in name.split()} == expected


def test_the_runs_are_worth_comparing(cpython):
    """Most of them take all steps, some leave the numbers, and hardly two are alike."""
    ends = [x for name, x in cpython.items() if name.endswith(" ended")]
    assert sum(end == "80 None" for end in ends) > 0.9 * len(ends)
    assert any("is NaN or infinite" in end for end in ends)
    thetas = [x for name, x in cpython.items() if name.endswith(" theta")]
    assert len(set(thetas)) > 0.9 * len(thetas)


# What MicroPython lacks, pure files do not use.


@pytest.fixture(params=PLAIN)
def tree(request):
    return ast.parse(ADAMLIB.joinpath(f"{request.param}.py").read_text())


def test_pure_files_import_math_and_each_other(tree):
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            lazy = {"io", "numpy", "sys", "warnings"} if node in inside else set()
            assert {alias.name for alias in node.names} <= {"math"} | lazy
        if isinstance(node, ast.ImportFrom) and node not in inside:
            assert node.level in {1, 2}


def test_pure_files_use_only_syntax_that_micropython_has(tree):
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.Match, ast.TryStar, ast.AsyncFunctionDef)), node.lineno
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            assert not any(isinstance(x, ast.Starred) for x in node.elts), node.lineno
        if isinstance(node, ast.Dict):
            assert None not in node.keys, node.lineno
        if isinstance(node, ast.arguments):
            assert not node.posonlyargs
