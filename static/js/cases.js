/* Drag a loose file to its case. The menu beside each file does the same, so this is an extra and nothing depends on it. */
(() => {
  "use strict";

  let dragged = null;

  const make = () => document.querySelectorAll("[data-loose]").forEach((row) => { row.draggable = true; });
  const target = (event) => (dragged ? event.target.closest?.("tr[data-case]") : null);

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-loose]") ?? null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    document.querySelectorAll("tr.is-over").forEach((row) => row.classList.remove("is-over"));
  });
  document.addEventListener("dragover", (event) => {
    const row = target(event);
    document.querySelectorAll("tr.is-over").forEach((other) => other.classList.toggle("is-over", other === row));
    if (!row) return;
    event.preventDefault();
    row.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const row = target(event);
    if (!row) return;
    event.preventDefault();
    const menu = dragged.querySelector("select[name=case]");
    menu.value = row.dataset.case;
    if (menu.value) menu.form.requestSubmit();
  });
  document.addEventListener("DOMContentLoaded", make);
  document.addEventListener("htmx:load", make);
})();
