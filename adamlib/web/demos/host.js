// The static page as a host: a plain model for each demo, made live when it comes into view.
import { h, render } from "preact";
import { Demo } from "./demo.jsx";
import { Editor } from "./editor.jsx";
import { Engine, Judge } from "./engine.js";
import { defaults, demoOf, fromFragment, toFragment } from "./settings.js";

/** What a demo needs of an ipywidget's model, without Jupyter. */
export class Model {
  constructor(values) {
    this.values = { ...values };
    this.listeners = new Map();
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    if (JSON.stringify(this.values[name]) === JSON.stringify(value)) return;
    this.values[name] = value;
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }

  save_changes() {}

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event).add(listener);
  }

  off(event, listener) {
    this.listeners.get(event)?.delete(listener);
  }
}

let engine;
let judge;

/** One engine for the whole page, started when the first demo wakes. */
export const sharedEngine = () => (engine ??= new Engine());
export const sharedJudge = () => (judge ??= new Judge());

const live = new Map(); // element -> promise of { spec, model }

/**
 * Draw a live demo into an element, as soon as there is something complete to show.
 * @param {{ root: Element, engine: Engine, spec: object, model: object, uid: string, host: object, note?: string }} props
 */
export async function mount({ root, ...props }) {
  const { engine: running, spec, model } = props;
  const settings = Object.fromEntries(spec.controls.map(({ name }) => [name, model.get(name)]));
  const result = await new Promise((resolve, reject) => {
    const part = (found, done) => done && resolve(found);
    running.run(root, spec.name, settings, { part, error: (words) => reject(new Error(words)) });
  });
  const landscape = result.landscape && (await running.landscape(result.landscape));
  const still = [...root.childNodes];
  root.replaceChildren(); // the live figure has the same size, so nothing jumps
  try {
    render(h(Demo, { ...props, first: result, landscape }), root);
  } catch (error) {
    root.replaceChildren(...still);
    throw error;
  }
}

/** Give a model all settings of a demo: those given, and the defaults of the others. */
export function change(model, spec, settings) {
  for (const [name, value] of Object.entries({ ...defaults(spec), ...settings })) model.set(name, value);
}

/** Take the reader to a demo. */
export function goTo(root) {
  root.scrollIntoView({ block: "start" });
  root.querySelector("input, select, button")?.focus({ preventScroll: true });
}

/** Start Python before it is needed. */
export function prepare() {
  sharedEngine().ready.catch(() => {}); // said when a figure is to be made live
}

/** Make the figure in `root` live. Rejects, and leaves the figure as it is, where that cannot be. */
export function wake(root) {
  if (!live.has(root)) {
    const waking = start(root);
    live.set(root, waking);
    waking.catch(() => live.delete(root));
  }
  return live.get(root);
}

async function start(root) {
  const running = sharedEngine();
  const spec = await running.declaration(root.dataset.demo);
  const model = new Model({ ...defaults(spec), ...JSON.parse(root.dataset.settings) });
  let note = "";
  if (demoOf(location.hash) === spec.name && first(spec.name) === root) {
    const { settings, refused } = fromFragment(spec, location.hash);
    for (const [name, value] of Object.entries(settings)) model.set(name, value);
    if (refused.length) note = `The address asked for what cannot be: ${refused.join(", ")}.`;
  }
  const host = {
    Editor,
    open: (name, settings) => open(root, name, settings),
    page: (path) => pageAddress(root, path),
    judge: (code) => sharedJudge().judge(code),
  };
  await mount({ root, engine: running, spec, model, uid: root.dataset.uid, host, note });
  return { spec, model };
}

/** The address of a page of the book, "lesson/mechanics#line-3", from where this one is. */
function pageAddress(root, path) {
  const [page, anchor] = path.split("#");
  return `${root.dataset.chapters}${page}.html${anchor ? `#${anchor}` : ""}`;
}

const first = (name) => document.querySelector(`[data-demo="${name}"]`);

/**
 * Open another demo with these settings and the defaults of all others: on this page if it is here,
 * else on the Playground. @returns {Promise<boolean>} whether there is such a demo
 */
async function open(from, name, settings) {
  const root = first(name);
  if (root) {
    const { spec, model } = await wake(root);
    change(model, spec, settings);
    goTo(root);
    return true;
  }
  const spec = await sharedEngine().declaration(name);
  const playground = new URL(pageAddress(from, "practice/playground"), location.href);
  if (playground.pathname === location.pathname) return false;
  location.href = playground + toFragment(spec, { ...defaults(spec), ...settings });
  return true;
}

addEventListener("hashchange", async () => {
  const root = demoOf(location.hash) && first(demoOf(location.hash));
  if (!live.has(root)) return;
  const { spec, model } = await live.get(root);
  change(model, spec, fromFragment(spec, location.hash).settings);
  root.scrollIntoView({ block: "start" });
});
