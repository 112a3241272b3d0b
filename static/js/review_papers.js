/* The case's documents beside a review: a link opens a document in its place, and references jump to their page. Without this file the
   links lead to the document's own page. */
(() => {
  "use strict";

  const place = document.getElementById("review-viewer");
  if (!place) return;

  const SWAP = "show:none ignoreTitle:true";
  const list = document.querySelector("[data-papers]");
  const confirm = document.querySelector("[data-viewer-confirm]");
  const failed = document.querySelector("[data-viewer-failed]");
  let current = ""; // the document that is being read, as the form's lists call it

  const isOurs = (target) => target && (target === place || place.contains(target));

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isOurs(event.detail.target)) return;
    const isViewer = event.detail.xhr.responseText.includes('id="document-viewer"');
    confirm.hidden = isViewer || event.detail.isError;
    failed.hidden = !event.detail.isError;
    if (!isViewer) event.detail.shouldSwap = false;
    if (!confirm.hidden) confirm.querySelector("a").focus();
  });
  document.addEventListener("htmx:sendError", (event) => { if (isOurs(event.detail.target)) failed.hidden = false; });

  /* On its own page a document's address follows as one turns the pages; here everything happens in its place beside the form. */
  document.addEventListener("htmx:load", (event) => {
    if (!isOurs(event.target)) return;
    event.target.querySelectorAll("a[href], form[action]").forEach((way) => {
      const verb = way.method === "post" ? "hx-post" : "hx-get";
      const told = { [verb]: way.getAttribute("href") ?? way.getAttribute("action"), "hx-target": "#document-viewer", "hx-select": "#document-viewer" };
      Object.entries({ ...told, "hx-swap": `outerHTML ${SWAP}`, "hx-push-url": "false" }).forEach(([name, value]) => way.setAttribute(name, value));
      htmx.process(way);
    });
    const path = event.target.querySelector(".viewer-go, .viewer-search")?.getAttribute("action").replace(/soeg\/$/, "");
    mark(path ?? asked);
    list.open = false;
    if (event.target.parentElement === place && place.getBoundingClientRect().bottom < 0) place.scrollIntoView(); // above the form, where there is no room beside it
  });

  let asked = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isOurs(event.detail.target)) asked = event.detail.pathInfo.requestPath.split("?")[0];
  });

  function mark(path) {
    current = "";
    for (const link of list.querySelectorAll("a[data-paper]")) {
      const isIt = link.getAttribute("href") === path;
      if (isIt) {
        current = link.dataset.paper;
        link.setAttribute("aria-current", "true");
        list.querySelector("summary").textContent = link.textContent;
      } else link.removeAttribute("aria-current");
    }
  }

  // References

  function address(criterion) {
    const url = criterion.querySelector("[data-document]").selectedOptions[0]?.dataset.url;
    const page = Number.parseInt(criterion.querySelector("[data-page]").value, 10);
    return url && (page > 1 ? `${url}?side=${page}` : url);
  }

  function refresh(criterion) {
    const jump = criterion?.querySelector("[data-jump]");
    if (!jump) return;
    const url = address(criterion);
    jump.hidden = !url;
    if (url) jump.setAttribute("href", url);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-document], [data-page]")) refresh(event.target.closest("[data-criterion]"));
  });

  document.addEventListener("click", (event) => {
    const jump = event.target.closest?.("[data-jump]");
    if (!jump || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    htmx.ajax("GET", jump.getAttribute("href"), { target: "#review-viewer", select: "#document-viewer", swap: `innerHTML ${SWAP}` });
  });

  /* P on an answer: the page that is being read is the one that is meant, unless another is written already. */
  document.addEventListener("page-wanted", (event) => {
    const [paper, page] = [event.target.querySelector("[data-document]"), event.target.querySelector("[data-page]")];
    if (!current || paper.value || page.value) return;
    paper.value = current;
    page.value = document.getElementById("viewer-page")?.value ?? "1";
    for (const field of [paper, page]) field.dispatchEvent(new Event("change", { bubbles: true }));
    refresh(event.target);
  });
})();
