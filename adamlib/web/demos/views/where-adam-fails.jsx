import { Arrow, Chart, Dot, Legend, Level, Levels, Line, Panels, Words, number, power, span } from "../charts.jsx";

const RULES = ["Adam", "AMSGrad", "SGD"];
const signed = (x) => (x < 0 ? "−" : "+") + Math.abs(x).toFixed(2);

/** The three moves of a cycle, one after the other, and where they lead together. */
function Moves({ name, moves, C }) {
  let at = 0;
  const rows = moves.map((move, i) => {
    const from = at;
    at += move;
    return { from, to: at, y: i, words: `slope ${number(i ? -1 : C, 3)}: ${signed(move)}` };
  });
  rows.push({ from: 0, to: at, y: 3, words: `together: ${signed(at)}` });
  return (
    <Chart
      title={`${name}’s last three moves, in units of α`} height={150} y={{ domain: [3.6, -0.6], ticks: [] }}
      x={{ domain: [-1.9, 2.6], label: "← the right way · the wrong way →", ticks: [-1, 0, 1] }}
    >
      <Line xs={[0, 0]} ys={[-0.6, 3.6]} name="axis" width={1} />
      {rows.map(({ from, to, y, words }) => (
        <g key={y}>
          <Arrow from={[from, y]} to={[to, y]} name={name} width={y === 3 ? 4 : 2} />
          <Words x={Math.max(from, to)} y={y} dx={6} dy={4}>{words}</Words>
        </g>
      ))}
    </Chart>
  );
}

function Reddi({ result }) {
  const { runs, steps, C } = result;
  const cycles = runs.Adam.x.map((_, i) => 3 * i);
  const regrets = RULES.flatMap((name) => runs[name].regret);
  const x = { domain: [0, steps], label: "step t" };
  return (
    <>
      <Panels>
        <Chart title="Position x after each three slopes" x={x} y={{ domain: [-1.3, 1.15], ticks: [-1, -0.5, 0, 0.5, 1] }}>
          <Level y={-1} name="minimum" />
          <Words x={steps} y={-1} dx={-2} dy={13} anchor="end">the best point</Words>
          {RULES.map((name) => <Line key={name} xs={cycles} ys={runs[name].x} name={name} />)}
        </Chart>
        <Chart title="Regret per step" x={x} y={{ domain: span(regrets, { least: 0 }) }}>
          <Levels entries={[{ y: result.at_the_wrong_end, name: "axis", words: "price of staying at +1" }]} />
          {RULES.map((name) => <Line key={name} xs={cycles.slice(1)} ys={runs[name].regret} name={name} />)}
        </Chart>
        <Moves name="Adam" moves={runs.Adam.moves} C={C} />
        <Moves name="AMSGrad" moves={runs.AMSGrad.moves} C={C} />
      </Panels>
      <Legend entries={RULES.map((name) => [name, name])} />
    </>
  );
}

function Burst({ result }) {
  const { steps, limit, burst, crossing } = result;
  const x = { domain: [0, steps], label: "step t", ticks: 5 };
  const sizes = result.x.map((value) => (value > 0 ? value : null));
  const least = Math.max(1e-300, Math.min(...sizes.filter((value) => value)));
  const room = Math.max(100, least ** -0.1); // above the start, for the words
  const late = crossing > 0.4 * steps;
  return (
    <Panels>
      <Chart title="Distance from the minimum, |x|" height={250} x={x} y={{ log: true, domain: [least / 10, room], format: power }}>
        <Line xs={result.t_x} ys={sizes} name="Adam" width={1.4} />
        {burst && (
          <>
            <Dot x={burst[0]} y={burst[1]} name="uncorrected" />
            <Words x={burst[0]} y={burst[1]} dx={late ? 4 : -6} dy={-9} anchor={late ? "end" : "start"}>
              {`burst: ${number(burst[1], 2)} at step ${burst[0]}`}
            </Words>
          </>
        )}
      </Chart>
      <Chart title="Rate that multiplies m̂: α ÷ (√v̂ + ε)" height={250} x={x} y={{ log: true, domain: [0.08, 150], ticks: [0.1, 1, 10, 100] }}>
        <Level y={limit} name="uncorrected" />
        <Words x={0} y={limit} dx={4} dy={-5}>{`limit: ${number(limit)}`}</Words>
        <Line xs={result.t_rate} ys={result.rate} name="Adam" />
        {crossing && (
          <>
            <Dot x={crossing} y={limit} name="uncorrected" />
            <Words x={crossing} y={limit} dx={late ? 4 : -6} dy={-14} anchor={late ? "end" : "start"}>{`passed at step ${crossing}`}</Words>
          </>
        )}
      </Chart>
    </Panels>
  );
}

const View = ({ result }) => (result.problem === "reddi" ? <Reddi result={result} /> : <Burst result={result} />);

export default { View };
