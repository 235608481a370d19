"""Never show a stale figure.

A notebook's results depend on its cells, on adamlib's source and on the installed libraries.
Jupyter Book's cache looks at the cells only. So the cache gets a folder of its own for each state
of the rest, and a page is read again by Sphinx when that state changes.
"""

import hashlib
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
REQUIREMENTS = PACKAGE.parent / "requirements.txt"


def state():
    """A digest of everything besides its own cells that a notebook's results depend on."""
    digest = hashlib.sha256(sys.version.encode())
    sources = sorted(path for path in PACKAGE.rglob("*") if _counts(path))
    for path in [*sources, *([REQUIREMENTS] if REQUIREMENTS.exists() else [])]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _counts(path):
    inside = path.relative_to(PACKAGE).parts
    if inside[0] in {"sphinx_ext", "static", "web"}:
        return False  # these make the site, not the results
    return path.suffix in {".py", ".mplstyle", ".toml", ".json", ".csv", ".npz"}


def _use_own_cache(app, config):
    now = state()
    config.adamlib_state = now
    config.nb_execution_cache_path = str(Path(app.outdir).parent / "executed" / now)


def setup(app):
    """Name the cache after the present state; a new state makes Sphinx read every page again."""
    app.add_config_value("adamlib_state", "", "env", types=[str])
    app.connect("config-inited", _use_own_cache, priority=100)
