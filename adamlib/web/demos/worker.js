// Runs adamlib in MicroPython, away from the page, so that the page never waits.
//
// In:   { boot: wasm, files: {path: source} }   once; answered by { ready }
//       { run: ticket, name, settings }         compute a demo, part by part
//       { stop: ticket }                        this ticket is overtaken: compute no more of it
//       { declare: ticket, name }               what a demo says of itself
//       { survey: ticket, name }                the heights of a landscape
//       { judge: ticket, code }                 judge a learner's Adam
// Out:  { ready }, { ticket, part, done }, { ticket, error }
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const BOOT = `
import gc, json, sys
gc.threshold(300_000)  # bytes between collections: memory that is used again stays near the processor
sys.path.append("/lib")
import page
from adamlib.demos import DEMOS
from adamlib.demos.landscape import landscape

jobs = {}

def begin(ticket, name, settings):
    jobs[ticket] = DEMOS[name].parts(json.loads(settings))

def advance(ticket):
    # One part ahead, so that the last part is known to be the last.
    job = jobs[ticket]
    try:
        page.part(next(job))
        return True
    except StopIteration:
        return False

def survey(name):
    page.part(landscape(name))

def drop(ticket):
    jobs.pop(ticket, None)

def judge(code):
    from adamlib.exercises import check_text
    page.part(check_text(code).as_dict())

def declare(name):
    page.part(DEMOS[name].declaration())
`;

let python;
let answer; // what Python has handed over last
const stopped = new Set();
const printed = [];

/** @param {Blob} wasm @param {Record<string, string>} files */
async function boot(wasm, files) {
  const url = URL.createObjectURL(wasm.slice(0, wasm.size, "application/wasm"));
  python = await loadMicroPython({
    url,
    heapsize: 2_000_000, // to begin with: it grows
    pystack: 64 * 1024,
    linebuffer: true,
    stdout: (line) => printed.length < 200 && printed.push(line),
  });
  URL.revokeObjectURL(url);
  python.FS.mkdirTree("/lib/adamlib/demos");
  for (const [path, source] of Object.entries(files)) python.FS.writeFile(`/lib/${path}`, source);
  python.registerJsModule("page", { part: (data) => (answer = python.PyProxy.toJs(data)) });
  python.runPython(BOOT);
  postMessage({ ready: true });
}

/** A Python error in one line: the traceback is for those who write demos. */
function words(error) {
  const lines = String(error.message ?? error).trim().split("\n");
  return lines[lines.length - 1];
}

const call = (name, ...args) => python.globals.get(name)(...args);
const others = () => new Promise((resolve) => setTimeout(resolve));

async function run(ticket, name, settings) {
  try {
    call("begin", ticket, name, JSON.stringify(settings));
    let part;
    while (!stopped.has(ticket) && call("advance", ticket)) {
      const next = answer; // taken at once: others compute while this waits
      if (part) {
        postMessage({ ticket, part, done: false });
        await others(); // let a message come in that says stop
      }
      part = next;
    }
    if (!stopped.has(ticket)) postMessage({ ticket, part, done: true });
    else postMessage({ ticket, stopped: true });
  } catch (error) {
    postMessage({ ticket, error: words(error) });
  } finally {
    call("drop", ticket);
    stopped.delete(ticket);
  }
}

function once(ticket, name, argument) {
  printed.length = 0;
  try {
    call(name, argument);
    postMessage({ ticket, part: { ...answer, printed: [...printed] }, done: true });
  } catch (error) {
    postMessage({ ticket, error: words(error) });
  }
}

onmessage = ({ data }) => {
  if (data.boot) boot(data.boot, data.files).catch((error) => postMessage({ broken: words(error) }));
  else if (data.run) run(data.run, data.name, data.settings);
  else if (data.stop) stopped.add(data.stop);
  else if (data.survey) once(data.survey, "survey", data.name);
  else if (data.declare) once(data.declare, "declare", data.name);
  else if (data.judge) once(data.judge, "judge", data.code);
};
