import { Chart, Contours, Cross, Dot, Field, Handle, Line, Panels, Rule, Sample, Track, number, power } from "../charts.jsx";
import { Player } from "../player.jsx";

const DEPTH = 1e-12; // of the highest loss: what is lower runs out of the picture

/** The step that is shown: the end, until the reader moves the playhead. */
const playhead = (local, result) => Math.min(local.at ?? result.steps, result.steps);

/** As many decimals as a pixel of the picture is worth. */
const rounded = (x, width) => Number(x.toFixed(Math.max(0, Math.ceil(-Math.log10(width / 400)))));

function View({ result, land, settings, asked, set, live, local }) {
  const { runs, box, start } = result;
  const [left, right, bottom, top] = box;
  const at = playhead(local, result);
  // What the reader drags follows at once; the runs follow as soon as they are computed.
  const x = asked.x === settings.x ? start[0] : Math.max(left, Math.min(right, asked.x ?? start[0]));
  const y = asked.y === settings.y ? start[1] : Math.max(bottom, Math.min(top, asked.y ?? start[1]));
  const move = (a, b) => set({ x: rounded(a, right - left), y: rounded(b, right - left) });
  const height = 48 + (304 * (top - bottom)) / (right - left); // one unit is as long up as across
  const steps = runs.map(({ loss }) => loss.map((_, t) => t));
  const losses = runs.flatMap(({ loss }) => loss).filter((loss) => loss > 0);
  const high = Math.max(...runs.map(({ loss }) => loss[0]), 1e-300);
  const [low, most] = losses.length ? [Math.min(...losses), Math.max(...losses)] : [0.1, 1];
  const ceiling = Math.min(most, 1e4 * high); // a run that flies away does not press the others flat
  const floor = Math.max(low, ceiling * DEPTH);
  const domain = [floor / 1.5, ceiling * 2];
  const end = ({ loss }) => Math.min(at, loss.length - 1);
  return (
    <Panels>
      <Chart height={height} x={{ domain: [left, right], label: "θ₁" }} y={{ domain: [bottom, top], label: "θ₂" }}>
        {land && <Contours heights={land.heights} box={land.box} />}
        {land?.minima.map(([a, b]) => <Cross key={`${a} ${b}`} x={a} y={b} />)}
        {at < result.steps && runs.map((run) => <Track key={run.name} xs={run.x} ys={run.y} name={run.name} width={1} opacity="0.45" />)}
        {runs.map((run) => <Track key={run.name} xs={run.x} ys={run.y} name={run.name} until={end(run)} />)}
        {live && <Field pick={move} />}
        <Handle x={x} y={y} live={live} move={move}>
          <circle r="7" class="adam-start" />
          <circle r="2.5" style={{ fill: "var(--adam-ink)" }} />
        </Handle>
        {runs.map((run) => !gone(run, at) && <Dot key={run.name} x={run.x[end(run)]} y={run.y[end(run)]} name={run.name} pointer-events="none" />)}
      </Chart>
      <Chart
        height={height} left={52} x={{ domain: [0, 1.02 * result.steps], label: "step t" }}
        y={{ domain, log: true, label: "loss above the minimum", format: power }}
      >
        {at < result.steps && <Rule x={at} />}
        {runs.map((run, i) => <Line key={run.name} xs={steps[i]} ys={run.loss} name={run.name} />)}
        {runs.map((run) => run.loss[end(run)] >= domain[0] && !gone(run, at) && <Dot key={run.name} x={end(run)} y={run.loss[end(run)]} name={run.name} />)}
      </Chart>
    </Panels>
  );
}

const gone = ({ left }, at) => left !== null && at >= left;

function remark(run, at, budget) {
  if (gone(run, at)) return `left the numbers at step ${run.left}`;
  const said = [];
  if (run.outside !== null && at >= run.outside) said.push(`left the picture at step ${run.outside}`);
  if (run.tuned && (run.lr === budget[0] || run.lr === budget.at(-1))) said.push("its rate is at an end of the list");
  return said.join("; ");
}

function Table({ result, at }) {
  const { runs, budget } = result;
  return (
    <table class="adam-table">
      <caption>
        {budget
          ? `Budget: the same ${budget.length} learning rates for each, from ${budget[0]} to ${budget.at(-1)}. Kept is the one whose worst loss in the last ten steps of this very run is lowest.`
          : "Learning rates as set above."}
      </caption>
      <thead>
        <tr>
          <th scope="col">Optimizer</th>
          <th scope="col">α{budget && ", chosen"}</th>
          <th scope="col">Loss at step {at}</th>
          <th scope="col">Worst of last ten</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.name}>
            <th scope="row"><Sample name={run.name} />{run.name} <small>{remark(run, at, budget)}</small></th>
            <td>{budget && !run.tuned ? "trying …" : run.lr}</td>
            <td>{gone(run, at) ? "–" : number(run.loss[at], 3)}</td>
            <td>{number(run.score, 3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Extra({ result, local, setLocal, live, uid }) {
  const at = playhead(local, result);
  return (
    <>
      <Player at={at} last={result.steps} live={live} uid={uid} set={(step) => setLocal({ at: step === result.steps ? undefined : step })} />
      <p class="adam-warning">
        <strong>Do not choose an optimizer by such a picture.</strong> It has two parameters where a model has
        millions, {result.noise ? "one kind of noise" : "no noise"}, one start, and learning
        rates {result.budget ? "tuned on the very run that you see" : "set by hand"}. Another start, and another one
        is first.
      </p>
      <Table result={result} at={at} />
    </>
  );
}

export default { View, Extra };
