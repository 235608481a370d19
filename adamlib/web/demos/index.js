// The one script of the demos. It is a classic script, because a page that was opened by a double
// click may load no other kind. It leaves `AdamDemos`:
//   prepare()                starts Python before it is needed
//   wake(element)            makes a static figure live; for the page (site/demos.js)
//   render({ model, el })    draws a live figure; for anywidget (adamlib/demos/widget.py)
import { render as draw } from "preact";
import { Editor } from "./editor.jsx";
import { change, goTo, Model, mount, prepare, sharedEngine, sharedJudge, wake } from "./host.js";
import { defaults } from "./settings.js";

let widgets = 0;

async function render({ model, el }) {
  el.classList.add("adam-jupyter");
  // Keys belong to the control that has the focus; JupyterLab looks for this on the element itself.
  el.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
  const engine = sharedEngine();
  const shown = new Map(); // name -> { root, spec, model }: the widget, and what it has opened below

  const judge = (code) => sharedJudge().judge(code);
  const add = async (name, own) => {
    const spec = await engine.declaration(name);
    const entry = { spec, model: own ?? new Model(defaults(spec)), root: el.appendChild(document.createElement("div")) };
    shown.set(name, entry);
    return entry;
  };
  const display = ({ root, spec, model: own }) =>
    mount({ root, engine, spec, model: own, uid: `${spec.name}-${++widgets}`, host: { Editor, links: false, judge, open } });

  /** Another demo opens below this one, in the same cell. It is not a widget that Python knows of. */
  async function open(name, settings) {
    const known = shown.get(name);
    const entry = known ?? (await add(name));
    change(entry.model, entry.spec, settings);
    if (!known) await display(entry);
    goTo(entry.root);
    return true;
  }

  try {
    await display(await add(model.get("_demo"), model));
  } catch (error) {
    el.textContent = `This figure is not live: ${error.message}.`;
  }
  return () => {
    for (const { root } of shown.values()) draw(null, root);
  };
}

export { prepare, render, wake };
export default { render };
