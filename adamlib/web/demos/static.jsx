// The static figure of a demo, as the book's build writes it into the page. Runs on Node.
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { Demo } from "./demo.jsx";

/** @param {{ spec: object, settings: object, result: object, landscape?: object, uid: string }} request */
export function figure({ spec, settings, result, landscape, uid }) {
  const model = { get: (name) => settings[name], set() {}, save_changes() {}, on() {}, off() {} };
  return renderToString(h(Demo, { spec, model, first: result, landscape, uid }));
}
