"""Typeset mathematics at build time, with KaTeX on Node.

A page then holds finished formulas: nothing to load, nothing that jumps, and MathML inside for
screen readers. A formula that KaTeX cannot read is a warning with its place, which the build
treats as an error.
"""

from functools import cache

from docutils import nodes
from sphinx.util import logging

from adamlib.sphinx_ext import node as node_process

logger = logging.getLogger(__name__)


@cache
def render(formula, display=False):
    """HTML with MathML inside. Raises `node.NodeError` for a formula that cannot be read."""
    return node_process.ask({"formula": formula, "display": display})


def _typeset(node, display):
    try:
        return render(node.astext(), display)
    except node_process.NodeError as error:
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
