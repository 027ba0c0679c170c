// The keyboard of the desk. Every action is a button on the page; keys press the button of the selected finding.
// The page holds the panel of one finding; the server sends that of another when it is selected.
"use strict";

(() => {
  let selected = 0;
  let busy = false;
  let reasons = !matchMedia("(max-width: 66rem)").matches;
  const waiting = [];

  const main = () => document.getElementById("main");
  const panel = () => document.querySelector(".panel");
  const shown = () => (panel() ? Number(panel().dataset.panel) : 0);
  const marks = () => [...document.querySelectorAll("[data-finding]")];
  const number = (mark) => Number(mark.dataset.finding);

  function say(text) {
    const status = document.getElementById("status");
    if (status) status.textContent = text;
  }

  // Show a finding: mark it in the text, bring it and its panel into view. 0 shows that the end is reached.
  function select(next) {
    selected = next;
    for (const mark of document.querySelectorAll("[data-finding].selected")) choose(mark, false);
    const mark = document.getElementById(`f${next}`);
    if (mark) {
      choose(mark, true);
      show(mark);
      mark.focus({ preventScroll: true });
      if (document.readyState === "complete") keepPlace();
    } else main().focus({ preventScroll: true });
    if (panel() && shown() !== next) fetchPanel(next);
  }

  function choose(mark, chosen) {
    mark.classList.toggle("selected", chosen);
    mark.tabIndex = chosen ? 0 : -1;
    if (chosen) mark.setAttribute("aria-current", "true");
    else mark.removeAttribute("aria-current");
  }

  function fetchPanel(next) {
    const { panels, query } = main().dataset;
    htmx.ajax("GET", panels + next + query, { target: "#panel", swap: "outerHTML" });
  }

  // The address says which finding is selected. Not before the page is loaded, or the browser would scroll to it in its own way.
  function keepPlace() {
    if (document.getElementById(`f${selected}`)) history.replaceState(null, "", `#f${selected}`);
  }

  // Bring a finding into view. If it can be read where it is, the text stays still. On a narrow screen the panel lies over the text.
  function show(mark) {
    const { top, bottom } = mark.getBoundingClientRect();
    const aside = document.querySelector("aside").getBoundingClientRect();
    const over = aside.left < mark.closest(".text").getBoundingClientRect().right;
    const end = over ? Math.min(aside.top, window.innerHeight / 2) : window.innerHeight - 64;
    if (top < 32 || bottom > end - 32) window.scrollBy(0, top - end / 2);
  }

  // The next open finding after the selected one; 0 if none is left.
  function nextOpen(after) {
    const open = marks().find((mark) => mark.classList.contains("open") && number(mark) > after);
    return open ? number(open) : 0;
  }

  function step(by) {
    const all = marks().map(number);
    const at = all.indexOf(selected);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    if (next >= 0 && next < all.length) select(all[next]);
    else if (next >= all.length) select(0);
  }

  function skip() {
    say("skipped");
    select(nextOpen(selected));
  }

  // Where to stand when the page, or a part of it, is there.
  function arrive(part) {
    const page = main();
    if (!page) return;
    const said = part && part.querySelector("[data-say]");
    if (said) say(said.dataset.say);
    if (!panel()) {
      if (part) page.focus({ preventScroll: true });
      return;
    }
    unfold();
    const asked = part ? null : location.hash.match(/^#f(\d+)$/);
    select(asked ? Number(asked[1]) : shown());
  }

  // On a narrow screen the reasons are folded, until the reader unfolds them.
  function unfold() {
    const details = document.querySelector(".reasons");
    if (details) details.open = reasons;
  }

  function press(selector) {
    document.querySelector(selector)?.click();
  }

  // Whether a key does something here; else it is the browser's.
  function means(key) {
    if (key === " ") return busy || shown() > 0;
    if (key === "Enter") return busy || Boolean(document.querySelector("[data-over] [data-next]"));
    return "jkaxuefAnqv123456789".includes(key);
  }

  function act(key) {
    if (key === "j") return step(1);
    if (key === "k") return step(-1);
    if (key === "u") return press("[data-undo]");
    if (key === "n") return follow("[data-next]");
    if (key === "q") return follow("[data-queue]") || follow(".home");
    if (key === "v") return nextView();
    if (key === "e") return writeOwn();
    if (key === "Enter") return follow("[data-over] [data-next]");
    press(`.panel [data-key="${key}"]`);
  }

  // What was typed ahead is meant for the field, and would decide something here.
  function writeOwn() {
    const own = document.querySelector("[data-own]");
    if (!own) return;
    waiting.length = 0;
    own.focus();
    own.select();
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) location.href = link.href;
    return link;
  }

  function nextView() {
    const views = [...document.querySelectorAll(".views a")];
    const at = views.findIndex((each) => each.hasAttribute("aria-current"));
    if (at >= 0) location.href = views[(at + 1) % views.length].href;
  }

  // What is asked for while the server answers waits for its turn, so that quick hands lose nothing.
  function soon(action) {
    if (busy) waiting.push(action);
    else action();
  }

  function free() {
    busy = false;
    while (!busy && waiting.length) waiting.shift()();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target.matches("input, textarea, select")) {
      if (event.key === "Escape" && target.closest("main")) {
        target.blur();
        select(selected);
      }
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") return document.getElementById("help").showModal();
    if ((event.key === "Enter" || event.key === " ") && target.matches("button, a, summary")) return;
    const page = main() && main().dataset.page;
    if (page === "queue") {
      if (event.key === "j" || event.key === "k") moveRow(event.key === "j" ? 1 : -1);
      if (event.key === "u") press("[data-undo]");
      if (event.key === "/") {
        event.preventDefault();
        document.querySelector("[name=search]").focus();
      }
      return;
    }
    if (!means(event.key)) return;
    event.preventDefault();
    soon(() => act(event.key));
  });

  function moveRow(by) {
    const rows = [...document.querySelectorAll("a.row")];
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) next.focus();
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-finding]");
    if (mark) soon(() => select(number(mark)));
    if (event.target.closest("[data-skip]")) soon(skip);
    const opener = event.target.closest("button[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.matches(".reasons")) reasons = event.target.open;
  }, true);

  document.addEventListener("htmx:beforeRequest", (event) => {
    busy = true;
    if (event.detail.requestConfig.verb !== "get") say("");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.hasAttribute("data-finding") || event.target.id === "decided") return; // parts that come with a panel
    if (event.detail.xhr.status === 409) waiting.length = 0; // keys that were meant for something else
    arrive(event.target);
    free();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.status === 204) {
      if (!event.detail.xhr.getResponseHeader("HX-Redirect")) free(); // else the browser goes elsewhere
      return;
    }
    if (!event.detail.successful && event.detail.xhr.status !== 409) {
      tell(event.detail.xhr.status ? `Not done: ${reason(event.detail.xhr)}` : "Not done: the desk does not answer; is it still running?");
      waiting.length = 0;
      busy = false;
      if (panel() && shown() !== selected) select(shown()); // keys decide about what the panel shows
      return;
    }
    document.getElementById("status")?.classList.remove("bad");
    document.querySelector("dialog[open]")?.close();
  });

  // Say what was not done, in the dialog that is open, or else below the page.
  function tell(text) {
    const place = document.querySelector("dialog[open] [data-told]");
    if (place) {
      place.textContent = text;
      place.hidden = false;
      return;
    }
    say(text);
    document.getElementById("status").classList.add("bad");
  }

  function reason(xhr) {
    const found = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".notice");
    if (found) return found.textContent;
    try {
      return JSON.parse(xhr.responseText).detail;
    } catch {
      return xhr.statusText;
    }
  }

  arrive(null);
  window.addEventListener("load", () => setTimeout(keepPlace), { once: true });
})();
