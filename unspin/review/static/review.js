// The keyboard of the desk. Every action is a button on the page; keys press the button of the selected finding.
"use strict";

(() => {
  let selected = 0;
  let busy = false;
  const waiting = [];

  const main = () => document.getElementById("main");
  const panel = () => document.querySelector(`[data-panel="${selected}"]`);
  const panels = () => [...document.querySelectorAll("[data-panel]")];
  const number = (element) => Number(element.dataset.panel);

  function say(text) {
    const status = document.getElementById("status");
    if (status) status.textContent = text;
  }

  // Show a finding: mark it in the text, show its panel, bring it into view. 0 shows that the end is reached.
  function select(next, scroll = true) {
    selected = next;
    for (const each of panels()) each.hidden = number(each) !== next;
    for (const mark of document.querySelectorAll("[data-finding]")) {
      const chosen = Number(mark.dataset.finding) === next;
      mark.classList.toggle("selected", chosen);
      mark.tabIndex = chosen ? 0 : -1;
      if (chosen) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
    }
    const over = document.querySelector("[data-over]");
    if (over) over.hidden = next !== 0;
    const mark = document.getElementById(`f${next}`);
    if (mark && scroll) {
      show(mark);
      mark.focus({ preventScroll: true });
      if (document.readyState === "complete") keepPlace();
    }
    if (!mark && over && scroll) main().focus({ preventScroll: true });
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

  // The next open finding after the selected one; then the first open one before it; 0 if none is left.
  function nextOpen(after) {
    const open = panels().filter((each) => each.dataset.open === "true").map(number);
    return open.find((each) => each > after) || 0;
  }

  function step(by) {
    const all = panels().map(number);
    const at = all.indexOf(selected);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    if (next >= 0 && next < all.length) select(all[next]);
    else if (next >= all.length) select(0);
  }

  function skip() {
    select(nextOpen(selected));
    say("skipped");
  }

  // Where to stand when the page, or its inner part, is there.
  function arrive(fresh) {
    const page = main();
    if (!page) return;
    const said = document.querySelector("[data-say]");
    if (said && !fresh) say(said.dataset.say);
    if (page.dataset.page !== "article" || !document.querySelector("aside")) {
      if (!fresh) page.focus({ preventScroll: true });
      return;
    }
    const asked = Number(page.dataset.selected) || (fresh && Number((location.hash.match(/^#f(\d+)$/) || [])[1])) || 0;
    const here = panel();
    if (asked) select(asked);
    else if (fresh || !here) select(panels().some((each) => each.dataset.open === "true") ? nextOpen(0) : 0, fresh);
    else if (here.dataset.open === "true") select(selected);
    else select(nextOpen(selected) || nextOpen(0));
  }

  function press(button) {
    if (!button) return;
    if (button.dataset.skip !== undefined) return skip();
    button.click();
  }

  function act(key) {
    const here = panel();
    if (key === "j") return step(1);
    if (key === "k") return step(-1);
    if (key === "u") return press(document.querySelector("[data-undo]"));
    if (key === "n") return follow("[data-next]");
    if (key === "q") return follow("[data-queue], .home");
    if (key === "v") return nextView();
    if (key === "e" && here) {
      const own = here.querySelector("[data-own]");
      own.focus();
      return own.select();
    }
    if (key === "Enter" && !here) return follow("[data-over] [data-next]");
    if (here) press([...here.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key));
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) location.href = link.href;
  }

  function nextView() {
    const views = [...document.querySelectorAll(".views a")];
    const at = views.findIndex((each) => each.hasAttribute("aria-current"));
    if (at >= 0) location.href = views[(at + 1) % views.length].href;
  }

  // Keys that come while the server answers wait for their turn, so that quick hands lose nothing.
  function free() {
    busy = false;
    while (!busy && waiting.length) act(waiting.shift());
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
      if (event.key === "u") press(document.querySelector("[data-undo]"));
      if (event.key === "/") {
        event.preventDefault();
        document.querySelector("[name=search]").focus();
      }
      return;
    }
    if (!"jkaxuefAnqv 123456789".includes(event.key) && event.key !== "Enter") return;
    event.preventDefault();
    if (busy) waiting.push(event.key);
    else act(event.key);
  });

  function moveRow(by) {
    const rows = [...document.querySelectorAll("a.row")];
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) next.focus();
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-finding]");
    if (mark) select(Number(mark.dataset.finding));
    if (event.target.closest("[data-skip]")) skip();
    const opener = event.target.closest("button[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
  });

  document.addEventListener("htmx:beforeRequest", () => {
    busy = true;
    say("");
  });
  document.addEventListener("htmx:afterSettle", () => {
    arrive(false);
    free();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.status === 204) {
      if (!event.detail.xhr.getResponseHeader("HX-Redirect")) free(); // else the browser goes elsewhere
      return;
    }
    if (!event.detail.successful && event.detail.xhr.status !== 409) {
      say(event.detail.xhr.status ? `Not done: ${reason(event.detail.xhr)}` : "Not done: the desk does not answer; is it still running?");
      document.getElementById("status").classList.add("bad");
      waiting.length = 0;
      busy = false;
    } else document.getElementById("status")?.classList.remove("bad");
  });

  function reason(xhr) {
    const found = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".notice");
    if (found) return found.textContent;
    try {
      return JSON.parse(xhr.responseText).detail;
    } catch {
      return xhr.statusText;
    }
  }

  arrive(true);
  window.addEventListener("load", () => setTimeout(keepPlace), { once: true });
})();
