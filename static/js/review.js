/* The keyboard of a review: 1–5 answers, and the way from criterion to criterion. Letters and digits alone count only on an answer.
   Without this file every field is there, and Tab leads through them. Saving is static/js/drafts.js. */
(() => {
  "use strict";

  const form = document.getElementById("review-form");
  if (!form) return;

  const criteria = [...form.querySelectorAll("[data-criterion]")];
  const answers = (criterion) => [...criterion.querySelectorAll("[data-ratings] input")];
  const chosen = (criterion) => answers(criterion).find((answer) => answer.checked);
  const reason = (criterion) => criterion.querySelector("textarea[data-text=reason]");
  const isGood = (answer) => answer?.hasAttribute("data-good");
  const opened = new WeakSet(); // whose reason was asked for

  // What is seen

  function refresh(criterion) {
    const answer = chosen(criterion);
    const isWritten = reason(criterion).value.trim() !== "";
    if (criterion.hasAttribute("data-folds")) {
      const isFolded = !(answer && !isGood(answer)) && !isWritten && !opened.has(criterion) && !criterion.querySelector("[data-reason] .form-error, [data-reason] [data-draft-conflict]");
      criterion.querySelector("[data-reason]").hidden = isFolded;
      criterion.querySelector("[data-unfold]").hidden = !isFolded || !answer;
    }
    criterion.querySelector("[data-mark]").textContent = answer && (isGood(answer) || isWritten) ? "✓" : "";
  }

  function count() {
    const done = criteria.filter((one) => one.dataset.criterion !== "overall" && one.querySelector("[data-mark]").textContent);
    form.querySelector("[data-done]").textContent = String(done.length);
  }

  form.addEventListener("change", (event) => { if (event.target.type === "radio") update(event.target); });
  form.addEventListener("input", (event) => { if (event.target.matches("textarea")) update(event.target); });
  form.addEventListener("draft-saved", () => { criteria.forEach(refresh); count(); });

  function update(field) {
    const criterion = field.closest("[data-criterion]");
    if (criterion) refresh(criterion);
    count();
  }

  // The way through

  function stand(criterion) {
    (chosen(criterion) ?? answers(criterion)[0]).focus({ preventScroll: true });
    criterion.scrollIntoView({ block: "center" });
  }

  function go(criterion, step) {
    const other = criteria[criteria.indexOf(criterion) + step];
    if (other) stand(other);
    else if (step > 0) form.querySelector("[data-next]").focus();
  }

  function write(criterion) {
    opened.add(criterion);
    refresh(criterion);
    const text = reason(criterion);
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  function answer(criterion, number) {
    const wanted = answers(criterion)[number - 1];
    if (!wanted) return false;
    if (!wanted.checked) {
      wanted.checked = true;
      wanted.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (isGood(wanted)) go(criterion, 1);
    else write(criterion);
    return true;
  }

  function showPage(criterion) {
    const page = criterion.querySelector("[data-page]");
    if (!page) return false;
    page.closest("details").open = true;
    criterion.dispatchEvent(new CustomEvent("page-wanted", { bubbles: true })); // static/js/review_papers.js knows what is being read
    page.focus();
    page.select();
    return true;
  }

  /* Whether the key did something. */
  function onAnswer(event, criterion) {
    if (/^[1-9]$/.test(event.key)) return answer(criterion, Number(event.key));
    switch (event.key) {
      case "ArrowDown": case "Enter": go(criterion, 1); return true;
      case "ArrowUp": go(criterion, -1); return true;
      case "n": case "N": write(criterion); return true;
      case "p": case "P": return showPage(criterion);
      case "?": dialog.showModal(); return true;
      default: return false;
    }
  }

  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const criterion = event.target.closest("[data-criterion]");
    if (!criterion) return;
    let isDone = false;
    if (event.target.matches("[data-ratings] input")) isDone = onAnswer(event, criterion);
    else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea[data-text=reason], input")) {
      go(criterion, 1);
      isDone = true;
    }
    if (isDone) event.preventDefault();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-unfold]");
    if (button) write(button.closest("[data-criterion]"));
  });

  // The overview of the keys

  const dialog = document.getElementById("keys-dialog");
  const shower = document.querySelector("[data-keys]");
  shower.hidden = false;
  shower.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-close-keys]").addEventListener("click", () => dialog.close());

  criteria.forEach(refresh);
  count();
})();
