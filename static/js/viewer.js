/* The viewer of documents: paging by keyboard while the focus is in no field. Without it the links and the page field do the same. */
(() => {
  "use strict";

  const LINKS = { PageUp: "viewer-previous", ArrowLeft: "viewer-previous", PageDown: "viewer-next", ArrowRight: "viewer-next" };

  document.addEventListener("keydown", (event) => {
    const link = LINKS[event.key] && document.getElementById(LINKS[event.key]);
    if (!link || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], [role='menu'], dialog")) return;
    event.preventDefault();
    link.click();
  });

  /* A new page begins at its top, as it would without JavaScript. */
  document.addEventListener("htmx:afterSwap", (event) => {
    const viewer = document.getElementById("document-viewer");
    if (viewer && event.target.id === "document-viewer" && viewer.getBoundingClientRect().top < 0) viewer.scrollIntoView();
  });
})();
