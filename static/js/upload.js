/* Uploads of many files (components/upload.html): tus with resuming. Without this file the plain form does it, a page at a time.
   Nothing is kept in the browser: after a reload the server says what was begun, and a file goes on only when its bytes are the same. */
(() => {
  "use strict";

  if (!window.tus || !tus.isSupported) return;

  const PART = 48 * 1024 * 1024; // bytes in a request: rights are asked anew at each, and the session is used
  const AT_ONCE = 2;
  const DELAYS = [0, 1000, 3000, 5000, 10000, 15000, 20000, 30000]; // milliseconds before each try after a broken line
  const WORTH_ANOTHER_TRY = new Set([0, 409, 423, 500, 502, 503, 504]);
  const LOOKS = 5; // how often we ask whether another request has let go of an upload
  const NO_LINE = "Forbindelsen blev afbrudt. Det, der er sendt, er gemt: prøv igen, så fortsætter uploaden, hvor den slap.";
  const NOT_READ = "Filen kan ikke læses på din computer. Er den flyttet, ændret eller en mappe? Vælg den igen.";
  const OLD_PAGE = "Siden har været åben for længe. Genindlæs den, og vælg filen igen: uploaden fortsætter, hvor den slap.";
  const UNKNOWN = "Der gik noget galt hos os. Prøv igen om lidt.";
  const ELSEWHERE = "Filen uploades allerede i et andet vindue. Vent, til det er færdigt, eller luk det andet vindue.";

  const number = new Intl.NumberFormat("da-DK", { maximumFractionDigits: 1 });
  const inWords = (bytes) => (bytes < 1048576 ? `${number.format(bytes / 1024)} KB` : `${number.format(bytes / 1048576)} MB`);
  const percent = (sent, size) => (size ? Math.floor((100 * sent) / size) : 0);
  const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

  async function hash(blob) {
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* One file: its row, and its upload when it is under way. States: waiting, sending, done, refused, unfinished. */
  class Item {
    constructor(box, name, size) {
      Object.assign(this, { box, name, size, file: null, upload: null, url: null, sent: 0, state: "waiting", isHopeless: false });
      this.row = box.rowTemplate.content.firstElementChild.cloneNode(true);
      this.part("name").textContent = name;
      this.part("size").textContent = inWords(size);
      this.row.querySelectorAll("[data-of]").forEach((place) => { place.textContent = `: ${name}`; });
      this.part("bar").setAttribute("aria-label", name);
      this.part("log-in").href = box.root.dataset.logIn;
      this.part("again").addEventListener("click", () => this.again());
      this.part("remove").addEventListener("click", () => this.remove());
      box.list.append(this.row);
      this.show("Venter");
    }

    part(name) { return this.row.querySelector(`[data-${name}]`); }

    show(text) {
      this.part("state").textContent = text;
      this.part("bar").value = percent(this.sent, this.size);
      this.part("bar").hidden = this.state !== "sending" && this.state !== "waiting";
      this.part("again").hidden = this.state !== "refused" || !this.file || this.isHopeless;
      this.part("remove").hidden = this.state === "done";
      this.row.classList.toggle("is-refused", this.state === "refused");
      this.box.count();
    }

    enter(state, text) {
      this.state = state;
      this.show(text);
    }

    async start() {
      this.enter("sending", "Begynder …");
      try {
        this.url ??= await this.box.begun(this);
      } catch (error) {
        this.refuse(error.sentence ?? NOT_READ);
        return;
      }
      if (this.state !== "sending") return; // removed meanwhile
      this.upload = new tus.Upload(this.file, {
        endpoint: this.box.root.dataset.create,
        uploadUrl: this.url,
        chunkSize: PART,
        retryDelays: DELAYS,
        storeFingerprintForResuming: false,
        headers: { "X-CSRFToken": this.box.token },
        metadata: { filename: this.file.name, ticket: this.box.root.dataset.ticket },
        onShouldRetry: (error) => WORTH_ANOTHER_TRY.has(error.originalResponse?.getStatus() ?? 0),
        onUploadUrlAvailable: () => { this.url = this.upload.url; },
        onProgress: (sent) => {
          this.sent = sent;
          if (this.state === "sending") this.show(`${percent(sent, this.size)} %`);
        },
        onSuccess: () => {
          this.sent = this.size;
          this.enter("done", "Modtaget");
          this.box.next();
        },
        onError: (error) => this.fail(error),
      });
      this.upload.start();
    }

    fail(error) {
      const response = error.originalResponse;
      if (!response) return this.refuse(error.causingError instanceof ProgressEvent || error.originalRequest ? NO_LINE : NOT_READ);
      const isSentence = (response.getHeader("Content-Type") || "").startsWith("text/plain");
      const status = response.getStatus();
      this.part("log-in").hidden = status !== 401;
      if (status === 404) this.url = null;
      this.isHopeless = status === 413 || status === 422; // the file itself: another try would end the same way
      return this.refuse(isSentence && response.getBody() ? response.getBody() : status === 403 || status < 300 ? OLD_PAGE : UNKNOWN);
    }

    refuse(sentence) {
      this.enter("refused", sentence);
      this.box.next();
    }

    again() {
      this.part("log-in").hidden = true;
      this.enter("waiting", "Venter");
      this.box.next();
    }

    async hold() {
      if (this.state !== "sending" || !this.upload) return;
      await this.upload.abort();
      this.enter("waiting", "Sat på pause");
    }

    async remove() {
      this.state = "removed";
      await this.upload?.abort();
      this.box.forget(this);
      if (!this.url) return;
      const options = { headers: { "X-CSRFToken": this.box.token }, retryDelays: DELAYS.slice(0, 5) };
      tus.Upload.terminate(this.url, options).catch(() => {}); // it is swept after a day in any case
    }
  }

  /* One component on the page. */
  class Box {
    constructor(root) {
      const find = (name) => root.querySelector(`[data-upload-${name}]`);
      Object.assign(this, { root, items: [], isPaused: false, finished: 0 });
      Object.assign(this, { list: find("list"), rowTemplate: find("row"), zone: find("zone"), progress: find("progress"), all: find("all"), told: find("count"), pauseButton: find("pause") });
      this.token = root.querySelector("[name=csrfmiddlewaretoken]").value;
      this.input = root.querySelector("input[type=file]");
      root.querySelectorAll("[data-upload-scripted]").forEach((element) => { element.hidden = false; });
      root.querySelectorAll("[data-upload-plain]").forEach((element) => { element.hidden = true; });
      find("choose").addEventListener("click", () => this.input.click());
      this.input.addEventListener("change", () => {
        this.add([...this.input.files]);
        this.input.value = "";
      });
      this.pauseButton.addEventListener("click", () => this.togglePause());
      this.listenForDrops();
      this.askWhatWasBegun();
    }

    listenForDrops() {
      const over = (isOver) => this.zone.classList.toggle("is-over", isOver);
      this.zone.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
      this.zone.addEventListener("dragleave", (event) => { if (!this.zone.contains(event.relatedTarget)) over(false); });
      this.zone.addEventListener("drop", (event) => {
        event.preventDefault();
        over(false);
        this.add([...event.dataTransfer.files]);
      });
    }

    add(files) {
      this.clearDone();
      for (const file of files) {
        const name = file.name.normalize("NFC");
        const known = this.items.find((item) => item.state === "unfinished" && item.name === name && item.size === file.size);
        const item = known ?? new Item(this, name, file.size);
        item.file = file;
        item.isHopeless = false;
        item.url = null; // asked for again, with the mark of its bytes
        if (!known) this.items.push(item);
        item.enter("waiting", "Venter");
      }
      this.next();
    }

    clearDone() {
      if (this.items.some((item) => item.state === "waiting" || item.state === "sending")) return;
      this.items.filter((item) => item.state === "done").forEach((item) => item.row.remove());
      this.items = this.items.filter((item) => item.state !== "done");
    }

    next() {
      this.count();
      if (this.isPaused) return;
      const sending = this.items.filter((item) => item.state === "sending").length;
      this.items.filter((item) => item.state === "waiting").slice(0, AT_ONCE - sending).forEach((item) => item.start());
    }

    async togglePause() {
      this.isPaused = !this.isPaused;
      this.pauseButton.textContent = this.isPaused ? "Fortsæt" : "Sæt på pause";
      if (this.isPaused) await Promise.all(this.items.map((item) => item.hold()));
      this.next();
    }

    forget(item) {
      const neighbour = item.row.nextElementSibling ?? item.row.previousElementSibling;
      item.row.remove();
      this.items = this.items.filter((other) => other !== item);
      (neighbour?.querySelector("button:not([hidden])") ?? this.root.querySelector("[data-upload-choose]")).focus();
      this.next();
    }

    /* What is told of all: bytes in the bar, files in words. A list of refused files alone needs neither. */
    count() {
      const chosen = this.items.filter((item) => item.file);
      const done = chosen.filter((item) => item.state === "done").length;
      const refused = chosen.filter((item) => item.state === "refused").length;
      const isGoing = chosen.some((item) => item.state === "waiting" || item.state === "sending");
      this.progress.hidden = !chosen.length;
      this.all.hidden = this.pauseButton.hidden = !isGoing;
      const total = chosen.reduce((sum, item) => sum + item.size, 0);
      this.all.value = percent(chosen.reduce((sum, item) => sum + item.sent, 0), total);
      const text = `${done} af ${chosen.length} ${chosen.length === 1 ? "fil" : "filer"} er uploadet${refused ? `, ${refused} kom ikke med` : ""}.`;
      if (this.told.textContent !== text) this.told.textContent = text;
      if (done > this.finished) document.body.dispatchEvent(new CustomEvent("files-arrived"));
      this.finished = done;
    }

    get isBusy() { return this.items.some((item) => item.state === "sending" || item.state === "waiting"); }

    async unfinished(withMarks) {
      const body = new FormData();
      body.append("ticket", this.root.dataset.ticket);
      if (withMarks) body.append("marks", "1");
      const headers = { "X-CSRFToken": this.token, ...(withMarks ? {} : { "X-Polling": "1" }) };
      const answer = await fetch(this.root.dataset.unfinished, { method: "POST", headers, body, redirect: "manual" });
      return answer.ok ? (await answer.json()).uploads : [];
    }

    /* The address of an upload that was begun with these very bytes; null for none. */
    async begun(item) {
      const isFit = (upload) => upload.name === item.name && upload.size === item.size && !this.items.some((other) => other !== item && other.url === upload.url);
      for (let look = 0; look < LOOKS; look += 1) {
        let found = [];
        try {
          found = (await this.unfinished(true)).filter(isFit);
        } catch {
          return null; // no line: creating will tell, and try again
        }
        if (!found.length) return null;
        for (const upload of found.filter((one) => one.mark)) {
          if (!upload.kept || (window.crypto?.subtle && (await hash(item.file.slice(0, upload.kept))) === upload.mark)) return upload.url;
        }
        if (found.every((one) => one.mark)) return null;
        await pause(1000 * (look + 1));
      }
      throw Object.assign(new Error(ELSEWHERE), { sentence: ELSEWHERE });
    }

    async askWhatWasBegun() {
      let found = [];
      try {
        found = await this.unfinished(false);
      } catch {
        return;
      }
      for (const upload of found.filter((one) => !this.items.some((item) => item.name === one.name && item.size === one.size))) {
        const item = new Item(this, upload.name, upload.size);
        Object.assign(item, { url: upload.url, sent: upload.kept });
        this.items.push(item);
        item.enter("unfinished", `Ikke færdig (${percent(upload.kept, upload.size)} %). Vælg filen igen, så fortsætter den, hvor den slap.`);
      }
    }
  }

  const boxes = [];
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-upload]").forEach((root) => boxes.push(new Box(root))));
  document.addEventListener("htmx:load", (event) => {
    if (event.target === document.body) return;
    const roots = [...event.target.querySelectorAll("[data-upload]"), ...(event.target.matches("[data-upload]") ? [event.target] : [])];
    roots.filter((root) => !boxes.some((box) => box.root === root)).forEach((root) => boxes.push(new Box(root)));
  });

  // A file that is dropped beside the zone would replace the page.
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => { if (boxes.length && [...(event.dataTransfer?.types ?? [])].includes("Files")) event.preventDefault(); });
  }
  window.addEventListener("online", () => boxes.forEach((box) => box.items.filter((item) => item.state === "refused" && item.part("state").textContent === NO_LINE).forEach((item) => item.again())));
  window.addEventListener("beforeunload", (event) => {
    if (boxes.some((box) => box.isBusy)) event.preventDefault();
  });
})();
