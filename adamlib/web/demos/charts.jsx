// The parts that figures are made of. Scales and contours are d3's; these only put them on the page.
//
// Everything is drawn in a fixed box of user units and scaled as a whole, like the figures that
// matplotlib draws for the book. Colours and dashes are CSS variables made from adamlib.plots.PALETTE.
import { contours } from "d3-contour";
import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { createContext } from "preact";
import { useContext, useId, useMemo, useRef } from "preact/hooks";

const Frame = createContext(null);
export const useFrame = () => useContext(Frame);

/** What tells a figure from the others of its page. */
export const Uid = createContext("");

/** A number as a person writes it: three or four digits, a true minus, powers of ten when needed. */
export function number(x, digits = 4) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  let text;
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = x.toExponential(Math.max(0, digits - 2)).split("e");
    const power = `10${superscript(parseInt(exponent, 10))}`;
    text = parseFloat(mantissa) === 1 ? power : `${parseFloat(mantissa)}·${power}`;
  } else text = String(parseFloat(x.toPrecision(digits)));
  return text.replace("-", "−");
}

const superscript = (n) => [...String(n)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");

/** A power of ten, as axes are marked with. */
export const power = (x) => (x >= 0.001 && x <= 1000 ? number(x) : `10${superscript(Math.round(Math.log10(x)))}`);

/** How a line of the palette looks: its colour and its dashes. */
export const look = (name) => ({
  stroke: `var(--adam-${name})`,
  "stroke-dasharray": `var(--adam-${name}-dash)`,
});

/**
 * A panel with axes. `x` and `y` are { domain, label, log, ticks, format }; children are drawn inside.
 * A `bare` one has no axes and no text: what is drawn fills it, so that it can be small.
 * @param {{ title?: string, width?: number, height?: number, left?: number, x: object, y: object, bare?: boolean }} props
 */
export function Chart({ title, width = 360, height = 230, left = 46, x, y, bare, children, ...rest }) {
  const top = bare ? 0 : title ? 26 : 10;
  const box = bare ? { left: 0, right: width, top, bottom: height } : { left, right: width - 10, top, bottom: height - 38 };
  const sx = axis(x, [box.left, box.right]);
  const sy = axis(y, [box.bottom, box.top]);
  const clip = `clip-${useContext(Uid)}-${useId()}`;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} class="adam-chart" aria-hidden="true" focusable="false" {...rest}>
      <clipPath id={clip}>
        <rect x={box.left - 1} y={box.top - 4} width={box.right - box.left + 2} height={box.bottom - box.top + 8} />
      </clipPath>
      {title && <text class="title" x={box.left} y="15">{title}</text>}
      <g class="grid">
        {!bare && ticks(sy, y, 5).map((tick) => (
          <line key={tick} x1={box.left} x2={box.right} y1={sy(tick)} y2={sy(tick)} />
        ))}
      </g>
      {!bare && <g class="axis">
        <line x1={box.left} x2={box.right} y1={box.bottom} y2={box.bottom} />
        {ticks(sx, x, 6).map((tick) => (
          <text key={tick} x={sx(tick)} y={box.bottom + 15} text-anchor="middle">{mark(tick, x)}</text>
        ))}
        {ticks(sy, y, 5).map((tick) => (
          <text key={tick} x={box.left - 6} y={sy(tick) + 3.5} text-anchor="end">{mark(tick, y)}</text>
        ))}
        <text x={(box.left + box.right) / 2} y={height - 5} text-anchor="middle">{x.label}</text>
        {y.label && (
          <text transform={`translate(11 ${(box.top + box.bottom) / 2}) rotate(-90)`} text-anchor="middle">
            {y.label}
          </text>
        )}
      </g>}
      <g clip-path={`url(#${clip})`}>
        <Frame.Provider value={{ sx, sy, box }}>{children}</Frame.Provider>
      </g>
    </svg>
  );
}

function axis({ domain, log, nice = false }, range) {
  const scale = (log ? scaleLog() : scaleLinear()).domain(domain).range(range);
  return nice ? scale.nice() : scale;
}

function ticks(scale, { log, ticks: wanted }, count) {
  if (Array.isArray(wanted)) return wanted;
  if (!log) return scale.ticks(wanted ?? count);
  const decades = scale.ticks().filter((x) => Math.abs(Math.log10(x) % 1) < 1e-9 || Math.abs(Math.log10(x) % 1) > 1 - 1e-9);
  const every = Math.ceil(decades.length / (wanted ?? count));
  const kept = decades.filter((_, i) => (decades.length - 1 - i) % every === 0);
  return kept.length >= 2 ? kept : scale.ticks(count).slice(0, 8);
}

const mark = (tick, { format }) => (format ? format(tick) : number(tick, 3));

/** A line through (xs[i], ys[i]); it is broken where a value is missing or cannot be drawn. */
export function Line({ xs, ys, name, width = 2, ...rest }) {
  const { sx, sy, box } = useFrame();
  const far = 4 * (box.bottom - box.top); // beyond the clip, but not so far that drawing suffers
  const held = (y) => Math.max(box.top - far, Math.min(box.bottom + far, y));
  const path = line()
    .defined((i) => ys[i] !== null && Number.isFinite(sx(xs[i])) && !Number.isNaN(sy(ys[i])))
    .x((i) => sx(xs[i]))
    .y((i) => held(sy(ys[i])))
    .digits(1);
  return <path d={path(xs.map((_, i) => i))} fill="none" stroke-width={width} style={look(name)} {...rest} />;
}

/**
 * A way through the plane, as far as step `until`. Where it runs far out of the picture it is cut:
 * coordinates without measure are no good to those who draw.
 */
export function Track({ xs, ys, name, until = xs.length - 1, width = 2, ...rest }) {
  const { sx, sy, box } = useFrame();
  const far = 4 * (box.right - box.left);
  const held = (x) => Math.max(-1e7, Math.min(1e7, x));
  let path = "";
  let pen = false; // whether the path has come to the last point without a gap
  for (let i = 0; i < until; i++) {
    const a = [held(sx(xs[i])), held(sy(ys[i]))];
    const b = [held(sx(xs[i + 1])), held(sy(ys[i + 1]))];
    // The part of the line from a to b that lies within the square of that size around the picture.
    let [from, to] = [0, 1];
    for (const k of [0, 1]) {
      const [low, high] = k ? [box.top - far, box.bottom + far] : [box.left - far, box.right + far];
      const length = b[k] - a[k];
      if (length) {
        const ends = [(low - a[k]) / length, (high - a[k]) / length].sort((p, q) => p - q);
        [from, to] = [Math.max(from, ends[0]), Math.min(to, ends[1])];
      } else if (a[k] < low || a[k] > high) to = -1;
    }
    if (from >= to) {
      pen = false;
      continue;
    }
    const at = (share) => a.map((x, k) => (x + share * (b[k] - x)).toFixed(1)).join();
    path += `${pen && from === 0 ? "" : `M${at(from)}`}L${at(to)}`;
    pen = to === 1;
  }
  return <path d={path} fill="none" stroke-width={width} stroke-linejoin="round" style={look(name)} {...rest} />;
}

/** Where an event happened, in the units of the axes, held inside the picture. */
function place(event, { sx, sy, box }) {
  const svg = event.currentTarget.ownerSVGElement;
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const x = Math.max(box.left, Math.min(box.right, point.x));
  const y = Math.max(box.top, Math.min(box.bottom, point.y));
  return [sx.invert(x), sy.invert(y)];
}

/**
 * The whole picture as something to point at. `pick` gets the place of a click, `hover` that of the
 * pointer, and nothing when it leaves. For the keyboard there have to be controls that do the same.
 */
export function Field({ pick, hover }) {
  const frame = useFrame();
  const { left, top, right, bottom } = frame.box;
  return (
    <rect
      class="adam-field" x={left} y={top} width={right - left} height={bottom - top} fill="transparent"
      onClick={(event) => pick(...place(event, frame))}
      onPointerMove={hover && ((event) => hover(...place(event, frame)))}
      onPointerLeave={hover && (() => hover())}
    />
  );
}

/** Something that can be dragged. `move` gets the new place; the keyboard needs controls for it. */
export function Handle({ x, y, move, live, children }) {
  const frame = useFrame();
  const held = useRef(false);
  const drop = () => {
    held.current = false;
  };
  const drag = live && {
    class: "adam-handle",
    onPointerDown: (event) => {
      held.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => held.current && move(...place(event, frame)),
    onPointerUp: drop,
    onPointerCancel: drop,
  };
  return (
    <g transform={`translate(${frame.sx(x).toFixed(1)} ${frame.sy(y).toFixed(1)})`} {...drag}>
      <circle r="18" fill="transparent" />
      {children}
    </g>
  );
}

/** A vertical line at a value, such as where a playhead is. */
export function Rule({ x, name = "axis", ...rest }) {
  const { sx, box } = useFrame();
  return <line x1={sx(x)} x2={sx(x)} y1={box.top} y2={box.bottom} stroke-width="1.2" style={look(name)} {...rest} />;
}

/** A horizontal line at a value, to compare with. */
export function Level({ y, name = "axis", ...rest }) {
  const { sy, box } = useFrame();
  return <line x1={box.left} x2={box.right} y1={sy(y)} y2={sy(y)} stroke-width="1.2" style={look(name)} {...rest} />;
}

/** Words in the picture, at a place of the axes and `dx`, `dy` away from it. */
export function Words({ x, y, dx = 0, dy = 0, anchor = "start", children }) {
  const { sx, sy } = useFrame();
  return <text class="words" x={sx(x) + dx} y={sy(y) + dy} text-anchor={anchor}>{children}</text>;
}

/** Horizontal lines with words at their right ends: { y, name, words }. Crowded words move up. */
export function Levels({ entries }) {
  const { sy, box } = useFrame();
  let free = Infinity;
  return [...entries].sort((a, b) => a.y - b.y).map(({ y, name, words }) => {
    const at = Math.min(sy(y) - 4, free);
    free = at - 13;
    return (
      <g key={words}>
        <Level y={y} name={name} />
        <text class="words" x={box.right - 2} y={at} text-anchor="end">{words}</text>
      </g>
    );
  });
}

/** An arrow between two places of the axes. */
export function Arrow({ from, to, name, width = 2 }) {
  const { sx, sy } = useFrame();
  const [x1, y1, x2, y2] = [sx(from[0]), sy(from[1]), sx(to[0]), sy(to[1])];
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const long = Math.hypot(x2 - x1, y2 - y1);
  const head = Math.min(3 + 2 * width, long);
  return (
    <g transform={`translate(${x1} ${y1}) rotate(${turn})`} style={{ stroke: `var(--adam-${name})`, fill: `var(--adam-${name})` }}>
      <path d={`M0 0H${long - head}`} stroke-width={width} />
      <path d={`M${long} 0l${-head} ${-head / 2}v${head}z`} stroke="none" />
    </g>
  );
}

/** A dot, in the palette's colour. */
export function Dot({ x, y, name, r = 4, ...rest }) {
  const { sx, sy } = useFrame();
  return <circle cx={sx(x)} cy={sy(y)} r={r} style={{ fill: `var(--adam-${name})` }} {...rest} />;
}

/** A cross, as the book marks a minimum. */
export function Cross({ x, y, name = "minimum" }) {
  const { sx, sy } = useFrame();
  const [a, b] = [sx(x), sy(y)];
  return <path d={`M${a - 5} ${b}h10M${a} ${b - 5}v10`} stroke-width="2" fill="none" style={{ stroke: `var(--adam-${name})` }} />;
}

/**
 * Lines of equal height. `heights` is a list of rows from the bottom up, over `box` = [left, right,
 * bottom, top]; levels are spaced by equal factors, as in adamlib.plots.contours.
 */
export function Contours({ heights, box, levels = 14 }) {
  const { sx, sy } = useFrame();
  const paths = useMemo(() => {
    const [rows, columns] = [heights.length, heights[0].length];
    const flat = heights.flat();
    const high = Math.max(...flat);
    const low = Math.max(Math.min(...flat), high * 1e-5);
    const thresholds = Array.from({ length: levels }, (_, i) => low * (high / low) ** (i / levels));
    const [left, right, bottom, top] = box;
    // d3 puts the value of column i at i + 0.5.
    const px = (u) => sx(left + ((u - 0.5) / (columns - 1)) * (right - left)).toFixed(1);
    const py = (w) => sy(bottom + ((w - 0.5) / (rows - 1)) * (top - bottom)).toFixed(1);
    return contours()
      .size([columns, rows])
      .thresholds(thresholds)(flat)
      .map(({ coordinates }) =>
        coordinates
          .flat()
          .map((ring) => `M${ring.map(([u, w]) => `${px(u)},${py(w)}`).join("L")}`)
          .join(""),
      );
  }, [heights, box, levels, sx.range().join(), sy.range().join()]);
  return (
    <g class="contours">
      {paths.map((d, i) => (
        <path key={i} d={d} />
      ))}
    </g>
  );
}

/**
 * Lines of equal height of a valley, (x² + condition · y²) / 2 or the same turned by 45°. They are
 * ellipses, drawn exactly: however narrow the valley is, a grid would be too coarse for its floor.
 * A turned one needs the same scale in both directions.
 */
export function Ellipses({ condition = 1, turned = false, factor = 0.6 }) {
  const { sx, sy, box } = useFrame();
  const unit = Math.abs(sx(1) - sx(0));
  const narrow = Math.abs(sy(1) - sy(0)) / Math.sqrt(condition);
  const [cx, cy] = [sx(0), sy(0)];
  const reach = Math.hypot(box.right - box.left, box.bottom - box.top); // beyond every corner
  const sizes = []; // of the axis along the floor, outermost first; heights differ by factor²
  for (let r = reach / Math.min(unit, narrow); r * unit > 10; r *= factor) {
    if (r * narrow < reach) sizes.push(r);
  }
  return (
    <g class="contours" transform={turned ? `rotate(-45 ${cx} ${cy})` : undefined}>
      {sizes.map((r, i) => (
        <ellipse key={i} cx={cx} cy={cy} rx={(r * unit).toFixed(1)} ry={(r * narrow).toFixed(2)} />
      ))}
    </g>
  );
}

/** A piece of a line, as it stands beside the words that say what it is. */
export function Sample({ name }) {
  return (
    <svg class="adam-sample" width="30" height="10" viewBox="0 0 30 10" aria-hidden="true" focusable="false">
      <path d="M0 5h30" stroke-width="2.4" style={look(name)} />
    </svg>
  );
}

/** What the lines mean: pairs of a palette's name and words. */
export function Legend({ entries }) {
  return (
    <ul class="adam-legend" aria-hidden="true">
      {entries.map(([name, words]) => (
        <li key={words}>
          <Sample name={name} />
          {words}
        </li>
      ))}
    </ul>
  );
}

/** Panels side by side, one below the other on a phone. */
export function Panels({ children }) {
  return <div class="adam-stage">{children}</div>;
}

/** A range that holds all finite values, a little wider than they need. */
export function span(values, { least, most, pad = 0.06 } = {}) {
  let low = Infinity;
  let high = -Infinity;
  for (const x of values) {
    if (x !== null && Number.isFinite(x)) {
      if (x < low) low = x;
      if (x > high) high = x;
    }
  }
  if (low > high) [low, high] = [0, 1];
  const extra = (high - low || Math.abs(high) || 1) * pad;
  return [least ?? low - extra, most ?? high + extra];
}
