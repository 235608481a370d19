// Which of adamlib's files run in the page: the plain modules, which also run under MicroPython.
// They are those that plain.json names, and all of demos/ but the widget.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "plain.json"), "utf8"));

/** @param {string} adamlib the package's folder @returns {Record<string, string>} path -> source */
export function plainModules(adamlib) {
  const demos = readdirSync(join(adamlib, "demos"))
    .filter((name) => name.endsWith(".py") && name !== "widget.py")
    .map((name) => `demos/${name}`);
  return Object.fromEntries(
    [...top.map((name) => `${name}.py`), ...demos]
      .sort()
      .map((path) => [`adamlib/${path}`, readFileSync(join(adamlib, path), "utf8")]),
  );
}
