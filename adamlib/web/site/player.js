// Makes one picture with a slider of the pictures side by side that `adamlib.show.player` writes.
// The style sheet lays the frames over one another; here the slider chooses which one is seen.

const PAUSE = 450; // milliseconds for each frame: slower than anything that could flash

/** @param {HTMLElement} figure */
function player(figure) {
  const frames = [...figure.querySelectorAll(".adam-frame")];
  const [button, slider, output] = figure.querySelectorAll("button, input, output");
  const last = frames.length - 1;
  const words = (i) => Number(frames[i].dataset.step).toLocaleString("en");
  let timer = 0;

  const show = () => {
    const now = slider.valueAsNumber;
    frames.forEach((frame, i) => frame.classList.toggle("now", i === now));
    output.textContent = `step ${words(now)} of ${words(last)}`;
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  };
  const next = () => {
    slider.valueAsNumber += 1;
    show();
    if (slider.valueAsNumber === last) pause();
  };
  button.addEventListener("click", () => {
    if (timer) return pause();
    if (slider.valueAsNumber === last) slider.valueAsNumber = 0;
    show();
    button.textContent = "Pause";
    timer = setInterval(next, PAUSE);
  });
  slider.addEventListener("input", () => {
    pause();
    show();
  });
  show(); // a browser may have kept the slider's place from the last visit
}

export function players() {
  document.querySelectorAll(".adam-player").forEach(player);
}
