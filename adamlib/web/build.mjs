// Builds the front end: from here into ../static (or into the folder given), which is committed.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "static");
const katex = join(here, "node_modules", "katex", "dist");

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });

const page = { outdir: out, minify: true, target: ["chrome120", "firefox121", "safari17.4"], logLevel: "warning" };
await build({ ...page, entryPoints: ["search-summary.js", "site.css"].map((name) => join(here, "site", name)) });
await build({ ...page, entryPoints: [join(here, "site", "site.js")], bundle: true });

// What the book's build typesets formulas with. It runs on Node and is not part of the site.
await build({
  entryPoints: [join(here, "typeset.mjs")],
  outfile: join(out, "typeset.mjs"),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
  logLevel: "warning",
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
