/* What our pages do beyond HTML. Everything works without it: this file only helps. */
(() => {
  "use strict";

  /* Det Fælles Designsystem: the whole page once, later only what htmx brought in. A second DKFDS.init() would add
     window listeners again and make accordions toggle twice. */
  const COMPONENTS = [
    [".accordion", (element) => new DKFDS.Accordion(element).init()],
    [".alert.has-close", (element) => new DKFDS.Alert(element).init()],
    [".form-limit", (element) => new DKFDS.CharacterLimit(element).init()],
    [".js-checkbox-toggle-content", (element) => new DKFDS.CheckboxToggleContent(element).init()],
    [".js-dropdown", (element) => new DKFDS.Dropdown(element).init()],
    [".js-radio-toggle-group", (element) => new DKFDS.RadioToggleGroup(element).init()],
    ["table.table--responsive-headers", (element) => new DKFDS.ResponsiveTable(element)],
    [".tooltip-wrapper", (element) => new DKFDS.Tooltip(element).init()],
    ["[data-module='error-summary']", (element) => new DKFDS.ErrorSummary(element).init()],
  ];

  const isIn = (root, selector) => [...(root.matches(selector) ? [root] : []), ...root.querySelectorAll(selector)];

  function startComponents(root) {
    for (const [selector, start] of COMPONENTS) isIn(root, selector).forEach(start);
  }

  /* Tells a screen reader. Progress that goes on is told at most every ten seconds, its end at once. */
  let lastSaid = 0;

  function say(text, isUrgent = true) {
    const region = document.getElementById("announcements");
    if (!region || !text || (!isUrgent && Date.now() - lastSaid < 10000)) return;
    lastSaid = Date.now();
    region.textContent = text;
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (window.DKFDS) DKFDS.init();
    rememberForms();
  });
  document.addEventListener("htmx:load", (event) => {
    // htmx also fires this for the body when the page starts; that one was done by DKFDS.init().
    if (window.DKFDS && event.target !== document.body) startComponents(event.target);
    isIn(event.target, "[data-announce]").forEach((element) => say(element.dataset.announce, !element.hasAttribute("hx-get")));
    rememberForms();
  });

  /* A table that is pasted into textarea[data-paste-table] arrives as tab-separated text: one line per row, one tab per
     cell. The plain text on the clipboard often has a line per cell instead. */
  function tableAsText(table) {
    const cellText = (cell) => cell.textContent.replace(/[\s\u00a0]+/g, " ").trim();
    return [...table.rows].map((row) => [...row.cells].map(cellText).join("\t")).join("\n");
  }

  document.addEventListener("paste", (event) => {
    const box = event.target.closest?.("textarea[data-paste-table]");
    const html = box && event.clipboardData?.getData("text/html");
    if (!html) return;
    const pasted = new DOMParser().parseFromString(html, "text/html");
    pasted.querySelectorAll("br").forEach((element) => element.replaceWith(" "));
    pasted.querySelectorAll("p, li, div").forEach((element) => element.append(" "));
    const tables = [...pasted.querySelectorAll("table")].filter((table) => !table.parentElement.closest("table"));
    if (!tables.length) return;
    event.preventDefault();
    box.setRangeText(`${tables.map(tableAsText).join("\n")}\n`, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    say("Tabellen er sat ind.");
  });

  /* Leaving a page whose form has unsaved changes asks first: form[data-warn-unsaved]. */
  const firstState = new WeakMap();
  const stateOf = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
  let leavingOnPurpose = false;

  function rememberForms() {
    document.querySelectorAll("form[data-warn-unsaved]").forEach((form) => {
      if (!firstState.has(form)) firstState.set(form, stateOf(form));
    });
  }

  const isUnsaved = (form) => firstState.has(form) && (form.dataset.warnUnsaved === "changed" || firstState.get(form) !== stateOf(form));

  window.addEventListener("beforeunload", (event) => {
    if (leavingOnPurpose) return;
    if ([...document.querySelectorAll("form[data-warn-unsaved]")].some(isUnsaved)) event.preventDefault();
  });

  /* A second click while a form is under way does nothing. Forms that htmx sends are guarded by htmx itself. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || (form.getAttribute("method") || "").toLowerCase() !== "post") return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    leavingOnPurpose = true;
    // An answer that is a file leaves this page as it is, so the form is freed again after a while.
    setTimeout(() => freeForm(form), 10000);
  });

  function freeForm(form) {
    form.removeAttribute("aria-busy");
    leavingOnPurpose = false;
  }

  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(freeForm));

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
  });

  /* Ctrl+Enter (Cmd+Enter) sends the form one is in, else the page's form with the primary button. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const inside = event.target.closest?.("main form");
    const button = inside?.querySelector("button.button-primary[type=submit]") ?? document.querySelector("main form button.button-primary[type=submit]");
    if (!button) return;
    event.preventDefault();
    button.form.requestSubmit(button);
  });
})();
