// What the book's build asks Node for: a line of JSON in, a line of JSON out, until the input ends.
//   { formula, display }              typeset mathematics
//   { spec, settings, result, uid }   the static figure of a demo
import { createInterface } from "node:readline";
import katex from "katex";
import { figure } from "./demos/static.jsx";

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    const html =
      "formula" in request
        ? katex.renderToString(request.formula, { displayMode: request.display, strict: false })
        : figure(request);
    answer = { html };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
