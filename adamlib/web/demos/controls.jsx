// Native controls, each with its label. Their names, ranges and defaults come from Python.
import { number } from "./charts.jsx";
import { accept, applies } from "./settings.js";

/** The index of the value of a list that is nearest. */
function nearest(values, value) {
  let best = 0;
  values.forEach((x, i) => {
    if (Math.abs(x - value) < Math.abs(values[best] - value)) best = i;
  });
  return best;
}

const withUnit = (value, unit) => (unit ? `${value} ${unit}` : String(value));

/** What is seen: small numbers as powers of ten. What is said stays a plain number. */
const seen = (value, unit) => withUnit(value !== 0 && Math.abs(value) < 1e-4 ? number(value) : value, unit);

function Label({ control, id }) {
  return (
    <label for={id}>
      {control.label}
      {control.help && <small>{control.help}</small>}
    </label>
  );
}

function Slider({ control, value, set, id }) {
  const { values, unit } = control;
  return (
    <div class="adam-control">
      <Label control={control} id={id} />
      <span class="adam-range">
        <input
          id={id} type="range" min="0" max={values.length - 1} step="1" value={nearest(values, value)}
          aria-valuetext={withUnit(value, unit)} onInput={(event) => set(values[event.target.valueAsNumber])}
        />
        <output for={id}>{seen(value, unit)}</output>
      </span>
    </div>
  );
}

function Count({ control, value, set, id }) {
  const { low, high, unit } = control;
  return (
    <div class="adam-control">
      <Label control={control} id={id} />
      <span class="adam-range">
        <input
          id={id} type="range" min={low} max={high} step="1" value={value}
          aria-valuetext={withUnit(value, unit)} onInput={(event) => set(event.target.valueAsNumber)}
        />
        <output for={id}>{withUnit(value, unit)}</output>
      </span>
    </div>
  );
}

/**
 * While somebody is typing, a half-finished number is left alone; leaving the field restores it.
 * `used` is the number that the demo takes while the field is empty.
 */
function NumberField({ control, value, set, id, used }) {
  return (
    <div class="adam-control">
      <Label control={control} id={id} />
      <input
        id={id} type="number" min={control.low} max={control.high} step="any" value={value ?? ""}
        placeholder={value === null && used !== undefined ? String(used) : undefined}
        onInput={({ target }) => {
          const typed = target.validity.badInput ? undefined : accept(control, target.value);
          target.toggleAttribute("aria-invalid", typed === undefined);
          if (typed !== undefined) set(typed);
        }}
        onKeyDown={(event) => {
          const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (!by) return;
          event.preventDefault();
          const next = Number(((value ?? used ?? 0) + by * control.step).toPrecision(12));
          set(Math.max(control.low, Math.min(control.high, next)));
        }}
        onBlur={(event) => {
          event.target.removeAttribute("aria-invalid");
          event.target.value = value ?? "";
        }}
      />
    </div>
  );
}

function Choice({ control, value, set, id, settings }) {
  const options = control.options.filter(([name]) => applies(control.only[name], settings));
  const chosen = options.some(([name]) => name === value) ? value : options[0]?.[0];
  return (
    <div class="adam-control">
      <Label control={control} id={id} />
      <select id={id} value={chosen} onChange={(event) => set(event.target.value)}>
        {options.map(([name, words]) => (
          <option key={name} value={name} selected={name === chosen}>{words}</option>
        ))}
      </select>
    </div>
  );
}

/** Check boxes; the last one that is checked cannot be unchecked. */
function Choices({ control, value, set, id }) {
  return (
    <fieldset class="adam-control adam-choices">
      <legend>{control.label}</legend>
      {control.options.map(([name, words]) => (
        <label key={name}>
          <input
            type="checkbox" id={`${id}-${name}`} checked={value.includes(name)}
            onChange={(event) => {
              const chosen = value.filter((other) => other !== name);
              if (event.target.checked) chosen.push(name);
              const accepted = accept(control, chosen);
              if (accepted) set(accepted);
              else event.target.checked = true;
            }}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}

function Switch({ control, value, set, id }) {
  return (
    <div class="adam-control adam-switch">
      <input id={id} type="checkbox" checked={value} onChange={(event) => set(event.target.checked)} />
      <Label control={control} id={id} />
    </div>
  );
}

const kinds = { slider: Slider, count: Count, number: NumberField, choice: Choice, choices: Choices, switch: Switch };

/** The control that a declaration asks for. */
export function Control(props) {
  const Kind = kinds[props.control.kind];
  return <Kind {...props} />;
}
