/* Passkeys: form[data-passkey] asks the browser and sends what it answers. Without scripts, or where the browser knows no
   passkeys, these forms never show. */
(() => {
  "use strict";

  const webauthn = window.webauthnJSON;
  if (!webauthn || !webauthn.supported()) return;

  const NOT_THIS_TIME = "Det blev ikke til noget. Prøv igen, eller brug en anden måde.";
  const IN_USE_ALREADY = "Denne enhed har allerede en adgangsnøgle til din konto.";
  const NO_ANSWER = "Vi fik ikke svar. Kontrollér forbindelsen, og prøv igen.";

  const given = () => JSON.parse(document.getElementById("passkey-options").textContent);

  async function asked(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(NO_ANSWER);
    return answer.json();
  }

  /* What the form does: each asks the browser for a credential. */
  const WAYS = {
    "log-in": async (form) => webauthn.get((await asked(form)).request_options),
    use: async () => webauthn.get(given().request_options),
    add: async () => {
      const options = given().creation_options;
      Object.assign(options.publicKey.authenticatorSelection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
      return webauthn.create(options);
    },
  };

  function problem(error) {
    if (error.name === "InvalidStateError") return IN_USE_ALREADY;
    return error.message === NO_ANSWER || error instanceof TypeError ? NO_ANSWER : NOT_THIS_TIME;
  }

  function tell(form, text) {
    const box = form.querySelector(".passkey-problem");
    box.hidden = !text;
    box.querySelector(".alert-text").textContent = text;
  }

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      tell(form, "");
      try {
        form.elements.credential.value = JSON.stringify(await WAYS[form.dataset.passkey](form));
        form.submit();
      } catch (error) {
        tell(form, problem(error));
        button.removeAttribute("aria-busy");
      }
    });
  });
})();
