import { Chart, Legend, Level, Line, Panels, span } from "../charts.jsx";

function View({ result }) {
  const t = result.g.map((_, i) => i + 1);
  const x = { domain: [1, t.length], log: true, label: "step t", ticks: [1, 2, 5, 10, 20, 50, 100, 150] };
  const sizes = result.g.map(Math.abs);
  const first = span([...result.g, ...result.m, ...result.m_hat]);
  const second = span([...sizes, ...result.v, ...result.v_hat], { least: 0 });
  const steps = span([...result.corrected, ...result.uncorrected, 0, 1]);
  const ratios = span([...result.formula, 1], { least: 0 });
  return (
    <>
      <Panels>
        <Chart title="First moment: the average of g" x={x} y={{ domain: first }}>
          <Line xs={t} ys={result.g} name="g" width={1.4} />
          <Line xs={t} ys={result.m} name="uncorrected" />
          <Line xs={t} ys={result.m_hat} name="corrected" />
        </Chart>
        <Chart title="Root of the second moment" x={x} y={{ domain: second }}>
          <Line xs={t} ys={sizes} name="g" width={1.4} />
          <Line xs={t} ys={result.v} name="uncorrected" />
          <Line xs={t} ys={result.v_hat} name="corrected" />
        </Chart>
        <Chart title="The step, in units of α" x={x} y={{ domain: steps }}>
          <Level y={0} />
          <Line xs={t} ys={result.uncorrected} name="uncorrected" />
          <Line xs={t} ys={result.corrected} name="corrected" />
        </Chart>
        <Chart title="Uncorrected step ÷ corrected step" x={x} y={{ domain: ratios }}>
          <Level y={1} />
          <Line xs={t} ys={result.formula} name="grid" width={7} />
          <Line xs={t} ys={result.measured} name="ink" width={1.6} />
        </Chart>
      </Panels>
      <Legend
        entries={[
          ["g", "gradient (its size in the second panel)"],
          ["uncorrected", "uncorrected"],
          ["corrected", "corrected"],
          ["ink", "ratio, measured"],
          ["grid", "(1 − β₁ᵗ) ÷ √(1 − β₂ᵗ)"],
        ]}
      />
    </>
  );
}

export default { View };
