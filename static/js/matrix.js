/* Arrow keys move between the fields of a table inside [data-arrows]; Tab goes past them all. Without this file every field is a link. */
(() => {
  "use strict";

  const scroll = document.querySelector("[data-arrows]");
  if (!scroll) return;
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  let current = "";

  const fieldsOf = (row) => [...row.querySelectorAll("td a[id]")];
  const rows = () => [...scroll.querySelectorAll("tbody tr")].map(fieldsOf).filter((fields) => fields.length);

  /* One field is in the tab order: the one that was last used, or the first. */
  function rove() {
    const fields = rows().flat();
    const own = fields.find((field) => field.id === current) ?? fields[0];
    for (const field of fields) field.tabIndex = field === own ? 0 : -1;
  }

  function next(key, ctrl, field) {
    const all = rows();
    const row = all.findIndex((fields) => fields.includes(field));
    const column = all[row].indexOf(field);
    if (key === "Home") return all[ctrl ? 0 : row][0];
    if (key === "End") return all[ctrl ? all.length - 1 : row].at(-1);
    const [down, right] = STEPS[key];
    return all[row + down]?.[column + right];
  }

  scroll.addEventListener("keydown", (event) => {
    const field = event.target.closest("td a[id]");
    if (!field || event.altKey || event.metaKey || !(event.key in STEPS || event.key === "Home" || event.key === "End")) return;
    event.preventDefault();
    next(event.key, event.ctrlKey, field)?.focus();
  });
  scroll.addEventListener("focusin", (event) => {
    if (!event.target.matches("td a[id]")) return;
    current = event.target.id;
    rove();
  });
  document.addEventListener("htmx:load", rove);
  rove();
})();
