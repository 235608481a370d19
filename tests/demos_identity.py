"""Computes every demo for many settings and prints a digest of each result.

`test_micropython.py` runs this file under CPython and under MicroPython: the lines must be equal.
"""

import struct
from binascii import hexlify
from hashlib import sha256

from adamlib import Random
from adamlib.demos import DEMOS
from adamlib.demos.landscape import NAMES, landscape

SETTINGS = 24  # for each demo, besides the defaults


def plain(data):
    """All bits of a result as text; dictionaries in the order of their keys."""
    if isinstance(data, dict):
        return "{" + ",".join([key + ":" + plain(data[key]) for key in sorted(data)]) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ",".join([plain(x) for x in data]) + "]"
    if isinstance(data, float):
        return hexlify(struct.pack("<d", data)).decode()
    return data if isinstance(data, str) else repr(data)


def digest(data):
    return hexlify(sha256(plain(data).encode()).digest()[:12]).decode()


def pick(random, control):
    """A value that a control can take, its extremes more often than the others."""

    def one(values):
        return values[int(random.uniform() * len(values)) % len(values)]

    if control.kind == "slider":
        return one([control.values[0], control.values[-1]] + 2 * list(control.values))
    if control.kind == "count":
        return control.low + int(random.uniform() * (control.high - control.low + 1))
    if control.kind == "number":
        return control.low + random.uniform() * (control.high - control.low)
    if control.kind == "switch":
        return random.uniform() < 0.5
    names = [name for name, _ in control.options]
    if control.kind == "choice":
        return one(names)
    return [name for name in names if random.uniform() < 0.4] or names[:1]


if __name__ == "__main__":
    for name in DEMOS:
        demo, random = DEMOS[name], Random(7)
        print(name, "defaults:", digest(demo.result()))
        for i in range(SETTINGS if demo.controls else 0):
            settings = {control.name: pick(random, control) for control in demo.controls}
            print(name, "%d:" % i, digest(demo.result(**settings)))  # noqa: UP031
    for name in NAMES:
        print("landscape", name + ":", digest(landscape(name)))
