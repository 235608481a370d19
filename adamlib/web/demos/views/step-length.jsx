import { Chart, Level, Levels, Line, Words, number, power } from "../charts.jsx";

// The gradient's own axis for each kind of gradients, and what the steps are counted from.
const KINDS = {
  jump: { y: { log: true, domain: [0.005, 20], ticks: [0.01, 0.1, 1, 10] }, x: "steps since the jump" },
  sparse: { title: "late in a long run", y: { domain: [0, 1.1], ticks: [0, 1] }, x: "steps, counted from a gradient" },
  constant: {
    y: { log: true, domain: [2e-11, 1e7], ticks: [1e-10, 1e-6, 0.01, 100, 1e6], format: power }, x: "step t",
  },
  noise: { y: { domain: [-4, 4], ticks: [-2, 0, 2] }, x: "step t" },
  worst: { title: "zeros lie at the bottom", x: "steps since the zeros" },
};

/** A logarithmic axis for the gradients of the worst case. */
function worst(g) {
  const sizes = g.filter((x) => x > 0);
  const high = Math.max(...sizes);
  return { log: true, domain: [Math.min(...sizes, high / 10) / 2, high * 2], ticks: 4, format: power };
}

/** The bounds as lines with words; those that coincide share a line. */
function levels(bounds) {
  const groups = [];
  for (const bound of bounds) {
    const same = groups.find(({ y }) => Math.abs(y - bound.y) < 1e-9);
    if (same) same.labels.push(bound.label);
    else groups.push({ ...bound, labels: [bound.label] });
  }
  return groups.map(({ y, name, labels }) => {
    const value = y === 1 && labels.length < 3 ? "" : `: ${number(y, 3)} α`;
    return { y, name, words: (labels.length < 3 ? labels.join(" = ") : "all three bounds") + value };
  });
}

function View({ result, settings }) {
  const { gradients } = settings;
  const { title, y = worst(result.g), x: counted } = KINDS[gradients];
  const t = result.g.map((_, i) => result.first + i);
  const x = { domain: [t[0], t.at(-1)] };
  const g = y.log ? result.g.map((value) => Math.max(value, y.domain[0])) : result.g;
  const noise = gradients === "noise";
  // Where the steps are far below a bound, they need the room more than its line does.
  const reach = Math.max(1, result.longest) * (noise || gradients === "sparse" ? 2 : 12);
  const bounds = levels([
    { y: 1, name: "g", label: "“never more than α”" },
    { y: result.printed_bound, name: "uncorrected", label: "paper’s bound" },
    ...(result.true_bound === null ? [] : [{ y: result.true_bound, name: "minimum", label: "true bound" }]),
  ]);
  const shown = bounds.filter((bound) => bound.y <= reach);
  const above = bounds.filter((bound) => bound.y > reach);
  const top = Math.max(result.longest, ...shown.map((bound) => bound.y)) * (above.length ? 1.4 : 1.15);
  const bottom = Math.min(0, ...result.steps) * 1.15;
  const steps = top > 1000 ? { log: true, domain: [0.1, top * 2], format: power } : { domain: [bottom, top] };
  const typical = noise ? `; dashed: ±${number(result.typical, 3)} α` : "";
  return (
    <>
      <Chart title={title ? `The gradient: ${title}` : "The gradient"} height={126} x={x} y={y}>
        <Line xs={t} ys={g} name="ink" width={1.4} />
      </Chart>
      <Chart title={`The step, in units of α${typical}`} height={250} x={{ ...x, label: counted }} y={steps}>
        {noise && [0, result.typical, -result.typical].map((y) => <Level key={y} y={y} name={y ? "v" : "axis"} />)}
        <Line xs={t} ys={result.steps} name="Adam" width={noise ? 1.4 : 2} />
        <Levels entries={shown} />
        {above.length > 0 && (
          <Words x={t.at(-1)} y={top} dx={-2} dy={8} anchor="end">{`↑ ${above.map(({ words }) => words).join(", ")}`}</Words>
        )}
      </Chart>
    </>
  );
}

export default { View };
