// What every page needs: the colours, the two menus, the search field, and scrolling by keyboard.
// A page reads well without it; the buttons that need it appear only when it runs.
import { wakeDemos } from "./demos.js";

import { players } from "./player.js";

/** @param {string} key @returns {string | null} what was kept, or null where nothing may be kept */
function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is forbidden or full: the choice holds for this page only.
  }
}

const root = document.documentElement;
const night = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");
const modes = { auto: "as the system", light: "light", dark: "dark" };

/** Put the chosen colours on the page and their name on the button. */
function paint() {
  const mode = root.dataset.mode in modes ? root.dataset.mode : "auto";
  const dark = mode === "auto" ? night.matches : mode === "dark";
  root.dataset.theme = dark && !paper.matches ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-action=theme]")) {
    button.title = `Colours: ${modes[mode]}`;
    button.setAttribute("aria-label", button.title);
  }
}

function nextColours() {
  const names = Object.keys(modes);
  root.dataset.mode = names[(names.indexOf(root.dataset.mode) + 1) % names.length];
  keep("mode", root.dataset.mode);
  paint();
}

/**
 * A menu that the theme shows and hides by a hidden checkbox. On a phone it lies over the page:
 * then the keyboard goes into it, Escape or a touch beside it closes it, and it gives focus back.
 */
function menu(action, checkboxId, selector) {
  const box = document.getElementById(checkboxId);
  const side = document.querySelector(selector);
  const buttons = document.querySelectorAll(`[data-action=${action}]`);
  if (!box || !side) return;
  box.tabIndex = -1;
  box.setAttribute("aria-hidden", "true");
  side.id ||= `adam-${action}`;
  side.tabIndex = -1;
  let opener = null;

  const covers = () => getComputedStyle(side).position === "fixed";
  const shown = () => side.checkVisibility({ visibilityProperty: true }) && side.getBoundingClientRect().right > 1;
  const say = () => {
    for (const button of buttons) {
      button.setAttribute("aria-controls", side.id);
      button.setAttribute("aria-expanded", String(covers() ? box.checked : shown()));
    }
    side.inert = covers() && !box.checked;
  };
  const set = (checked) => {
    box.checked = checked;
    box.dispatchEvent(new Event("change"));
  };
  const enter = () => {
    side.focus(); // refused until the theme's transition has made it visible
    if (box.checked && !side.contains(document.activeElement)) requestAnimationFrame(enter);
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      opener = button;
      set(!box.checked);
      if (covers() && box.checked) enter();
    });
  }
  box.addEventListener("change", say);
  addEventListener("resize", say);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.checked && covers()) {
      set(false);
      opener?.focus();
    }
  });
  side.addEventListener("click", (event) => {
    if (event.target.closest("a") && covers()) set(false);
  });
  say();
}

/** The search field that lies over the page. */
function search() {
  const wrapper = document.querySelector(".search-button__wrapper");
  const field = wrapper?.querySelector("input");
  if (!field) return;
  let opener = null;
  const show = (from) => {
    opener = from;
    wrapper.classList.add("show");
    field.focus();
    field.select();
  };
  const hide = () => {
    wrapper.classList.remove("show");
    opener?.focus?.();
  };
  for (const button of document.querySelectorAll("[data-action=search]")) {
    button.addEventListener("click", () => show(button));
  }
  wrapper.querySelector(".search-button__overlay").addEventListener("click", hide);
  addEventListener("keydown", (event) => {
    const open = wrapper.classList.contains("show");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (open) hide();
      else show(document.activeElement);
    } else if (event.key === "Escape" && open) hide();
  });
}

/** Mark in the list of contents the section that is being read. */
function followReading() {
  const links = new Map();
  for (const link of document.querySelectorAll(".bd-toc-nav a[href^='#']")) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) links.set(section, link);
  }
  if (!links.size) return;
  const visible = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) visible.add(target);
        else visible.delete(target);
      }
      const current = [...links.keys()].findLast((section) => visible.has(section));
      for (const [section, link] of links) {
        link.classList.toggle("active", section === current);
        if (section === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "0px 0px -60%" },
  );
  for (const section of links.keys()) observer.observe(section);
}

/** Whatever scrolls sideways can be scrolled by keyboard too. */
function reachByKeyboard() {
  for (const box of document.querySelectorAll("div.math, pre, .pst-scrollable-table-container, .table-wrapper")) {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", box.matches("pre") ? "Code" : box.matches(".math") ? "Formula" : "Table");
    } else if (box.hasAttribute("tabindex")) {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }
}

/** A button on each piece of code that copies it, or selects it where copying is forbidden. */
function offerCopies() {
  for (const block of document.querySelectorAll("div.highlight")) {
    const pre = block.querySelector("pre");
    if (!pre || pre.closest(".cell_output")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "adam-copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(pre.innerText.trimEnd() + "\n");
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(pre);
        button.textContent = "Selected";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    block.append(button);
  }
}

root.dataset.mode ||= recall("mode") ?? "auto";
paint();
night.addEventListener("change", paint);
paper.addEventListener("change", paint);
for (const button of document.querySelectorAll("[data-action=theme]")) {
  button.addEventListener("click", nextColours);
}
menu("menu", "pst-primary-sidebar-checkbox", ".bd-sidebar-primary");
menu("contents", "pst-secondary-sidebar-checkbox", ".bd-sidebar-secondary");
search();
followReading();
offerCopies();
players();
reachByKeyboard();
addEventListener("resize", reachByKeyboard);
root.classList.add("has-script");
wakeDemos();
