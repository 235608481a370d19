// A demo's settings: their defaults, their check, and how an address carries them.
//
// The rules are those of adamlib/demos/declare.py, which checks again before anything is computed.

const finite = (text) => (String(text).trim() === "" ? NaN : Number(text));
const within = (value, low, high) => (value >= low && value <= high ? value : undefined);

/** @returns a value that the control can take, or undefined if `value` is not one */
const checks = {
  slider: (control, value) => within(finite(value), control.values[0], control.values.at(-1)),
  number: (control, value) =>
    control.optional && (value === null || value === "") ? null : within(finite(value), control.low, control.high),
  count: (control, value) => {
    const whole = within(finite(value), control.low, control.high);
    return Number.isInteger(whole) ? whole : undefined;
  },
  choice: (control, value) => (control.options.some(([name]) => name === value) ? value : undefined),
  choices: (control, value) => {
    const given = Array.isArray(value) ? value : String(value).split(",");
    const names = control.options.map(([name]) => name);
    if (!given.length || given.some((name) => !names.includes(name))) return undefined;
    return names.filter((name) => given.includes(name));
  },
  switch: (control, value) => ({ true: true, false: false })[String(value)],
};

export const accept = (control, value) => checks[control.kind](control, value);

/** Whether what `when` asks of the settings holds: see Control in adamlib/demos/declare.py. */
export const applies = (when, settings) =>
  Object.entries(when ?? {}).every(([name, values]) => [settings[name]].flat().some((value) => values.includes(value)));

export const defaults = (spec) => Object.fromEntries(spec.controls.map((c) => [c.name, c.default]));

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The fragment of an address that opens a demo with these settings: only what is not the default. */
export function toFragment(spec, settings) {
  const pairs = spec.controls
    .filter((control) => !same(settings[control.name], control.default))
    .map(({ name }) => `${name}=${[settings[name]].flat().map(encodeURIComponent).join(",")}`);
  return `#demo-${spec.name}${pairs.length ? `?${pairs.join("&")}` : ""}`;
}

/** The name of the demo that a fragment opens, or null. */
export const demoOf = (fragment) => /^#demo-([a-z-]+)(\?|$)/.exec(fragment)?.[1] ?? null;

/**
 * What a fragment asks for. Whatever cannot be used is left out and named.
 * @returns {{ settings: object, refused: string[] }}
 */
export function fromFragment(spec, fragment) {
  const settings = {};
  const refused = [];
  for (const pair of fragment.split("?").slice(1).join("?").split("&")) {
    if (!pair) continue;
    const [name, text = ""] = [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)];
    const control = spec.controls.find((c) => c.name === name);
    let value;
    try {
      value = control && pair.includes("=") ? accept(control, decodeURIComponent(text)) : undefined;
    } catch {
      value = undefined; // a broken percent code
    }
    if (value === undefined) refused.push(pair.slice(0, 60));
    else settings[name] = value;
  }
  return { settings, refused };
}
