/* Warns before the log-in ends, and leaves the page when it has ended. The server keeps the time: it is asked before anything
   is said, so that work in one tab keeps the others alive. Without this file the next click leads to the log-in page. */
(() => {
  "use strict";

  const RETRY = 10000; // milliseconds: the server did not answer, or the dialog is open and another tab may put the end off
  const element = document.getElementById("session-dialog");
  if (!element || !window.DKFDS) return;

  const form = element.querySelector("[data-session-extend]");
  const warn = Number(element.dataset.warn) * 1000;
  const dialog = new DKFDS.Modal(element);
  const isOpen = () => element.getAttribute("aria-hidden") === "false";
  let timer = 0;
  let lastUse = 0;
  let isLeaving = false;
  let isAnswered = false; // "Fortsæt" was chosen, and the end cannot be put off any more
  let cameFrom = null;

  function checkIn(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(check, Math.max(0, milliseconds));
  }

  async function ask() {
    try {
      const answer = await fetch(element.dataset.ask, { headers: { "X-Polling": "1" }, cache: "no-store" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  async function check() {
    const told = await ask();
    if (!told) return checkIn(RETRY);
    const left = told.seconds * 1000;
    if (left <= 0) return leave();
    if (left > warn) {
      isAnswered = false;
      close();
      return checkIn(left - warn);
    }
    // Somebody who writes or clicks right now is not asked.
    if (told.extendable && !isOpen() && Date.now() - lastUse < warn && (await extend())) return check();
    if (!isAnswered) open(left, told.extendable);
    return checkIn(Math.min(RETRY, left));
  }

  function open(left, isExtendable) {
    const clock = new Intl.DateTimeFormat("da-DK", { hour: "2-digit", minute: "2-digit" }).format(Date.now() + left);
    element.querySelectorAll("[data-session-ends]").forEach((place) => { place.textContent = clock; });
    element.querySelector("[data-when-idle]").hidden = !isExtendable;
    element.querySelector("[data-when-longest]").hidden = isExtendable;
    if (isOpen()) return;
    cameFrom = document.activeElement;
    dialog.show();
  }

  function close() {
    if (!isOpen()) return;
    dialog.hide();
    cameFrom?.focus?.();
  }

  async function extend() {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      return answer.ok;
    } catch {
      return false;
    }
  }

  /* To the log-in page, and from there back to this address; unless something that is not saved would go with the page. */
  function leave() {
    if (!document.dispatchEvent(new Event("session-over", { cancelable: true }))) return;
    isLeaving = true;
    location.replace(`${element.dataset.over}&next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await extend();
    isAnswered = true;
    close();
    check();
  });

  // The page goes without asking about unsaved changes: nobody is there to answer.
  window.addEventListener("beforeunload", (event) => {
    if (isLeaving) event.stopImmediatePropagation();
  }, { capture: true });

  for (const kind of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(kind, () => { if (!isOpen()) lastUse = Date.now(); }, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) check(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) check(); });

  checkIn(Number(element.dataset.left) * 1000 - warn);
})();
