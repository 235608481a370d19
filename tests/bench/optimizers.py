"""How long one step of Adam takes, for each parameter: `python tests/bench/optimizers.py`.

All ways of taking the step are timed side by side in one run, in turn, on the same four arrays; the
median of the rounds is printed. What is measured is the time of the processor: other work on the
machine does not count, and a second thread would. Nothing is asserted about time. PyTorch takes
part if it is installed. The yardstick is the speed at which the machine moves memory, measured in
the same rounds by `a += b`, 12 bytes for each float32 and none behind our back, and by a copy.
"""

import argparse
import os
import platform
import time
from importlib import metadata

import numpy

from adamlib.fused import FusedAdam
from adamlib.optimizers import Adam

LR, BETA1, BETA2, EPS = 0.001, 0.9, 0.999, 1e-8
MEMORY = 2e9  # bytes that a size may take

# Arrays of a parameter's size: theta, g, m, v, and those that the way makes for itself.
ARRAYS = {
    "textbook numpy": 4 + 9,
    "numpy in place": 4 + 1,
    "torch, default": 4 + 2,
}


def in_place(theta, g, m, v):
    """Adam in numpy without temporaries but one, over whole arrays."""
    b, t = numpy.empty_like(g), 1

    def step():
        nonlocal t
        t += 1
        root = (1 - BETA2**t) ** 0.5
        numpy.multiply(g, 1 - BETA1, b)
        numpy.multiply(m, BETA1, m)
        numpy.add(m, b, m)
        numpy.multiply(g, g, b)
        numpy.multiply(b, 1 - BETA2, b)
        numpy.multiply(v, BETA2, v)
        numpy.add(v, b, v)
        numpy.sqrt(v, b)
        numpy.add(b, EPS * root, b)
        numpy.divide(m, b, b)
        numpy.multiply(b, LR * root / (1 - BETA1**t), b)
        numpy.subtract(theta, b, theta)

    return step


def textbook(theta, g, m, v):
    """The Adam that is written to be read; it makes new arrays, and theta gets its result."""
    adam = Adam(LR, BETA1, BETA2, EPS)
    adam.t, adam.m, adam.v, adam.m_hat, adam.v_hat = 1, m, v, m, v
    now = theta

    def step():
        nonlocal now
        now = adam.step(now, g)

    step.result = lambda: now
    return step


def fused(theta, g, m, v, **options):
    adam = FusedAdam(LR, BETA1, BETA2, EPS, **options)
    adam.t, adam.m, adam.v = 1, m, v
    return lambda: adam.step_(theta, g)


def torchs(theta, g, m, v, fused):
    import torch

    torch.set_num_threads(1)
    parameter = torch.from_numpy(theta).requires_grad_()
    parameter.grad = torch.from_numpy(g)
    adam = torch.optim.Adam([parameter], lr=LR, betas=(BETA1, BETA2), eps=EPS, fused=fused or None)
    adam.state[parameter] = {
        "step": torch.tensor(1.0),
        "exp_avg": torch.from_numpy(m),
        "exp_avg_sq": torch.from_numpy(v),
    }
    return adam.step


def installed(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def ways(arrays):
    """Name -> a function without arguments that takes one step."""
    found = {
        "textbook numpy": textbook,
        "numpy in place": in_place,
        "blocked numpy": lambda *x: fused(*x, compiled=False),
        "blocked, check=False": lambda *x: fused(*x, compiled=False, check=False),
    }
    if installed("numba"):
        found["compiled"] = lambda *x: fused(*x, compiled=True)
        found["compiled, check=False"] = lambda *x: fused(*x, compiled=True, check=False)
    if installed("torch"):
        found["torch, default"] = lambda *x: torchs(*x, fused=False)
        found["torch, fused=True"] = lambda *x: torchs(*x, fused=True)
    size = arrays[0].nbytes
    return {n: make(*arrays) for n, make in found.items() if ARRAYS.get(n, 4) * size <= MEMORY}


def make_arrays(n, real, seed=0):
    """Theta, g, m and v after one step of Adam."""
    rng = numpy.random.default_rng(seed)
    theta, g = (rng.standard_normal(n, dtype=real) for _ in range(2))
    arrays = theta, g, numpy.empty_like(g), numpy.empty_like(g)
    start_over(*arrays)
    return arrays


def start_over(theta, g, m, v):
    numpy.multiply(g, 1 - BETA1, m)
    numpy.multiply(g, g, v)
    numpy.multiply(v, 1 - BETA2, v)


def agree(real):
    """Stop if the ways do not come to the same result."""
    results = {}
    for name in ways(make_arrays(1000, real)):
        arrays = make_arrays(1000, real)
        step = ways(arrays)[name]
        for _ in range(5):
            step()
        results[name] = step.result() if hasattr(step, "result") else arrays[0]
    first = next(iter(results.values()))
    for name, theta in results.items():
        gap = abs(theta - first).max()
        if gap > 30 * numpy.finfo(real).eps:
            raise SystemExit(f"{name} is off by {gap}: there is nothing to compare")


def measure(n, real, rounds):
    """Name -> nanoseconds for each parameter, one number for each round."""
    arrays = make_arrays(n, real)
    _, g, m, _ = arrays
    stream = {"copy": lambda: numpy.copyto(m, g), "a += b": lambda: numpy.add(m, g, m)}
    inner = max(1, int(4e6 / n))  # steps in a row, so that a sample takes some milliseconds
    times = {}
    for _ in range(rounds):
        for name, step in {**ways(arrays), **stream}.items():
            step()
            start = time.process_time()
            for _ in range(inner):
                step()
            times.setdefault(name, []).append((time.process_time() - start) / inner / n * 1e9)
        start_over(*arrays)
    return times


def report(n, real, times):
    """Print the table of one size."""
    median = {name: float(numpy.median(x)) for name, x in times.items()}
    item = numpy.dtype(real).itemsize
    moved = {name: {"copy": 2, "a += b": 3}.get(name, 7) * item for name in median}  # bytes
    fastest = max(moved[name] / median[name] for name in ("copy", "a += b"))
    rivals = [x for x in median if x.startswith("torch")] or ["textbook numpy"]
    rivals = [x for x in rivals if x in median]
    print(f"\n{n:,} parameters, {numpy.dtype(real)}; times faster than")
    for i, name in enumerate(rivals, 1):
        print(f"({i}) {name}", end="  ")
    columns = "".join(f"{f'({i})':>8}" for i in range(1, len(rivals) + 1))
    print(f"\n{'':22}{'ns/param':>9}{'range':>16}{columns}{'GB/s':>8}{'of stream':>11}")
    for name, ns in median.items():
        spread = f"{min(times[name]):.2f} to {max(times[name]):.2f}"
        ratios = "".join(f"{median[x] / ns:8.2f}" for x in rivals)
        if name in ("copy", "a += b"):
            ratios = " " * len(ratios)
        rate = moved[name] / ns
        print(f"{name:22}{ns:9.2f}{spread:>16}{ratios}{rate:8.1f}{rate / fastest:11.0%}")


def machine():
    """What is being measured, in one line."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as lines:  # noqa: PTH123
            model = next(x.split(":")[1].strip() for x in lines if x.startswith("model name"))
    except (OSError, StopIteration):
        pass
    versions = [f"{x} {installed(x)}" for x in ("numpy", "numba", "torch") if installed(x)]
    return f"{model}, {os.cpu_count()} cores, one thread used; {', '.join(versions)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="how often each way is timed")
    parser.add_argument("--sizes", type=float, nargs="+", default=[1e3, 1e4, 1e5, 1e6, 1e7])
    parser.add_argument("--float64", action="store_true", help="instead of float32")
    options = parser.parse_args()
    real = numpy.float64 if options.float64 else numpy.float32
    print(machine())
    for name in ("numba", "torch"):
        if not installed(name):
            print(f"{name} is not installed: pip install {name} to compare")
    agree(real)
    print("All ways come to the same result. Each moves 7 numbers per parameter at the least:")
    print("theta, g, m, v read, theta, m, v written; 28 bytes in float32. A check reads g again.")
    print("Medians of", options.rounds, "rounds in turn.")
    for n in map(int, options.sizes):
        report(n, real, measure(n, real, options.rounds))


if __name__ == "__main__":
    main()
