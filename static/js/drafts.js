/* Saves each field of form[data-draft] while somebody writes, one at a time, and says truthfully how it stands. Nothing is kept in the
   browser: what could not be saved stays in the form, and is tried again. Without this file the form's own button saves everything.
   The server's side is accounts/drafts.py. Fires draft-saved {name} on the form when a field is as it is stored. */
(() => {
  "use strict";

  const TYPING = 500; // milliseconds without a key before a text is saved
  const LONGEST = 2500; // so long typing without a pause can put it off
  const PATIENCE = 20000; // for an answer
  const PAUSES = [1000, 2000, 5000, 10000, 20000]; // between attempts
  const OFFLINE = "ingen forbindelse";
  const form = document.querySelector("form[data-draft]");
  if (!form) return;

  const status = form.querySelector("[data-draft-status]");
  const unsaved = new Set(); // names of fields, the oldest change first
  const stuck = new Map(); // name → why it is not tried again before somebody does something
  let trouble = ""; // why nothing can be saved just now
  let isLoggedOut = false;
  let attempts = 0;
  let timer = 0;
  let since = 0; // when the oldest change was made that is not sent
  let working = null;
  let isLeaving = false;

  const baseOf = (name) => form.elements.namedItem(`base-${name}`);
  const valuesOf = (name) => new FormData(form).getAll(name);
  const controlsOf = (name) => [...form.elements].filter((element) => element.name === name);
  const next = () => [...unsaved].find((name) => !stuck.has(name));
  const conflictOf = (name) => form.querySelector(`[data-draft-conflict="${CSS.escape(name)}"]`);
  const token = () => form.elements.namedItem("csrfmiddlewaretoken");

  // How it stands

  function say(text) {
    const region = document.getElementById("announcements");
    if (region) region.textContent = text;
  }

  function tell(text, state) {
    if (status.textContent === text) return;
    status.textContent = text;
    status.dataset.state = state;
    if (state === "failed") say(text);
  }

  function tellHowItStands() {
    if (trouble) {
      tell(`Ikke gemt: ${trouble}. ${isLoggedOut ? "" : "Prøver igen."}`.trim(), "failed");
      if (isLoggedOut && !status.querySelector("a")) status.append(" ", logInLink());
    } else if (stuck.size) tell(`Ikke gemt: ${[...stuck.values()][0]}`, "failed");
    else if (unsaved.size) tell("Gemmer …", "saving");
    else if (status.dataset.clock) tell(`Gemt kl. ${status.dataset.clock}`, "saved");
  }

  function logInLink() {
    const link = document.createElement("a");
    const address = document.getElementById("session-dialog")?.dataset.over ?? "/?";
    link.href = `${address}&next=${encodeURIComponent(location.pathname)}`;
    link.target = "_blank";
    link.textContent = "Log ind i et nyt vindue";
    return link;
  }

  // Changes

  function touch(name, wait) {
    if (!name || !baseOf(name)) return;
    if (isBeingChosen(name)) return;
    clearError(name);
    stuck.delete(name);
    if (!unsaved.size) since = Date.now();
    unsaved.add(name);
    tellHowItStands();
    if (!trouble) plan(Math.min(wait, Math.max(0, since + LONGEST - Date.now())));
  }

  /* Somebody who writes on while both texts are shown goes on with theirs; it is saved when they choose it. */
  function isBeingChosen(name) {
    const mine = conflictOf(name)?.querySelector("[data-draft-mine]");
    const text = controlsOf(name)[0].matches("textarea");
    if (mine && text) mine.textContent = controlsOf(name)[0].value;
    return Boolean(mine && text);
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  }

  form.addEventListener("input", (event) => { if (event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) touch(event.target.name, TYPING); });
  form.addEventListener("change", (event) => touch(event.target.name, 0));
  form.addEventListener("focusout", (event) => { if (unsaved.has(event.target.name) && !trouble) plan(0); });

  // Saving: one field at a time, in the order of their changes

  function work() {
    clearTimeout(timer);
    working ??= saveAll().finally(() => {
      working = null;
      tellHowItStands();
      if (next()) plan(trouble ? PAUSES[Math.min(attempts, PAUSES.length) - 1] : TYPING);
    });
    return working;
  }

  async function saveAll() {
    for (const name of [...unsaved].filter((one) => !stuck.has(one))) {
      since = Date.now();
      if (!(await save(name))) return;
    }
  }

  /* Whether the way is free for the next one. */
  async function save(name, isRetry = false) {
    const values = valuesOf(name);
    const base = baseOf(name).value;
    const told = [["field", name], [`base-${name}`, base], ...values.map((value) => [name, value])];
    try {
      const options = { method: "POST", redirect: "manual", signal: AbortSignal.timeout(PATIENCE), headers: { "X-CSRFToken": token().value } };
      const answer = await fetch(form.dataset.draft, { ...options, body: new URLSearchParams(told) });
      if (answer.type === "opaqueredirect") return later("du er logget af.", true);
      if (answer.ok) return saved(name, values, await answer.json());
      if (answer.status === 403 && !isRetry) return (await renewToken()) ? save(name, true) : later("du er logget af.", true);
      if (answer.status >= 500 || answer.status === 429) return later("serveren svarer ikke");
      // While the answer was on its way somebody chose between two texts: it is sent again with what was chosen.
      if (base === baseOf(name).value) await refused(name, answer);
    } catch {
      return later(OFFLINE);
    }
    recovered();
    return true;
  }

  function saved(name, values, told) {
    recovered();
    baseOf(name).value = told.base;
    status.dataset.clock = told.clock;
    if (JSON.stringify(valuesOf(name)) === JSON.stringify(values)) unsaved.delete(name);
    form.dispatchEvent(new CustomEvent("draft-saved", { detail: { name } }));
    return true;
  }

  function later(why, loggedOut = false) {
    trouble = why.replace(/\.$/, "");
    isLoggedOut = loggedOut;
    attempts += 1;
    return false;
  }

  function recovered() {
    trouble = "";
    isLoggedOut = false;
    attempts = 0;
  }

  /* After a log-in in another window the page's token is of the past: the page itself has a new one. */
  async function renewToken() {
    const answer = await fetch(location.pathname, { redirect: "manual", cache: "no-store", headers: { "X-Polling": "1" } });
    if (!answer.ok) return answer.type !== "opaqueredirect";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    if (fresh) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = fresh; });
    return true;
  }

  // What cannot be saved as it is

  async function refused(name, answer) {
    if (answer.status === 422) return showError(name, (await answer.json()).sentence);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const conflict = page.querySelector("[data-draft-conflict]");
    if (conflict) return showConflict(name, conflict);
    const sentence = page.querySelector("main .alert-text")?.textContent.trim();
    stuck.set(name, sentence || "Du kan ikke længere skrive her. Kopiér din tekst, og genindlæs siden.");
  }

  const placeOf = (name) => controlsOf(name)[0]?.closest(".form-group, fieldset, label, div");

  function showError(name, sentence) {
    stuck.set(name, sentence);
    const control = controlsOf(name)[0];
    const message = document.createElement("span");
    message.className = "form-error-message";
    message.id = `${control.id || name}_live_error`;
    message.textContent = sentence;
    control.before(message);
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", message.id);
  }

  function clearError(name) {
    const control = controlsOf(name)[0];
    const message = document.getElementById(`${control?.id || name}_live_error`);
    if (!message) return;
    message.remove();
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
  }

  function showConflict(name, part) {
    const shown = document.importNode(part, true);
    conflictOf(name)?.remove();
    placeOf(name).before(shown);
    stuck.set(name, "feltet er gemt i et andet vindue. Vælg, hvad der skal stå.");
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-choose]");
    if (!button) return;
    const part = button.closest("[data-draft-conflict]");
    const name = part.dataset.draftConflict;
    baseOf(name).value = part.dataset.base;
    part.remove();
    if (button.dataset.draftChoose === "theirs") {
      set(name, [...part.querySelectorAll("[data-draft-theirs]")].map((one) => one.value));
      stuck.delete(name);
      unsaved.delete(name);
      status.dataset.clock = part.dataset.clock;
      form.dispatchEvent(new CustomEvent("draft-saved", { detail: { name } }));
      tellHowItStands();
    } else touch(name, 0);
    (controlsOf(name).find((one) => one.checked) ?? controlsOf(name)[0]).focus();
  });

  function set(name, values) {
    for (const control of controlsOf(name)) {
      if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    }
  }

  // Leaving: first everything is saved

  async function settle() {
    await working;
    for (let isFirst = true; next() && (isFirst || !trouble); isFirst = false) await work();
    return !unsaved.size;
  }

  function showTrouble() {
    tellHowItStands();
    const name = [...stuck.keys()][0];
    const place = name && (conflictOf(name) ?? controlsOf(name)[0]);
    place?.focus();
  }

  form.addEventListener("submit", async (event) => {
    if (isLeaving || (!unsaved.size && !working)) return;
    event.preventDefault();
    const button = event.submitter;
    if (!(await settle())) return showTrouble();
    isLeaving = true;
    form.requestSubmit(button);
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || (!unsaved.size && !working) || link.target || link.matches("[hx-get], [data-jump]")) return;
    if (link.getAttribute("href").startsWith("#") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (await settle()) location.assign(link.href);
    else showTrouble();
  });

  window.addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  document.addEventListener("session-over", (event) => {
    if (!unsaved.size) return;
    event.preventDefault(); // what was typed must not go with the page
    later("du er logget af.", true);
    tellHowItStands();
  });
  window.addEventListener("online", () => { if (unsaved.size) work(); });
  document.addEventListener("visibilitychange", () => { if (unsaved.size) work(); });
})();
