"""What goes into a page besides its text, and what does not.

The theme ships an icon font, two script libraries and thebe, of which these pages use nothing. The
templates beside this file leave them out; here the lists of scripts and styles are cut to what is
used. Descriptions, the social picture's address, the 404 page and the way in are made here too.
"""

import re
from pathlib import Path
from urllib.parse import urljoin

from jinja2 import Environment, FileSystemLoader

from adamlib import show
from adamlib.sphinx_ext import node

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE.parent / "static"

# The names of files that extensions add to every page and that our pages use.
SCRIPTS = {"site.js"}
STYLES = {
    "pygments.css",
    "sphinx-book-theme.css",
    "mystnb.css",  # its real name has a digest in the middle
    "sphinx-design.min.css",
    "katex.css",
    "palette.css",
    "site.css",
    "demos.css",
}
# When the page is dark: as the reader chose, or as the system says.
NIGHTS = (
    "@media screen { html[data-theme=dark] { %s } }",
    "@media screen and (prefers-color-scheme: dark) { html:not([data-theme]) { %s } }",
)
# Sheets that only pages with this in their body need.
SHEETS_ONLY_WITH = {
    "katex.css": 'class="katex',
    "sphinx-design.min.css": "sd-",
    "demos.css": "data-demo=",
}


def describe(app, docname):
    """What a page says of itself: `description` in its metadata, else the book's title."""
    return app.env.metadata[docname].get("description", app.config.html_title)


def _use_templates_and_styles(app, config):
    config.templates_path.insert(0, str(TEMPLATES))
    config.html_static_path.append(str(STATIC))
    config.exclude_patterns.append(node.SCRIPT.name)  # for the build, not for the site
    made = Path(app.outdir).parent / "made"
    made.mkdir(parents=True, exist_ok=True)
    made.joinpath("palette.css").write_text(show.palette_css(*NIGHTS), encoding="utf-8")
    config.html_static_path.append(str(made))
    for name in ("katex.css", "palette.css", "site.css", "demos.css"):
        app.add_css_file(name, priority=900)
    app.add_js_file("site.js", loading_method="defer")


def _complete_page(app, pagename, templatename, context, doctree):
    known = pagename in app.env.metadata
    context["description"] = describe(app, pagename) if known else app.config.html_title
    base = app.config.html_baseurl or ""
    picture = "_static/social.png"
    context["social_picture"] = urljoin(base, picture) if base else context["pathto"](picture, 1)
    context["author"] = app.config.author
    for kind, used in (("script_files", SCRIPTS), ("css_files", STYLES)):
        context[kind] = [file for file in context[kind] if _name(file) in used]
    body = context.get("body") or ""
    if body:  # a deprecated role, in what is a list
        context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')
    for sheet, sign in SHEETS_ONLY_WITH.items():
        if sign not in body:
            context["css_files"] = [f for f in context["css_files"] if _name(f) != sheet]


def _name(file):
    name = Path(str(getattr(file, "filename", file) or "")).name.split("?")[0]
    return re.sub(r"\.[0-9a-f]{16,}\.", ".", name)


def _write_ways_in(app, exception):
    if exception or app.builder.name != "html":
        return
    first = app.builder.get_target_uri(app.config.root_doc)
    base = app.config.html_baseurl or ""
    render = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template
    facts = {
        "docstitle": app.config.html_title,
        "description": describe(app, app.config.root_doc),
        "first": first,
        "canonical": urljoin(base, first) if base else first,
        "home": urljoin(base or "/", first),
    }
    for name in ("index.html", "404.html"):
        Path(app.outdir, name).write_text(render(name).render(facts), encoding="utf-8")


def setup(app):
    """Connect to Sphinx's events; late, so that other extensions have had their say."""
    app.connect("config-inited", _use_templates_and_styles, priority=900)
    app.connect("html-page-context", _complete_page, priority=2000)
    app.connect("build-finished", _write_ways_in, priority=900)
