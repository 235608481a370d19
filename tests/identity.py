"""Runs every optimizer on every function and prints a digest of each column's bits.

`test_micropython.py` runs this file under CPython and under MicroPython: the lines must be equal.
"""

import struct
from binascii import hexlify
from hashlib import sha256

import adamlib
from adamlib import (
    OBJECTIVES,
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdaMax,
    AMSGrad,
    Bowl,
    Momentum,
    NAdam,
    Noisy,
    Parabola,
    Random,
    Reddi,
    Rosenbrock,
    descend,
)


def digest(rows):
    """A fingerprint of all bits of a column."""
    rows = rows if isinstance(rows, list) else rows.tolist()
    numbers = []
    for row in rows:
        numbers.extend(row if isinstance(row, list) else [row])
    data = b"".join([struct.pack("<d", x) for x in numbers])
    return hexlify(sha256(data).digest()[:12]).decode()


def report(name, trace):
    """One line for each column, and one for how the run ended."""
    print(name, "ended:", trace.steps, trace.stopped)
    for column in trace.names:
        print(name, column + ":", digest(getattr(trace, column)))


def runs():
    """Every optimizer on every function, and the settings that are not the default."""
    for rule in OPTIMIZERS:
        for kind in OBJECTIVES:
            pair = rule.__name__ + " " + kind.__name__
            report(pair + " plain", descend(rule(lr=0.02), kind(), steps=80))
            report(pair + " noisy", descend(rule(lr=0.02), Noisy(kind(), sd=0.3, seed=5), steps=80))

    for optimizer in (
        Momentum(lr=0.001, nesterov=True),
        Adam(lr=0.1, eps=0.0, bias_correction=False),
        AMSGrad(lr=0.1, eps=0.1, bias_correction=False),
        NAdam(lr=0.1, bias_correction=False, momentum_decay=0.5),
    ):
        report(repr(optimizer) + " Rosenbrock", descend(optimizer, Rosenbrock(), steps=80))

    for beta in (0.3, 0.85, 0.9, 0.95, 0.985, 0.993, 0.997, 0.999, 0.9999):
        trace = descend(AMSGrad(lr=0.1, beta1=beta, beta2=beta), Parabola(), steps=2000)
        report("AMSGrad with %g" % beta, trace)  # noqa: UP031

    for seed in (0, 1, 2147483561):
        random = Random(seed)
        print("Random", seed, "uniform:", digest([random.uniform() for _ in range(300)]))
        print("Random", seed, "normal:", digest([random.normal() for _ in range(300)]))


def words():
    """How things are shown, and in which words what is wrong is refused."""
    for name in adamlib.__all__:
        thing = getattr(adamlib, name)
        if thing in OPTIMIZERS or thing in OBJECTIVES:
            print("repr", name + ":", repr(thing()))
    print("repr Noisy:", repr(Noisy(Bowl(), sd=0.5, seed=7)))
    print("repr Trace:", repr(descend(Adam(lr=0.1), Parabola(), steps=3)))

    nan, inf = float("nan"), float("inf")
    for name, call in (
        ("lr", lambda: Adam(lr=-1)),
        ("lr is None", lambda: SGD(lr=None)),
        ("beta1", lambda: Adam(beta1=1.0)),
        ("beta2", lambda: AdaMax(beta2="0.9")),
        ("eps", lambda: Adam(eps=nan)),
        ("nesterov", lambda: Momentum(nesterov=1)),
        ("NaN", lambda: Adam().step(1.0, nan)),
        ("infinite", lambda: SGD().step(1.0, -inf)),
        ("square", lambda: NAdam().step(1.0, 1e200)),
        ("theta", lambda: SGD(lr=1e300).step(1.0, 1e100)),
        ("0/0", lambda: AdaGrad(eps=0).step(1.0, 0.0)),
        ("list", lambda: Adam().step([1.0], 1.0)),
        ("None", lambda: Adam().step(1.0, None)),
        ("whole numbers", lambda: Adam().step(1, 20)),
        ("a whole gradient", lambda: Adam(eps=0).step(1.0, 20)),
        ("condition", lambda: Bowl(condition=0.5)),
        ("C", lambda: Reddi(C=2)),
        ("seed", lambda: Random(-1)),
        ("start", lambda: descend(Adam(), Bowl(), start=1.0)),
        ("steps", lambda: descend(Adam(), Bowl(), steps=-1)),
    ):
        try:
            print("refused", name + ":", call())
        except Exception as error:
            print("refused", name + ":", type(error).__name__, error)


if __name__ == "__main__":
    runs()
    words()
