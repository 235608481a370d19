import { useRef, useState } from "preact/hooks";
import { LEARNER_LIMIT } from "../limits.js";

const KEY = "adam:write-adam";

/** What the reader wrote last time, or null where nothing was kept or nothing may be kept. */
function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @returns {boolean} whether the text is kept */
function keep(text) {
  try {
    localStorage.setItem(KEY, text);
    return true;
  } catch {
    return false;
  }
}

const ENDLESS = {
  title: `Stopped: it ran for more than ${LEARNER_LIMIT / 1000} seconds`,
  explanation:
    "Three short problems take a fraction of a second, so this looks like a loop that never ends. " +
    "step should take one step and return: it needs no loop of its own. Your text is untouched.",
  hint: "Look for a while whose condition never becomes false.",
  rows: [],
  progress: [],
  printed: [],
};

const broken = (error) => ({
  ...ENDLESS,
  title: "Python stopped in the middle",
  explanation: `${error}. Your text is untouched.`,
  hint: "",
});

const value = (x) => (typeof x === "number" ? String(x).replace("-", "−") : x);

function Verdict({ verdict, host }) {
  const { passed, title, explanation, hint, see, rows, progress, printed } = verdict;
  const address = see && host.page?.(see);
  return (
    <div class={`adam-verdict ${passed ? "passed" : "failed"}`}>
      <p>
        <strong>{passed ? "✓ " : "✗ "}{title}</strong>
      </p>
      <p>{explanation}</p>
      {progress.length > 0 && (
        <ul class="adam-progress">
          {progress.map((part) => (
            <li key={part.problem}>{part.passed ? "✓ equal" : "✗ different"}: {part.problem}</li>
          ))}
        </ul>
      )}
      {rows.length > 0 && (
        <div class="adam-evidence" tabIndex="0" role="group" aria-label="Your numbers beside Adam's">
          <table>
            <thead>
              <tr><th scope="col">Problem</th><th scope="col">Step</th><th scope="col">Yours</th><th scope="col">Adam</th></tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr key={i}>
                  <td>{row.problem}</td><td>{row.step}</td><td>{value(row.yours)}</td><td>{value(row.adam)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {!passed && hint && <p>Where to look: {hint}</p>}
      {see && <p>Read again: {address ? <a href={address}>{words(see)}</a> : words(see)}</p>}
      {printed.length > 0 && (
        <>
          <p>Your code printed:</p>
          <pre>{printed.join("\n")}</pre>
        </>
      )}
    </div>
  );
}

/** "lesson/bias-correction#ratio" -> "bias correction" */
const words = (see) => see.split("#")[0].split("/").pop().replaceAll("-", " ");

function View({ result, live, uid, host }) {
  const editor = useRef(null);
  const kept = useRef();
  if (live && kept.current === undefined) kept.current = recall();
  const [verdict, setVerdict] = useState(null);
  const [running, setRunning] = useState(false);
  const [hints, setHints] = useState(0);
  const [saves, setSaves] = useState(true);
  const pen = `demo-${uid}-pen`;
  const solution = result.hints.length - 1;

  const run = async () => {
    if (running) return;
    setRunning(true);
    setVerdict(null);
    try {
      const said = await host.judge(editor.current.read());
      setVerdict(said.endless ? ENDLESS : said.broken ? broken(said.broken) : said);
    } catch (error) {
      setVerdict(broken(error.message));
    }
    setRunning(false);
  };
  const write = (text) => {
    editor.current.replace(text);
    editor.current.focus();
  };

  return (
    <>
      {live ? (
        <host.Editor
          text={kept.current ?? result.template} label="Your Adam, in Python" describedby={pen}
          run={run} change={(text) => setSaves(keep(text))} handle={editor}
        />
      ) : (
        <div class="adam-editor"><pre>{result.template}</pre></div>
      )}
      <p id={pen} data-needs-script>
        <small>
          Ctrl + Enter runs it. Tab indents; to leave the editor by keyboard press Escape, then Tab.
          {!saves && " This browser lets the page keep nothing: your text will not survive a reload."}
        </small>
      </p>
      <div class="adam-buttons" data-needs-script>
        <button type="button" disabled={!live || running} onClick={run}>{running ? "Running …" : "Run and check"}</button>
        <button type="button" disabled={!live || hints >= solution} onClick={() => setHints(hints + 1)}>
          {hints ? "Another hint" : "Hint"} ({Math.min(hints, solution)} of {solution})
        </button>
        <button type="button" disabled={!live || hints < solution} onClick={() => write(result.hints[solution])}>
          Write the solution
        </button>
        <button type="button" disabled={!live} onClick={() => write(result.template)}>Start again</button>
        <small>Ctrl + Z brings back what a button has replaced. The solution comes after the last hint.</small>
      </div>
      <ol class="adam-hints" aria-live="polite">
        {result.hints.slice(0, Math.min(hints, solution)).map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
      </ol>
      <div role="status">{verdict && <Verdict verdict={verdict} host={host} />}</div>
    </>
  );
}

export default { View, quiet: true };
