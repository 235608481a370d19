// The static page as a host: a plain model for each demo, made live when it comes into view.
import { h, render } from "preact";
import { Demo } from "./demo.jsx";
import { Editor } from "./editor.jsx";
import { Engine, Judge } from "./engine.js";
import { defaults, demoOf, fromFragment } from "./settings.js";

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

const live = new Map(); // element -> { spec, model }

/** The first result for these settings. @returns {Promise<object>} */
export function firstResult(running, client, name, settings) {
  return new Promise((resolve, reject) => {
    running.run(client, name, settings, { part: resolve, error: (words) => reject(new Error(words)) });
  });
}

/** Make the figure in `root` live. Rejects, and leaves the figure as it is, where that cannot be. */
export async function wake(root) {
  if (live.has(root)) return;
  live.set(root, null);
  try {
    const running = sharedEngine();
    const specs = await running.ready;
    const spec = specs.find(({ name }) => name === root.dataset.demo);
    if (!spec) throw new Error(`there is no demo ${root.dataset.demo}`);
    const model = new Model({ ...defaults(spec), ...JSON.parse(root.dataset.settings) });
    let note = "";
    if (demoOf(location.hash) === spec.name && first(spec.name) === root) {
      const { settings, refused } = fromFragment(spec, location.hash);
      for (const [name, value] of Object.entries(settings)) model.set(name, value);
      if (refused.length) note = `The address asked for what cannot be: ${refused.join(", ")}.`;
    }
    const result = await firstResult(running, root, spec.name, { ...model.values });
    const landscape = result.landscape && (await running.landscape(result.landscape));
    const host = { Editor, open, page: (path) => pageAddress(root, path), judge: (code) => sharedJudge().judge(code) };
    const props = { spec, model, engine: running, first: result, landscape, uid: root.dataset.uid, host, note };
    live.set(root, { spec, model });
    root.replaceChildren(); // the live figure has the same size, so nothing jumps
    render(h(Demo, props), root);
  } catch (error) {
    live.delete(root);
    throw error;
  }
}

/** The address of a page of the book, "lesson/mechanics#line-3", from where this one is. */
function pageAddress(root, path) {
  const [page, anchor] = path.split("#");
  return `${root.dataset.chapters}${page}.html${anchor ? `#${anchor}` : ""}`;
}

const first = (name) => document.querySelector(`[data-demo="${name}"]`);

/** Open another demo with these settings: on this page if it is here, else on the Playground. */
async function open(name, settings) {
  const root = first(name);
  if (!root) return false;
  await wake(root);
  const { model } = live.get(root);
  for (const [key, value] of Object.entries(settings)) model.set(key, value);
  root.scrollIntoView({ block: "start" });
  root.querySelector("input, select, button")?.focus({ preventScroll: true });
  return true;
}

addEventListener("hashchange", () => {
  const root = demoOf(location.hash) && first(demoOf(location.hash));
  const known = root && live.get(root);
  if (!known) return;
  const { settings } = fromFragment(known.spec, location.hash);
  for (const [name, value] of Object.entries({ ...defaults(known.spec), ...settings })) known.model.set(name, value);
  root.scrollIntoView({ block: "start" });
});
