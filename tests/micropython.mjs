// Runs a Python script under MicroPython, with adamlib's own files in reach of `import`.
//   node micropython.mjs <node_modules> <adamlib> <script.py>

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { plainModules } from "../adamlib/web/plain.mjs";

const [modules, adamlib, script] = process.argv.slice(2);

// The package is one long line, so an error's own report would print all of it: its message will do.
try {
  const entry = join(modules, "@micropython/micropython-webassembly-pyscript/micropython.mjs");
  const { loadMicroPython } = await import(pathToFileURL(entry));
  const micropython = await loadMicroPython({
    heapsize: 16_000_000,
    linebuffer: true,
    stdout: (line) => process.stdout.write(`${line}\n`),
  });
  // The time that this process has computed, however busy the machine is.
  micropython.registerJsModule("host", { seconds: () => process.cpuUsage().user / 1e6 });
  micropython.FS.mkdirTree("/lib/adamlib/demos");
  for (const [path, source] of Object.entries(plainModules(adamlib))) {
    micropython.FS.writeFile(`/lib/${path}`, source);
  }
  micropython.runPython('import sys; sys.path.append("/lib")');
  micropython.runPython(readFileSync(script, "utf8"));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
