// The one script of the demos. It is a classic script, because a page that was opened by a double
// click may load no other kind. It leaves `AdamDemos`:
//   wake(element)            makes a static figure live; for the page (site/demos.js)
//   render({ model, el })    draws a live figure; for anywidget (adamlib/demos/widget.py)
import { h, render as draw } from "preact";
import { Demo } from "./demo.jsx";
import { Editor } from "./editor.jsx";
import { firstResult, sharedEngine, sharedJudge, wake } from "./host.js";

let widgets = 0;

async function render({ model, el }) {
  const name = model.get("_demo");
  el.classList.add("adam-jupyter");
  // Keys belong to the control that has the focus; JupyterLab looks for this on the element itself.
  el.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
  const engine = sharedEngine();
  try {
    const spec = (await engine.ready).find((candidate) => candidate.name === name);
    const settings = Object.fromEntries(spec.controls.map((control) => [control.name, model.get(control.name)]));
    const first = await firstResult(engine, el, name, settings);
    const landscape = first.landscape && (await engine.landscape(first.landscape));
    const host = { Editor, links: false, judge: (code) => sharedJudge().judge(code) };
    draw(h(Demo, { spec, model, engine, first, landscape, uid: `${name}-${++widgets}`, host }), el);
  } catch (error) {
    el.textContent = `This figure is not live: ${error.message}.`;
  }
  return () => draw(null, el);
}

export { render, wake };
export default { render };
