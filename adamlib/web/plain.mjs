// Which of adamlib's files run in the page: the plain modules, which also run under MicroPython.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {string} adamlib the package's folder @returns {Record<string, string>} path -> source */
export function plainModules(adamlib) {
  const top = ["__init__", "optimizers", "objectives", "descent", "exercises"].map((name) => `${name}.py`);
  const demos = readdirSync(join(adamlib, "demos"))
    .filter((name) => name.endsWith(".py") && name !== "widget.py")
    .map((name) => `demos/${name}`);
  return Object.fromEntries(
    [...top, ...demos].sort().map((path) => [`adamlib/${path}`, readFileSync(join(adamlib, path), "utf8")]),
  );
}
