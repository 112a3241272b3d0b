/* What the accessibility tests ask of a page. Evaluated in the page; every function answers with plain data. */
({
  structure() {
    const shown = (element) => element.checkVisibility();
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown);
    const levels = headings.map((heading) => Number(heading.tagName[1]));
    const jumps = headings.filter((_, at) => at > 0 && levels[at] > levels[at - 1] + 1).map((heading) => heading.textContent.trim());
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return {
      lang: document.documentElement.lang,
      title: document.title,
      h1: levels.filter((level) => level === 1).length,
      jumps,
      repeatedIds: ids.filter((id, at) => ids.indexOf(id) !== at),
      help: [...document.querySelectorAll("a")]
        .filter((link) => link.textContent.trim() === "Support" && shown(link) && !link.closest("main"))
        .map((link) => (link.closest("header") ? "header" : link.closest("footer") ? "footer" : "elsewhere")),
    };
  },
  /* Boxes that stick out of the window to the right, but for regions that are meant to scroll and can be reached by keyboard. */
  sideways() {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !element.closest("[data-2d], [tabindex='0']"),
    );
    return [`page is ${root.scrollWidth} wide`, ...wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 100))];
  },
  /* Text that is cut off when a reader widens letters, words and lines (WCAG 1.4.12). */
  clippedBySpacing() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
    const cuts = (value) => value === "hidden" || value === "clip";
    const clipped = [...document.body.querySelectorAll("*")].filter((element) => {
      if (!element.checkVisibility() || element.closest("svg, [data-2d], .sr-only, select, textarea, input")) return false;
      if (!element.textContent.trim() || element.clientWidth <= 1 || element.clientHeight <= 1) return false;
      const style = getComputedStyle(element);
      return (
        (cuts(style.overflowY) && element.scrollHeight > element.clientHeight + 1) ||
        (cuts(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
      );
    });
    document.adoptedStyleSheets = [];
    return clipped.slice(0, 3).map((element) => element.outerHTML.slice(0, 100));
  },
  /* Where the keyboard stands: what shows it, and whether anything lies over it. */
  async focus() {
    const moving = document.getAnimations().filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
    await Promise.allSettled(moving.map((one) => one.finished));
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const label = here.labels?.[0];
    const drawn = [getComputedStyle(here), ...(label ? [getComputedStyle(label), getComputedStyle(label, "::before")] : [])];
    const width = Math.max(...drawn.map((style) => (style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth))));
    const isDrawnByLabel = getComputedStyle(here).opacity === "0" || here.getBoundingClientRect().width <= 1;
    const box = (isDrawnByLabel && label ? label : here).getBoundingClientRect();
    const points = [
      [box.left + box.width / 2, box.top + box.height / 2],
      [box.left + 2, box.top + 2],
      [box.right - 2, box.bottom - 2],
    ].filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
    const covered = points.filter(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return !top || !(here.contains(top) || top.contains(here) || label?.contains(top));
    });
    return {
      name: (here.getAttribute("aria-label") || here.labels?.[0]?.textContent || here.textContent || here.name || "").replace(/\s+/g, " ").trim(),
      html: here.outerHTML.slice(0, 120),
      outline: width,
      isInView: points.length > 0,
      isCovered: points.length > 0 && covered.length === points.length,
    };
  },
})
