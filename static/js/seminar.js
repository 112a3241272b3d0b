/* The seminar in full screen: the arrow keys turn the sheets, and nothing is fetched meanwhile, so that a long talk is never logged out.
   Without it the links ask for the same sheets. */
(() => {
  "use strict";

  const STEPS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  const main = document.getElementById("main-content");
  const sheets = [...main.querySelectorAll("[data-sheet]")];
  const links = { [-1]: document.getElementById("seminar-previous"), 1: document.getElementById("seminar-next") };
  const place = document.getElementById("seminar-place");
  const whole = document.getElementById("seminar-whole");
  let here = Number(main.dataset.here);

  const turn = (to) => {
    if (to < 1 || to > sheets.length) return;
    here = to;
    sheets.forEach((sheet, at) => { sheet.hidden = at !== to - 1; });
    place.textContent = `Side ${to} af ${sheets.length}`;
    Object.entries(links).forEach(([step, link]) => {
      link.href = `?side=${to + Number(step)}`;
      link.hidden = to + Number(step) < 1 || to + Number(step) > sheets.length;
    });
    history.replaceState(null, "", `?side=${to}`);
    sheets[to - 1].querySelector("h1").focus();
    window.scrollTo(0, 0);
  };

  document.addEventListener("keydown", (event) => {
    if (!STEPS[event.key] || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turn(here + STEPS[event.key]);
  });
  Object.entries(links).forEach(([step, link]) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      turn(here + Number(step));
    });
  });
  whole.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
})();
