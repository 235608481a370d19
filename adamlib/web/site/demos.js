// Wakes the demos of a page: when one is in view and the page is idle, or at once when it is touched
// or when the address asks for it. Their script is loaded then, and not before.

let script; // resolves to what demos.js leaves behind

function load(address) {
  script ??= new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = () => {
      if (window.AdamDemos) resolve(window.AdamDemos);
      else reject(new Error("the demos' script is damaged"));
    };
    element.onerror = () => reject(new Error("the demos' script did not load"));
    document.head.append(element);
  });
  return script;
}

async function wake(root) {
  try {
    const demos = await load(root.dataset.script);
    await demos.wake(root);
  } catch (error) {
    root.classList.add("adam-still");
    const note = root.querySelector(".adam-demo-note");
    note.textContent = `This figure is not live here: ${error.message}.`;
    note.hidden = false;
  }
}

const idle = window.requestIdleCallback ?? ((callback) => setTimeout(callback, 1));

export function wakeDemos() {
  const roots = document.querySelectorAll("[data-demo]");
  if (!roots.length) return;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        idle(() => wake(target), { timeout: 100 });
      }
    },
    { rootMargin: "60% 0px" },
  );
  const nearby = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      nearby.disconnect();
      idle(() => load(roots[0].dataset.script).then(({ prepare }) => prepare()).catch(() => {}));
    },
    { rootMargin: "200% 0px" },
  );
  for (const root of roots) nearby.observe(root);
  const asked = /^#demo-([a-z-]+)/.exec(location.hash)?.[1];
  let found = false;
  for (const root of roots) {
    if (root.dataset.demo === asked && !found) {
      found = true;
      wake(root);
      root.scrollIntoView({ block: "start" });
    } else observer.observe(root);
    for (const kind of ["pointerdown", "focusin"]) {
      root.addEventListener(kind, () => wake(root), { once: true });
    }
  }
}
