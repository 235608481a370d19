import { useState } from "preact/hooks";
import { Chart, Dot, Field, Line, Panels, number, power, useFrame } from "../charts.jsx";

const BANDS = 8;
const DECADES = 12; // the scale spans no more: beyond, everything is simply good

/** The cell that is looked at: the best one until the reader chooses another. [row, column] */
function cursor(local, result) {
  const { row, column, axis } = local.cell ?? {};
  return axis === axisOf(result) ? [row, column] : (result.best ?? [0, 0]);
}
const axisOf = ({ optimizer, name }) => `${optimizer} ${name}`;

/** From the loss at the start down to the lowest, or to twelve decades below: what is worth telling. */
function extent({ loss, first }) {
  const known = loss.flat().filter((x) => x > 0 && x < first);
  const low = known.length ? Math.min(...known) : first / 10;
  return [Math.max(low, first * 10 ** -DECADES), first];
}

/** Which of the bands of equal factors a loss belongs to: 0 is no better than the start. */
function bands(result) {
  const [low, high] = extent(result);
  const width = Math.log(high / low) / BANDS;
  return (x) => (x > 0 ? Math.max(0, Math.min(BANDS - 1, Math.floor(Math.log(high / x) / width))) : BANDS - 1);
}

const shade = (band) => ({ fill: "var(--adam-corrected)", "fill-opacity": 0.03 + (0.47 * band) / (BANDS - 1) });

/** What is written into a cell: the loss as a power of ten, or a cross where the run left the numbers. */
function mark(loss, left) {
  if (left) return "×";
  if (loss === null) return "";
  if (loss === 0) return "−∞";
  return String(Math.round(Math.log10(loss)) || 0).replace("-", "−");
}

function Cells({ result }) {
  const { sx, sy } = useFrame();
  const { loss, left } = result;
  const band = bands(result);
  const edges = (row, column) => {
    const [x, y] = [sx(column - 0.5), sy(row + 0.5)];
    return `M${x.toFixed(1)} ${y.toFixed(1)}H${sx(column + 0.5).toFixed(1)}V${sy(row - 0.5).toFixed(1)}H${x.toFixed(1)}Z`;
  };
  const paths = Array(BANDS).fill("");
  loss.forEach((cells, row) =>
    cells.forEach((own, column) => {
      if (left[row][column]) return;
      const guess = own ?? loss[row - (row % 2)][column - (column % 2)]; // while the picture is coarse
      if (guess !== null) paths[band(guess)] += edges(row, column);
    }),
  );
  return (
    <>
      {paths.map((d, band) => <path key={band} d={d} style={shade(band)} />)}
      {loss.map((cells, row) => (
        <g key={row} class="adam-marks" text-anchor="middle">
          {cells.map((own, column) => (
            <text key={column} x={sx(column).toFixed(1)} y={(sy(row) + 4).toFixed(1)}>{mark(own, left[row][column])}</text>
          ))}
        </g>
      ))}
    </>
  );
}

/** A frame around a cell. */
function Around({ cell: [row, column], name, dash, width }) {
  const { sx, sy } = useFrame();
  const style = { stroke: `var(--adam-${name})`, "stroke-dasharray": dash };
  return (
    <rect
      x={sx(column - 0.5)} y={sy(row + 0.5)} width={sx(1) - sx(0)} height={sy(0) - sy(1)} fill="none"
      stroke-width={width} style={style} pointer-events="none"
    />
  );
}

/** A cell in words. */
function told(result, [row, column]) {
  const { rates, values, letter, loss, left } = result;
  const where = `α = ${rates[column]}${letter ? `, ${letter} = ${number(values[row])}` : ""}`;
  if (left[row][column]) return `${where}: left the numbers at step ${left[row][column]}`;
  return `${where}: ${loss[row][column] === null ? "not yet computed" : `loss ${number(loss[row][column], 3)}`}`;
}

function View({ result, live, local, setLocal }) {
  const [hovered, hover] = useState(null);
  const { rates, values, letter, loss, best, usual } = result;
  const chosen = cursor(local, result);
  const at = ([row, column]) => [
    Math.max(0, Math.min(values.length - 1, Math.round(row))),
    Math.max(0, Math.min(rates.length - 1, Math.round(column))),
  ];
  const show = (column, row) => hover(column === undefined ? null : at([row, column]));
  const pick = (column, row) => {
    const [r, c] = at([row, column]);
    setLocal({ cell: { row: r, column: c, axis: axisOf(result) } });
  };
  const decades = rates.map((_, i) => i).filter((i) => Math.abs(Math.log10(rates[i]) % 1) < 1e-9);
  const left = letter ? 62 : 46;
  const height = Math.max(230, 64 + 27 * values.length);
  const row = loss[chosen[0]];
  const [low, high] = extent(result);
  const domain = [low / 2, 10 * high];
  return (
    <>
      <Panels>
        <Chart
          title={told(result, hovered ?? chosen)} height={letter ? height : 110} left={left}
          x={{ domain: [-0.5, rates.length - 0.5], ticks: decades, format: (i) => rates[i], label: "learning rate α" }}
          y={{
            domain: [-0.5, values.length - 0.5],
            ticks: letter ? values.map((_, i) => i) : [],
            format: (i) => (values[i] > 0 && values[i] < 0.001 ? power(values[i]) : values[i]),
            label: letter && `${letter}${usual === null ? "" : `, usually ${number(values[usual])}`}`,
          }}
        >
          <Cells result={result} />
          {best && <Around cell={best} name="minimum" width="3" />}
          <Around cell={chosen} name="ink" width="1.8" dash="4 2" />
          {live && <Field pick={pick} hover={show} />}
        </Chart>
        <Chart
          title={letter ? `The row ${letter} = ${number(values[chosen[0]])}` : "The same as a line"} height={height} left={52}
          x={{ domain: [rates[0], rates.at(-1)], log: true, label: "learning rate α", ticks: decades.map((i) => rates[i]) }}
          y={{ domain, log: true, label: "loss at the end", format: power }}
        >
          {usual !== null && <Line xs={rates} ys={loss[usual]} name="g" width={1.4} />}
          <Line xs={rates} ys={row} name={result.optimizer} />
          {row[chosen[1]] > 0 && <Dot x={rates[chosen[1]]} y={row[chosen[1]]} name={result.optimizer} />}
        </Chart>
      </Panels>
      <Scale result={result} />
    </>
  );
}

/** What shades, numbers and frames mean. */
function Scale({ result }) {
  const [low, high] = extent(result);
  return (
    <div class="adam-scale" aria-hidden="true">
      <span>
        {number(high, 2)} or more
        <svg width="136" height="14" viewBox="0 0 136 14" focusable="false">
          {Array.from({ length: BANDS }, (_, band) => <rect key={band} x={band * 17} width="17" height="14" style={shade(band)} />)}
        </svg>
        {number(low, 2)}{result.loss.flat().some((x) => x !== null && x < low) && " or less"}
      </span>
      <span>k in a cell: the loss is near 10ᵏ. ×: the run left the numbers.</span>
      <span><i class="best" /> lowest</span>
      <span><i class="cursor" /> chosen</span>
      {result.usual !== null && <span>Dotted line on the right: the usual {result.letter}.</span>}
    </div>
  );
}

function Extra({ result, local, setLocal, live, uid, host }) {
  const [said, say] = useState("");
  const { rates, values, letter, loss, race, race_rate: rate, race_value: knob } = result;
  const [row, column] = cursor(local, result);
  const move = (r, c) => setLocal({ cell: { row: r, column: c, axis: axisOf(result) } });
  const words = told(result, [row, column]);
  const open = async () => {
    const settings = { ...race, [rate]: rates[column] };
    if (knob) settings[knob] = values[row];
    say((await host.open("race", settings)) ? "" : "There is no Race here.");
  };
  const range = (label, key, at, list, go) => (
    <span class="adam-range">
      <label for={`demo-${uid}-${key}`}>{label}</label>
      <input
        id={`demo-${uid}-${key}`} type="range" min="0" max={list.length - 1} step="1" value={at} disabled={!live}
        aria-valuetext={`${list[at]}. ${words}`} onInput={(event) => go(event.target.valueAsNumber)}
      />
      <output for={`demo-${uid}-${key}`}>{number(list[at])}</output>
    </span>
  );
  return (
    <>
      <div class="adam-playback" data-needs-script>
        {range("Cell: α", "column", column, rates, (c) => move(row, c))}
        {letter && range(`Cell: ${letter}`, "row", row, values, (r) => move(r, column))}
      </div>
      <div class="adam-buttons" data-needs-script>
        {host.open && <button type="button" disabled={!live} onClick={open}>Open this run in the Race</button>}
        <button type="button" disabled={!live || !local.cell} onClick={() => setLocal({ cell: undefined })}>Back to the lowest</button>
        <span role="status">{said}</span>
      </div>
      <details class="adam-more">
        <summary>The losses as a table</summary>
        <div class="adam-wide" role="region" tabindex="0" aria-label="Losses">
          <table class="adam-table">
            <thead>
              <tr>
                <th scope="col">{letter ?? ""} \ α</th>
                {rates.map((x) => <th key={x} scope="col">{x}</th>)}
              </tr>
            </thead>
            <tbody>
              {loss.map((cells, r) => (
                <tr key={r}>
                  <th scope="row">{letter ? number(values[r]) : result.optimizer}</th>
                  {cells.map((x, c) => <td key={c}>{result.left[r][c] ? "×" : number(x, 2)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

export default { View, Extra };
