/* On paper every case is unfolded, also where the browser does not do it by itself. */
(() => {
  "use strict";

  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.result-case").forEach((one) => { one.open = true; });
  });
})();
