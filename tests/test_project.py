"""The project agrees with itself: its lock, its built front end, its tables, its style."""

import filecmp
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from adamlib import show
from adamlib.plots import PALETTE
from adamlib.sphinx_ext import assembly, node

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())
WEB = ROOT / "adamlib" / "web"


def locked():
    """The pins of requirements.txt that apply to this Python, by name."""
    lines = ROOT.joinpath("requirements.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith((" ", "#"))]
    return {
        canonicalize_name(pin.name): pin
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def needed(requirement, found):
    """Add to `found` all that a requirement needs here: name -> list of (who asks, what)."""
    asked = [(requirement, extra) for extra in (*requirement.extras, "")]
    name = canonicalize_name(requirement.name)
    if name == "adamlib":
        groups = PROJECT["project"]["optional-dependencies"]
        below = [Requirement(text) for extra in requirement.extras for text in groups[extra]]
        below += [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    else:
        found.setdefault(name, []).append(requirement)
        below = []
        for text in metadata.requires(name) or []:
            sub = Requirement(text)
            if sub.marker is None or any(
                sub.marker.evaluate({**default_environment(), "extra": extra}) for _, extra in asked
            ):
                below.append(sub)
    for sub in below:
        seen = found.get(canonicalize_name(sub.name), [])
        if str(sub) not in map(str, seen):
            needed(sub, found)
    return found


def test_the_lock_is_what_the_project_declares():
    extras = ",".join(PROJECT["project"]["optional-dependencies"])
    wanted = needed(Requirement(f"adamlib[{extras}]"), {})
    wanted.pop("adamlib", None)
    pins = locked()
    assert set(wanted) == set(pins), "run `make lock`"
    for name, requirements in wanted.items():
        (pin,) = pins[name].specifier
        assert pin.operator == "=="
        for requirement in requirements:
            assert requirement.specifier.contains(pin.version, prereleases=True), (
                f"{requirement} against {name}=={pin.version}: run `make lock`"
            )


def test_what_is_installed_is_what_is_locked():
    for name, pin in locked().items():
        assert pin.specifier.contains(metadata.version(name), prereleases=True), name


def test_the_core_needs_numpy_alone():
    assert [Requirement(text).name for text in PROJECT["project"]["dependencies"]] == ["numpy"]
    code = "import adamlib, sys; print(*sorted(m for m in sys.modules if m in %r))"
    heavy = ("matplotlib", "IPython", "ipywidgets", "sphinx", "numba")
    run = subprocess.run(
        [sys.executable, "-c", code % (heavy,)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []


def test_the_committed_front_end_is_what_its_source_builds_to(tmp_path):
    if not WEB.joinpath("node_modules", "esbuild").exists():
        pytest.fail("The front end's tools are missing: `make unit` installs them.", pytrace=False)
    built = tmp_path / "static"
    subprocess.run([node.binary(), str(WEB / "build.mjs"), str(built)], check=True, timeout=120)
    committed = assembly.STATIC
    names = sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert names == sorted(
        path.relative_to(committed) for path in committed.rglob("*") if path.is_file()
    )
    _, different, missing = filecmp.cmpfiles(built, committed, names, shallow=False)
    assert (different, missing) == ([], []), "run `make web`"


def test_the_page_has_every_colour_of_the_figures():
    css = show.palette_css(*assembly.NIGHTS)
    for name, (day, night, _) in PALETTE.items():
        assert css.count(f"--adam-{name}: {day};") >= 1
        assert css.count(f"--adam-{name}: {night};") >= 1


def test_notebooks_are_committed_without_outputs():
    notebooks = sorted(ROOT.joinpath("chapters").rglob("*.ipynb"))
    notebooks = [path for path in notebooks if ".ipynb_checkpoints" not in path.parts]
    assert len(notebooks) >= 5
    for path in notebooks:
        for cell in json.loads(path.read_text())["cells"]:
            assert not cell.get("outputs"), path.name
            assert not cell.get("execution_count"), path.name


def test_every_chapter_is_in_the_table_of_contents():
    contents = ROOT.joinpath("_toc.yml").read_text()
    chapters = ROOT.joinpath("chapters")
    for path in [*chapters.rglob("*.md"), *chapters.rglob("*.ipynb")]:
        if ".ipynb_checkpoints" not in path.parts:
            name = path.relative_to(ROOT).with_suffix("").as_posix()
            assert re.search(rf"(root|file): {re.escape(name)}\n", contents), name


def test_no_file_names_a_registry_or_this_machine():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    sources = [ROOT / name for name in listed.stdout.splitlines()]
    suffixes = {".py", ".md", ".ipynb", ".yml", ".toml", ".txt", ".json", ".js", ".mjs", ".html"}
    forbidden = re.compile(r"registry\.npmjs|files\.pythonhosted|deb\.debian|/work/|/root/")
    for path in sources:
        if path.suffix in suffixes and path != Path(__file__) and path.exists():
            assert not forbidden.search(path.read_text(errors="replace")), path
