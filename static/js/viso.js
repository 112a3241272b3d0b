/* VISO-udvalg: how many are chosen and how they spread, while one chooses. Without it the page says how the saved choice stands. */
(() => {
  "use strict";

  const form = document.querySelector(".viso-form");
  const counter = form?.querySelector("[data-viso-count]");
  if (!counter) return;

  const chosenRows = () => [...form.querySelectorAll("input[name=cases]:checked")].map((box) => box.closest("tr"));

  function countSpread(spread, rows) {
    const values = rows.map((row) => row.dataset[spread.dataset.spread]);
    const bars = [...spread.querySelectorAll("[data-key]")];
    let covered = 0;
    for (const bar of bars) {
      const chosen = values.filter((value) => value === bar.dataset.key).length;
      bar.querySelector("[data-chosen]").textContent = chosen;
      bar.querySelector("progress").value = chosen;
      if (chosen) covered += 1;
    }
    const noun = covered === 1 ? spread.dataset.singular : spread.dataset.plural;
    spread.querySelector("[data-spread-text]").textContent = `${covered} ${noun} af ${bars.length}`;
  }

  function show() {
    const rows = chosenRows();
    counter.querySelector("strong").textContent = rows.length + Number(counter.dataset.visoCount);
    document.querySelectorAll("[data-spread]").forEach((spread) => countSpread(spread, rows));
  }

  form.addEventListener("change", show);
  show(); // the browser may have brought boxes back
})();
