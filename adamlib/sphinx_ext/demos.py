"""Write the static figure of each demo into the page.

A notebook's output, or the `demo` directive, says only which demo stands there and with which
settings. Here CPython computes it and Node draws it, with the same component that draws it live in
the browser. That is what readers without JavaScript, printers and search engines get, and it holds
the room that the live figure takes.
"""

import hashlib
import html
import json
import re
from functools import cache

from docutils import nodes
from sphinx.util import logging

from adamlib.demos import DEMOS
from adamlib.demos.landscape import landscape
from adamlib.sphinx_ext import node

logger = logging.getLogger(__name__)

PLACE = re.compile(r'<div data-demo="([a-z-]+)" data-settings="([^"]*)">.*?</div>', re.S)
SCRIPT = "_static/demos.js"


def figure(name, given, uid, root):
    """The static figure of a demo, in the element that `demos.js` makes live.

    Args:
        uid: what tells it from other figures of the same demo on the page.
        root: the way from the page to the site's first folder, "../../".
    """
    demo = DEMOS[name]
    settings = demo.settings(given)
    result = demo.result(**given)
    request = {
        "spec": demo.declaration(),
        "settings": settings,
        "result": result,
        "landscape": landscape(result["landscape"]) if "landscape" in result else None,
        "uid": uid,
    }
    data = {
        "demo": name,
        "uid": uid,
        "script": f"{root}{SCRIPT}?v={digest()}",
        "chapters": f"{root}chapters/",
        "settings": json.dumps(given),
    }
    attributes = "".join(f' data-{k}="{html.escape(v, quote=True)}"' for k, v in data.items())
    return f'<div class="adam-demo-root"{attributes}>{node.ask(request)}</div>'


def _draw(app, doctree, docname):
    seen = {}
    root = "../" * docname.count("/")
    for raw in list(doctree.findall(nodes.raw)):
        if raw.get("format") != "html" or "data-demo=" not in raw.astext():
            continue

        def draw(place):
            name, given = place[1], json.loads(html.unescape(place[2]))
            seen[name] = seen.get(name, 0) + 1
            uid = name if seen[name] == 1 else f"{name}-{seen[name]}"
            return figure(name, given, uid, root)

        drawn = PLACE.sub(draw, raw.astext())
        raw.replace_self(nodes.raw("", drawn, format="html"))


@cache
def digest():
    """A digest of the front end: pages are written anew when it changes."""
    files = sorted(path for path in node.SCRIPT.parent.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:10]


def setup(app):
    """Draw after everything else in the page is known."""
    app.add_config_value("adamlib_front_end", digest(), "html", types=[str])
    app.connect("doctree-resolved", _draw, priority=900)
