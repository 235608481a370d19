"""Bias correction: what dividing by 1 - beta^t does to the averages and to the step."""

from ..objectives import Random
from ..optimizers import Adam, power, sqrt
from .declare import Choice, Demo, Slider

STEPS = 150
SPARSE = 10  # a gradient every so many steps

BETAS = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96)
BETAS = BETAS + (0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999)
STREAMS = (
    ("constant", "constant: always 1"),
    ("noisy", "noisy: 1 with noise of the same size"),
    ("sparse", "sparse: 1 at every tenth step, else 0"),
    ("growing", "growing: 1, 2, 3, …"),
)


def gradients(stream):
    """The gradients of the run, one for each step."""
    if stream == "noisy":
        random = Random(1)
        return [1.0 + random.normal() for _ in range(STEPS)]
    if stream == "sparse":
        return [1.0 if t % SPARSE == 0 else 0.0 for t in range(STEPS)]
    if stream == "growing":
        return [1.0 + t for t in range(STEPS)]
    return [1.0] * STEPS


def run(optimizer, stream):
    """The optimizer's averages and steps, in units of its learning rate, along a stream."""
    m, v, steps = [], [], []
    theta = 0.0
    for g in stream:
        moved = optimizer.step(theta, g)
        m.append(optimizer.m_hat)  # without correction, m itself
        v.append(sqrt(optimizer.v_hat))
        steps.append((theta - moved) / optimizer.lr)
        theta = moved
    return m, v, steps


def compute(beta1, beta2, stream):
    """Both averages, the step with and without correction, and the ratio of the two."""
    g = gradients(stream)
    m_hat, v_hat, corrected = run(Adam(1.0, beta1, beta2), g)
    m, v, uncorrected = run(Adam(1.0, beta1, beta2, bias_correction=False), g)
    measured = [a / b if b else None for a, b in zip(uncorrected, corrected)]
    formula = [(1 - power(beta1, t)) / sqrt(1 - power(beta2, t)) for t in range(1, STEPS + 1)]
    first, peak = formula[0], max(formula)
    at = formula.index(peak) + 1
    summary = "With β₁ = %g and β₂ = %g the uncorrected first step is " % (beta1, beta2)
    if abs(first - 1) < 0.0005:
        summary += "as long as the corrected one."
    else:
        summary += "%.3g times as long as the corrected one." % first
    if at == STEPS:
        summary += " The ratio is still rising at step %d, where it is %.3g." % (at, peak)
    elif at > 1:
        summary += " The ratio is largest at step %d: %.3g." % (at, peak)
    else:
        summary += " After that the ratio falls: %.3g at step %d." % (formula[-1], STEPS)
    return {
        "g": g,
        "m": m,
        "m_hat": m_hat,
        "v": v,
        "v_hat": v_hat,
        "uncorrected": uncorrected,
        "corrected": corrected,
        "measured": measured,
        "formula": formula,
        "summary": summary,
        "readouts": [
            ["Ratio at step 1", first, "×"],
            ["Largest ratio", peak, "×"],
            ["reached at step", at, ""],
            ["Ratio at step %d" % STEPS, formula[-1], "×"],
        ],
    }


DEMO = Demo(
    "bias-correction",
    "What bias correction does",
    "Try β₂ = 0.9, then 0.999: the longer the memory of v, the larger the uncorrected first steps. "
    "Then try β₁ = 0.99: now they are too short at first. Change the gradients and watch the last "
    "panel: the ratio does not change, because it depends on β₁, β₂ and t alone.",
    (
        Slider("beta1", "β₁", BETAS, 0.9, "decay of the first moment m"),
        Slider("beta2", "β₂", BETAS + (0.9995, 0.9999), 0.999, "decay of the second moment v"),
        Choice("stream", "Gradients", STREAMS, "constant"),
    ),
    compute,
)
