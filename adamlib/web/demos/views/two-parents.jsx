import { Chart, Cross, Dot, Ellipses, Legend, Level, Line, Panels, look, number, useFrame } from "../charts.jsx";

const NAMES = { plain: "SGD", momentum: "Momentum", scaling: "RMSprop", both: "Adam" }; // in the palette
const EVERY = 10; // steps from dot to dot

// The same scale in both directions, so that a turned valley is the valley turned. A turned one takes
// more room, and all four maps show the same part of it.
const [WIDTH, HEIGHT] = [300, 186];
const ALONG = { x: [-4.7, 1.3], y: [-1.86, 1.86] };
const TURNED = { x: [-5.2, 2.6], y: [-3.568, 1.268] };

/** A dot at every tenth step, all in one path: they show how fast the run goes. */
function Beat({ xs, ys, name }) {
  const { sx, sy } = useFrame();
  const kept = xs.map((_, i) => i).filter((i) => i % EVERY === 0);
  const d = kept.map((i) => `M${sx(xs[i]).toFixed(1)} ${sy(ys[i]).toFixed(1)}h0`).join("");
  return <path d={d} stroke-width="6" stroke-linecap="round" style={{ stroke: look(name).stroke }} />;
}

function Map({ run, result }) {
  const name = NAMES[run.method];
  const { x, y } = result.turned ? TURNED : ALONG;
  const title = run.words[0].toUpperCase() + run.words.slice(1);
  return (
    <div>
      <p>
        <strong>{title}</strong>{" "}
        <span>{run.steps === null ? `not in ${result.limit}` : `${run.steps} steps`}, {`α\u00a0=\u00a0${number(run.lr, 3)}`}</span>
      </p>
      <Chart bare width={WIDTH} height={HEIGHT} x={{ domain: x }} y={{ domain: y }}>
        <Ellipses condition={result.condition} turned={result.turned} />
        <Cross x={0} y={0} />
        <Line xs={run.x} ys={run.y} name={name} width={1.6} style={{ stroke: look(name).stroke }} />
        <Beat xs={run.x} ys={run.y} name={name} />
        <Dot x={run.x[0]} y={run.y[0]} name="ink" r={4.5} />
      </Chart>
    </div>
  );
}

function View({ result }) {
  const { runs, limit, target } = result;
  const highest = Math.max(...runs.flatMap(({ loss }) => loss));
  return (
    <>
      <div class="adam-maps">
        {runs.map((run) => (
          <Map key={run.method} run={run} result={result} />
        ))}
      </div>
      <Panels>
        <Chart
          title={`Loss, until it stays below ${target}`} height={200} style="max-width: 27rem"
          x={{ domain: [0, limit], label: "step t" }} y={{ domain: [target / 20, 1.5 * highest], log: true, ticks: 6 }}
        >
          <Level y={target} />
          {runs.map(({ method, loss }) => (
            <Line key={method} xs={loss.map((_, t) => t)} ys={loss} name={NAMES[method]} width={1.6} />
          ))}
          {runs
            .filter(({ steps }) => steps !== null)
            .map(({ method, loss, steps }) => (
              <Dot key={method} x={steps} y={loss[steps]} name={NAMES[method]} />
            ))}
        </Chart>
      </Panels>
      <Legend entries={runs.map(({ method, words }) => [NAMES[method], words])} />
    </>
  );
}

export default { View };
