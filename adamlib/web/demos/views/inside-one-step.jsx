import { Chart, Cross, Dot, Ellipses, Legend, Level, Line, Panels, look, number, span, useFrame } from "../charts.jsx";

const [WIDTH, HEIGHT] = [360, 196];
const [LEFT, RIGHT] = [44, 268]; // of the bars; labels stand before, values after
const MIDDLE = (LEFT + RIGHT) / 2;
const BAR = 11;
const NAMES = ["θ₁", "θ₂"];

const colour = (name) => `var(--adam-${name})`;

/** A label, a bar from 0 in the middle to `to`, and its value. */
function Row({ y, label, to, name, value, faint }) {
  return (
    <>
      <text x={LEFT - 8} y={y + 4} text-anchor="end">{label}</text>
      <rect
        x={Math.min(MIDDLE, to)} y={y - BAR / 2} width={Math.max(0.75, Math.abs(to - MIDDLE))} height={BAR}
        style={{ fill: colour(name), "fill-opacity": faint ? 0.3 : 1, stroke: colour(name) }}
      />
      <text x={RIGHT + 8} y={y + 4}>{value}</text>
    </>
  );
}

/** A frame from -half to half around 0, two rows high, whose size the second row shows and says. */
function Rule({ y, half, label, name, value }) {
  const [a, b] = [MIDDLE - half, MIDDLE + half];
  const low = y + 19;
  return (
    <>
      <rect x={a} y={y - 10} width={2 * half} height="39" fill="none" stroke-width="1.4" style={{ stroke: colour(name) }} />
      <path
        d={`M${a} ${low}H${b}M${a + 5} ${low - 4}L${a} ${low}l5 4M${b - 5} ${low - 4}L${b} ${low}l-5 4`}
        fill="none" stroke-width="1.6" style={{ stroke: colour(name) }}
      />
      <text x={LEFT - 8} y={low + 4} text-anchor="end">{label}</text>
      <text x={RIGHT + 8} y={low + 4}>{value}</text>
    </>
  );
}

/** One coordinate: its gradient and averages on one scale, and its step beside α. */
function Bars({ name, x, scale, longest, lr }) {
  const half = (RIGHT - LEFT) / 2;
  const at = (value) => MIDDLE + (half * value) / (scale || 1);
  const frame = half / longest; // α
  const ratio = Math.abs(x.ratio).toFixed(2);
  const length = x.step / lr;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} class="adam-chart" aria-hidden="true" focusable="false">
      <text class="title" x={LEFT} y="14">{name}</text>
      <path d={`M${MIDDLE} 22V${HEIGHT - 4}`} style={{ stroke: colour("axis") }} />
      <Row y={33} label="g" to={at(x.g)} name="g" value={number(x.g)} />
      <Row y={52} label="m" to={at(x.m)} name="m" value={number(x.m)} faint />
      <Row y={71} label="√v" to={at(x.root_v)} name="v" value={number(x.root_v)} faint />
      <Row y={97} label="m̂" to={at(x.m_hat)} name="m" value={number(x.m_hat)} />
      <Rule y={97} half={at(x.root_v_hat) - MIDDLE} label="±√v̂" name="v" value={number(x.root_v_hat)} />
      <text x={MIDDLE} y="141" text-anchor="middle" class="adam-halo">{`m̂ is ${ratio} of √v̂, so the step is ${ratio} of α`}</text>
      <Row y={160} label="step" to={MIDDLE + frame * length} name="Adam" value={number(x.step)} />
      <Rule y={160} half={frame} label="±α" name="ink" value={number(lr)} />
    </svg>
  );
}

/** The present step as an arrow. */
function Arrow({ from, to }) {
  const { sx, sy } = useFrame();
  const [a, b, c, d] = [sx(from[0]), sy(from[1]), sx(to[0]), sy(to[1])];
  const turn = (Math.atan2(d - b, c - a) * 180) / Math.PI;
  return (
    <g style={{ stroke: colour("ink"), fill: colour("ink") }}>
      <path d={`M${a} ${b}L${c} ${d}`} stroke-width="2.6" />
      <path d="M0 0L-8 -4V4Z" stroke-width="1" transform={`translate(${c} ${d}) rotate(${turn})`} />
    </g>
  );
}

/** A line through the step that is shown. */
function Playhead({ x }) {
  const { sx, box } = useFrame();
  return <path d={`M${sx(x)} ${box.top}V${box.bottom}`} style={{ stroke: colour("axis") }} />;
}

const LINES = ["ink", "AdamW"]; // of the two coordinates

function View({ result, settings }) {
  const { step, numbers, lengths, scale, x, y } = result;
  const t = lengths[0].map((_, i) => i + 1);
  const longest = lengths.map((all) => Math.max(1.15, ...all.map(Math.abs)));
  return (
    <>
      <Panels>
        {NAMES.map((name, i) => (
          <Bars key={name} name={name} x={numbers[i]} scale={scale[i]} longest={longest[i]} lr={settings.lr} />
        ))}
        <Chart title="The way so far, and this step" x={{ domain: span([...x, 0]), label: "θ₁", ticks: 5 }} y={{ domain: span([...y, 0]), label: "θ₂", ticks: 4 }}>
          <Ellipses condition={result.condition} />
          <Cross x={0} y={0} />
          <Line xs={x.slice(0, step)} ys={y.slice(0, step)} name="Adam" />
          <Dot x={x[0]} y={y[0]} name="ink" />
          <Arrow from={[x[step - 1], y[step - 1]]} to={[x[step], y[step]]} />
        </Chart>
        <Chart
          title="All steps, in units of α" x={{ domain: [1, t.length], label: "step t", ticks: [1, 10, 20, 30, 40, 50, 60] }}
          y={{ domain: span([...lengths.flat(), -1, 1]) }}
        >
          <Level y={0} />
          <Playhead x={step} />
          {NAMES.map((name, i) => (
            <Line key={name} xs={t} ys={lengths[i]} name={LINES[i]} width={1.8} />
          ))}
          {NAMES.map((name, i) => (
            <Dot key={name} x={step} y={lengths[i][step - 1]} name={LINES[i]} />
          ))}
        </Chart>
      </Panels>
      <Legend entries={NAMES.map((name, i) => [LINES[i], `${name} (last panel)`])} />
    </>
  );
}

/** Keeps a result beside its sign of equality when a line breaks. */
const kept = (text) => text.replace(/ = (.*)$/, (_, end) => ` =\u00a0${end.replaceAll(" ", "\u00a0")}`);

/** The algorithm in letters and in this step's numbers, as text; and the buttons. */
function Extra({ result, asked, set, live, uid }) {
  const go = (by) => {
    const step = asked.step + by;
    if (step >= 1 && step <= result.steps) set({ step });
  };
  return (
    <>
      <div class="adam-buttons" data-needs-script>
        <button type="button" disabled={!live} aria-disabled={asked.step <= 1} onClick={() => go(-1)}>One step back</button>
        <button type="button" disabled={!live} aria-disabled={asked.step >= result.steps} onClick={() => go(1)}>One step forward</button>
      </div>
      <p class="adam-algorithm-title" id={`demo-${uid}-algorithm`}>Algorithm 1 at step {result.step}, for both coordinates</p>
      <ol class="adam-algorithm" aria-labelledby={`demo-${uid}-algorithm`}>
        {result.lines.map(({ name, words, paper, numbers }) => (
          <li key={name} id={`demo-${uid}-${name}`}>
            <p><strong>{paper}</strong> <small>{words}</small></p>
            <p class="adam-numbers">
              {numbers.map(([of, text]) => (
                <span key={of}>
                  {of !== "t" && <b>{of}: </b>}
                  {paper.split(" ")[0]} ← {kept(text)}
                </span>
              ))}
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

export default { View, Extra };
