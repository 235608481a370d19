// Builds the front end: from here into ../static (or into the folder given), which is committed.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { plainModules } from "./plain.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "static");
const katex = join(here, "node_modules", "katex", "dist");

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });

const common = {
  bundle: true,
  minify: true,
  logLevel: "warning",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
};
const browsers = ["chrome120", "firefox121", "safari17.4"];

// What every page loads.
await build({
  ...common,
  entryPoints: ["site.js", "search-summary.js", "site.css", "figures.css", "demos.css"].map((name) => join(here, "site", name)),
  outdir: out,
  target: browsers,
});

// What the book's build asks Node for. It is not part of the site.
await build({
  ...common,
  entryPoints: [join(here, "node.mjs")],
  outfile: join(out, "node.mjs"),
  format: "esm",
  platform: "node",
});

// The demos: one classic script that holds the drawing, the worker, MicroPython and adamlib itself.
const worker = await build({
  ...common,
  entryPoints: [join(here, "demos", "worker.js")],
  write: false,
  format: "iife",
  target: browsers,
  // MicroPython's loader is also made for Node and for modules: it is neither here.
  define: { process: "undefined", "import.meta.url": '"blob:"' },
  external: ["module", "path", "url", "fs"],
});
const wasm = join(here, "node_modules", "@micropython", "micropython-webassembly-pyscript", "micropython.wasm");
const built = {
  worker: () => JSON.stringify(worker.outputFiles[0].text),
  // Compressed before it becomes text: the server's compression finds little in base64.
  wasm: () => JSON.stringify(deflateRawSync(readFileSync(wasm), { level: 9 }).toString("base64")),
  python: () => JSON.stringify(plainModules(join(here, ".."))),
};
await build({
  ...common,
  entryPoints: [join(here, "demos", "index.js")],
  outfile: join(out, "demos.js"),
  format: "iife",
  globalName: "AdamDemos",
  target: browsers,
  plugins: [
    {
      name: "built",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^built:/ }, ({ path }) => ({ path: path.slice(6), namespace: "built" }));
        onLoad({ filter: /.*/, namespace: "built" }, ({ path }) => ({
          contents: `export default ${built[path]()}`,
        }));
      },
    },
  ],
});

// KaTeX's styles with its own fonts. The fonts of ordinary letters stand in the style sheet itself:
// a font that came later would make the text jump.
const inline = ["Main-Regular", "Math-Italic", "Size1-Regular", "Size2-Regular"].map((name) => `KaTeX_${name}`);
const styles = readFileSync(join(katex, "katex.min.css"), "utf8");
writeFileSync(
  join(out, "katex.css"),
  styles.replace(/src:url\((fonts\/([^)]+)\.woff2)\)[^}]*/g, (_, font, name) => {
    let address = font;
    if (inline.includes(name)) {
      address = `data:font/woff2;base64,${readFileSync(join(katex, font), "base64")}`;
    } else {
      copyFileSync(join(katex, font), join(out, font));
    }
    return `font-display:block;src:url(${address}) format("woff2")`;
  }),
);
copyFileSync(join(here, "node_modules", "katex", "LICENSE"), join(out, "fonts", "LICENSE-KaTeX.txt"));
