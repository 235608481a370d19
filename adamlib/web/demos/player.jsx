// The playhead's controls: play, pause, one step back or on, and a range to scrub with.
import { useEffect, useRef, useState } from "preact/hooks";

const SECONDS = 6; // a whole run, or
const SLOWEST = 8; // so many steps a second if it is short

/**
 * Nothing moves before the reader presses Play. Until then the playhead stands at the end, where the
 * picture shows the whole run.
 * @param {{ at: number, last: number, set: (at: number) => void, live: boolean, uid: string, words?: Function }} props
 *   at: the step that is shown, from 0 to last; words: how it is said
 */
export function Player({ at, last, set, live, uid, words = (step) => `step ${step} of ${last}` }) {
  const [playing, play] = useState(false);
  const now = useRef();
  now.current = { at, last, set };
  useEffect(() => {
    if (!playing) return undefined;
    const speed = Math.max(SLOWEST, last / SECONDS) / 1000; // steps per millisecond
    let [before, owed, frame] = [performance.now(), 0, 0];
    const tick = (time) => {
      owed += Math.max(0, time - before) * speed;
      before = time;
      const steps = Math.floor(owed);
      if (steps) {
        owed -= steps;
        const next = Math.min(now.current.last, now.current.at + steps);
        now.current.set(next);
        if (next === now.current.last) return play(false);
      }
      frame = requestAnimationFrame(tick);
      return undefined;
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playing, last]);
  const go = (step) => {
    play(false);
    set(Math.max(0, Math.min(last, step)));
  };
  const start = () => {
    if (!playing && at >= last) set(0);
    play(!playing);
  };
  const id = `demo-${uid}-playhead`;
  return (
    <div class="adam-playback" data-needs-script>
      <button type="button" disabled={!live} onClick={start}>{playing ? "Pause" : "Play"}</button>
      <button type="button" disabled={!live || at <= 0} onClick={() => go(at - 1)}>Step back</button>
      <button type="button" disabled={!live || at >= last} onClick={() => go(at + 1)}>Step on</button>
      <span class="adam-range">
        <label for={id}>Step</label>
        <input
          id={id} type="range" min="0" max={last} step="1" value={at} disabled={!live} aria-valuetext={words(at)}
          onInput={(event) => go(event.target.valueAsNumber)}
        />
        <output for={id}>{at} of {last}</output>
      </span>
    </div>
  );
}
