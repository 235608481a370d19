// The frame that all demos share: title, controls, picture, readouts, caption. What is inside the
// picture is a view's business (views/); what is computed is Python's (adamlib/demos).
//
// The same component makes the static figure, when the book is built, and the live one.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Uid, number } from "./charts.jsx";
import { Control } from "./controls.jsx";
import { applies, toFragment } from "./settings.js";
import views from "./views/index.js";

const QUIET = 700; // milliseconds without a change before the result is announced

const read = (model, spec) => Object.fromEntries(spec.controls.map(({ name }) => [name, model.get(name)]));

/** The settings that a model holds, kept up to date. */
function useSettings(model, spec) {
  const [settings, setSettings] = useState(() => read(model, spec));
  useEffect(() => {
    const update = () => setSettings(read(model, spec));
    for (const { name } of spec.controls) model.on(`change:${name}`, update);
    update();
    return () => {
      for (const { name } of spec.controls) model.off(`change:${name}`, update);
    };
  }, [model]);
  return settings;
}

/** The newest result for the settings, from the engine; the old one stays until the new one comes. */
function useResult(spec, settings, first, engine) {
  const [state, setState] = useState({ settings, result: first, done: true, error: null });
  const client = useRef({});
  const key = JSON.stringify(settings);
  const shown = useRef(first ? key : null);
  const ask = (wanted) => {
    const asked = JSON.stringify(wanted);
    if (!engine || shown.current === asked) return;
    shown.current = asked;
    engine.run(client.current, spec.name, wanted, {
      part: (result, done) => setState({ settings: wanted, result, done, error: null }),
      error: (words) => setState((old) => ({ ...old, done: true, error: words })),
    });
  };
  useLayoutEffect(() => ask(settings), [key, engine]); // whoever has changed them
  useEffect(() => () => engine?.cancel(client.current), [engine]);
  const stop = () => {
    engine.cancel(client.current);
    setState((old) => ({ ...old, done: true }));
  };
  const busy = !state.done || (shown.current !== null && JSON.stringify(state.settings) !== key);
  return { ...state, busy, stop, ask };
}

/** The landscape that a result asks for by name, as soon as it is there. */
function useLandscape(name, first, engine) {
  const [land, setLand] = useState(first);
  useEffect(() => {
    if (!engine || !name || land?.name === name) return undefined;
    let wanted = true;
    engine.landscape(name).then((found) => wanted && setLand(found));
    return () => {
      wanted = false;
    };
  }, [name, engine]);
  return land?.name === name ? land : null;
}

/** Says what the figure shows, once the reader has stopped changing it. */
function Announcer({ text }) {
  const [said, say] = useState("");
  const first = useRef(text);
  useEffect(() => {
    if (text === first.current) return undefined;
    first.current = null;
    const quiet = setTimeout(() => say(text), QUIET);
    return () => clearTimeout(quiet);
  }, [text]);
  return <p class="adam-unseen" role="status">{said}</p>;
}

function Readouts({ rows }) {
  if (!rows?.length) return null;
  return (
    <dl class="adam-readouts">
      {rows.map(([label, value, unit]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {typeof value === "number" ? number(value) : (value ?? "–")}
            {unit && <small> {unit}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The controls that apply to the present settings; those that are rarely wanted are folded away. */
function Settings({ spec, settings, set, uid, live, used = {} }) {
  const shown = spec.controls.filter(({ when }) => applies(when, settings));
  const more = shown.filter((control) => control.more);
  const changed = ({ name, default: usual }) => JSON.stringify(settings[name]) !== JSON.stringify(usual);
  const draw = (control) => (
    <Control
      key={control.name} control={control} value={settings[control.name]} settings={settings}
      id={`demo-${uid}-${control.name}`} used={used[control.name]}
      set={(value) => set({ [control.name]: value })}
    />
  );
  return (
    <fieldset class="adam-controls" disabled={!live} data-needs-script>
      <legend class="adam-unseen">Settings</legend>
      {shown.filter((control) => !control.more).map(draw)}
      {more.length > 0 && (
        <details class="adam-more" open={more.some(changed)}>
          <summary>More settings</summary>
          <div class="adam-controls">{more.map(draw)}</div>
        </details>
      )}
    </fieldset>
  );
}

/**
 * The picture and what stands below it. They share what belongs to the view alone, such as where a
 * playhead is, as `local`, which `setLocal` adds to.
 */
function Stage({ view: { View, Extra, quiet }, ...rest }) {
  const [local, change] = useState({});
  const props = { ...rest, local, setLocal: (changes) => change((old) => ({ ...old, ...changes })) };
  const { spec, result } = rest;
  return (
    <>
      <div class="adam-picture" role={quiet ? undefined : "img"} aria-label={quiet ? undefined : `${spec.title}. ${result.summary}`}>
        <View {...props} />
      </div>
      {Extra && <Extra {...props} />}
    </>
  );
}

/** A link that carries the settings; following it puts them in the address and on the clipboard. */
function Link({ spec, settings }) {
  const [said, say] = useState("");
  const fragment = toFragment(spec, settings);
  const follow = async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, as usual
    event.preventDefault();
    history.replaceState(history.state, "", fragment);
    try {
      await navigator.clipboard.writeText(location.href);
      say("Copied");
    } catch {
      say("It is in the address bar now");
    }
    setTimeout(() => say(""), 3000);
  };
  return (
    <>
      <a href={fragment} onClick={follow}>Link to these settings</a>
      <span role="status">{said}</span>
    </>
  );
}

/**
 * @param {{ spec: object, model: object, engine?: object, first: object, uid?: string, host?: object }} props
 *   spec: the declaration; model: get, set, save_changes, on and off, as an ipywidget's;
 *   engine: computes results, and is missing while the figure is still static;
 *   first: the result for the model's settings, and landscape, the one that it names;
 *   uid: tells two figures of one page apart; note: a line to the reader;
 *   host: what the surroundings offer: { links, open, page, judge, Editor }.
 */
export function Demo({ spec, model, engine, first, landscape, uid = spec.name, host = {}, note = "" }) {
  const settings = useSettings(model, spec);
  const { result, settings: drawn, done, busy, error, stop, ask } = useResult(spec, settings, first, engine);
  const land = useLandscape(result.landscape, landscape, engine);
  const figure = useRef();
  const view = useMemo(() => views[spec.name], [spec.name]);
  const set = (changes) => {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    ask(read(model, spec)); // before anything is drawn: Python computes meanwhile
    model.save_changes();
  };
  useLayoutEffect(() => {
    if (!engine) return;
    const detail = { demo: spec.name, settings: drawn, result, done };
    figure.current.dispatchEvent(new CustomEvent("adam:result", { detail, bubbles: true }));
  }, [result, done]);
  const props = { spec, result, land, settings: drawn, asked: settings, set, live: Boolean(engine), uid, host };
  const long = !done && result?.progress !== undefined;
  return (
    <figure ref={figure} class="adam-figure adam-demo" id={`demo-${uid}`} aria-labelledby={`demo-${uid}-title`} data-live={engine ? "" : undefined}>
      <p class="adam-demo-title" id={`demo-${uid}-title`}>{spec.title}</p>
      {spec.controls.length > 0 && (
        <Settings spec={spec} settings={settings} set={set} uid={uid} live={Boolean(engine)} used={result.used} />
      )}
      <Uid.Provider value={uid}>
        <Stage view={view} {...props} />
      </Uid.Provider>
      <Readouts rows={result.readouts} />
      <figcaption>{spec.caption}</figcaption>
      {spec.controls.length > 0 && (
        <div class="adam-demo-foot" data-needs-script>
          <button type="button" disabled={!engine} onClick={() => set(Object.fromEntries(spec.controls.map((c) => [c.name, c.default])))}>
            Reset
          </button>
          {host.links !== false && <Link spec={spec} settings={settings} />}
          {long && (
            <>
              <progress max="1" value={result.progress} aria-label="Computed so far" />
              <button type="button" onClick={stop}>Stop</button>
            </>
          )}
        </div>
      )}
      <p class="adam-demo-note" hidden={!(note || error)}>{error ? `Not computed: ${error}.` : note}</p>
      {engine && <Announcer text={busy ? "" : result.summary} />}
    </figure>
  );
}
