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

from docutils import nodes
from sphinx.util import logging

from adamlib.demos import DEMOS
from adamlib.demos.landscape import landscape
from adamlib.sphinx_ext import node

logger = logging.getLogger(__name__)

PLACE = re.compile(r'<div data-demo="([a-z-]+)" data-settings="([^"]*)">.*?</div>', re.S)
SCRIPT = "_static/demos.js"


def figure(name, given, uid, script):
    """The static figure of a demo, in the element that `demos.js` makes live."""
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
    return (
        f'<div class="adam-demo-root" data-demo="{name}" data-uid="{uid}" data-script="{script}"'
        f' data-settings="{html.escape(json.dumps(given), quote=True)}">{node.ask(request)}</div>'
    )


def _draw(app, doctree, docname):
    seen = {}
    back = "../" * docname.count("/")
    script = f"{back}{SCRIPT}?v={digest()}"
    for raw in list(doctree.findall(nodes.raw)):
        if raw.get("format") != "html" or "data-demo=" not in raw.astext():
            continue

        def draw(place):
            name, given = place[1], json.loads(html.unescape(place[2]))
            seen[name] = seen.get(name, 0) + 1
            uid = name if seen[name] == 1 else f"{name}-{seen[name]}"
            return figure(name, given, uid, script)

        drawn = PLACE.sub(draw, raw.astext())
        raw.replace_self(nodes.raw("", drawn, format="html"))


def digest():
    """A digest of the front end: pages are written anew when it changes."""
    sources = [node.SCRIPT, node.SCRIPT.with_name("demos.js")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:10]


def setup(app):
    """Draw after everything else in the page is known."""
    app.add_config_value("adamlib_front_end", digest(), "html", types=[str])
    app.connect("doctree-resolved", _draw, priority=900)
