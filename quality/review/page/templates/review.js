(() => {
  "use strict";
  const SETTLES = 250; // a key pressed sooner was meant for the page before: nobody reads so fast
  const shown = performance.now();
  const root = document.documentElement;
  const help = document.getElementById("help");
  const single = document.getElementById("single-keys");
  const top = document.querySelector(".top");
  const choices = [...document.querySelectorAll(".choice button")];
  let sent = false;

  const keyed = key => document.querySelector(`[data-key="${CSS.escape(key)}"]`);

  function move(step) {
    const at = choices.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : choices.length - 1) : at + step;
    const choice = choices[Math.min(Math.max(next, 0), choices.length - 1)];
    if (!choice) return;
    choice.focus({ preventScroll: true });
    choice.closest("li").scrollIntoView({ block: "nearest" });
  }

  function target(key) {
    if (/^[1-9]$/.test(key)) return choices[key - 1];
    return ["n", "u", "b", "g", "?"].includes(key) ? keyed(key) : null;
  }

  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || (help && help.open)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const letters = !single || single.checked;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key] || (letters && { j: 1, k: -1 }[key]);
    if (step && choices.length) {
      event.preventDefault();
      move(step);
      return;
    }
    const wanted = letters && target(key);
    if (!wanted) return;
    event.preventDefault();
    if (!event.repeat && performance.now() - shown >= SETTLES) wanted.click();
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("submit", event => {
    if (event.target.method === "dialog") return;
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });

  if (top) {
    const clear = () => {
      const stuck = getComputedStyle(top).position === "sticky" ? top : top.lastElementChild;
      root.style.scrollPaddingTop = `${stuck.offsetHeight + 12}px`;
    };
    addEventListener("resize", clear);
    clear();
  }
  if (help) {
    keyed("?").addEventListener("click", () => help.showModal());
    single.checked = sessionStorage.getItem("single-keys") !== "off";
    single.addEventListener("change", () =>
      sessionStorage.setItem("single-keys", single.checked ? "on" : "off"));
  }
  const first = document.getElementById("begin") || document.querySelector("h1[tabindex]");
  if (first) first.focus({ preventScroll: true });
  setTimeout(() => { root.dataset.ready = "yes"; }, SETTLES);
})();
