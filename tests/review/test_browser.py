"""The desk as a moderator meets it: the real page, in a real browser, by the keyboard."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fake_engine import Unspinner
from tests.review.conftest import CLEAN, SPUN
from unspin.review.article import ACCEPTED, REJECTED
from unspin.review.store import Store

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="needs pip install 'unspin[test]'")
uvicorn = pytest.importorskip("uvicorn", reason="needs pip install 'unspin[review]'")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium on the path (Debian: apt install chromium)")

TOKEN = "a-token-for-the-browser"
HOSTILE = (
    "<script>window.hit = 1</script><img src=x onerror='window.hit = 2'> The Linked Press </article></main><script>window.hit = 3"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    from unspin.review.app import application
    from unspin.review.pages import Desk

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = application(Desk(store, Unspinner, TOKEN, "ada"))  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A tab in which the desk is open; whatever goes wrong in it is an error."""
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{address}/?token={TOKEN}")
    page.desk, page.wrong = address, wrong
    yield page
    context.close()
    assert [error for error in wrong if "409" not in error] == []
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []


def open_article(page: Any, id: int) -> None:
    page.goto(f"{page.desk}/articles/{id}")
    page.wait_for_selector(".finding.selected")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def settled(store: Store, article: int, expected: list[str | None]) -> None:
    """Wait until the verdicts are these."""
    found: list[str | None] = []
    for _ in range(100):
        found = [item.verdict for item in store.items(article)]
        if found == expected:
            return
        time.sleep(0.05)
    assert found == expected


def test_an_article_by_keyboard_alone(page: Any, store: Store, article: int) -> None:
    page.reload()
    press(page, "j", "Enter")
    page.wait_for_selector(".finding.selected")
    assert page.evaluate("document.activeElement.id") == "f1"
    press(page, "a", "2", " ", "x")
    settled(store, article, [ACCEPTED, ACCEPTED, None, REJECTED, None])
    assert store.items(article)[1].after == "first minister"
    page.wait_for_selector('[data-panel="5"]')
    press(page, "e")
    page.keyboard.type("AP")
    press(page, "Enter")
    settled(store, article, [ACCEPTED, ACCEPTED, None, REJECTED, ACCEPTED])
    assert store.items(article)[4].after == "AP"
    page.wait_for_selector('[data-panel="3"]')
    press(page, "f", "a")
    settled(store, article, [ACCEPTED, ACCEPTED, ACCEPTED, REJECTED, ACCEPTED])
    page.wait_for_selector("[data-over]")
    assert "All decided" in page.inner_text("[data-over]")
    assert page.inner_text("article.text") == "The Associated Press met the first minister last year. He mentioned the AP."


def test_quick_hands_lose_nothing(page: Any, store: Store, article: int) -> None:
    open_article(page, article)
    press(page, *"axaxa")
    settled(store, article, [ACCEPTED, REJECTED, ACCEPTED, REJECTED, ACCEPTED])
    press(page, *"uuu")
    settled(store, article, [ACCEPTED, REJECTED, None, None, None])
    press(page, "u", "u", "u")
    settled(store, article, [None] * 5)
    page.wait_for_selector("#status:has-text('Nothing to undo')")


def test_all_of_an_entry_in_this_article(page: Any, store: Store, article: int) -> None:
    open_article(page, article)
    press(page, "A")
    settled(store, article, [ACCEPTED, None, None, None, ACCEPTED])
    press(page, "u")
    settled(store, article, [None] * 5)


def test_two_tabs_do_not_lose_each_others_decisions(page: Any, store: Store, article: int) -> None:
    open_article(page, article)
    other = page.context.new_page()
    other.desk = page.desk
    open_article(other, article)
    press(page, "x")
    settled(store, article, [REJECTED, None, None, None, None])
    press(other, "a")
    other.wait_for_selector(".notice.bad")
    assert "changed by somebody else" in other.inner_text(".notice.bad")
    assert other.inner_text("#status") == "" and other.is_visible('[data-panel="1"]')
    settled(store, article, [REJECTED, None, None, None, None])
    press(other, "j")
    other.wait_for_selector('[data-panel="2"]')
    press(other, "a")
    settled(store, article, [REJECTED, ACCEPTED, None, None, None])


def test_article_text_runs_nothing(page: Any, store: Store, unspinner: Unspinner) -> None:
    id = store.add(HOSTILE, unspinner.analyze(HOSTILE))
    for address in ("/", f"/articles/{id}", f"/articles/{id}?view=side", "/bulk"):
        page.goto(page.desk + address)
        assert page.evaluate("window.hit") is None
        assert page.query_selector("main img, main script") is None
    open_article(page, id)
    press(page, "e")
    page.keyboard.type("<img src=x onerror='window.hit = 4'>")
    press(page, "Enter")
    settled(store, id, [ACCEPTED])
    page.wait_for_selector("[data-over]")
    assert page.evaluate("window.hit") is None
    assert "<img src=x" in page.inner_text("article.text")


def test_many_at_once_and_back(page: Any, store: Store, unspinner: Unspinner) -> None:
    ids = [store.add(f"a{n}", unspinner.analyze(SPUN)) for n in range(12)]
    open_article(page, ids[0])
    page.click(".panel >> text=The same in all articles")
    page.wait_for_selector(".sample")
    assert page.locator(".sample li").count() == 10
    page.click("text=Accept all 24")
    page.wait_for_selector("text=24 findings accepted")
    settled(store, ids[11], [ACCEPTED, None, None, None, ACCEPTED])
    press(page, "u")
    settled(store, ids[11], [None] * 5)


def test_undo_in_the_queue(page: Any, store: Store, unspinner: Unspinner, article: int) -> None:
    other = store.add("other", unspinner.analyze(SPUN))
    store.decide(store.items(article)[1].id, 0, "ada", REJECTED)
    store.decide_all([*store.items(article), *store.items(other)], "ada", ACCEPTED)
    page.reload()
    press(page, "u")
    page.wait_for_selector("#status:has-text('Undone: 9 in 2 articles')")
    settled(store, other, [None] * 5)
    press(page, "u")  # a step in one article leads there
    page.wait_for_selector('[data-panel="2"]')
    settled(store, article, [None] * 5)


def test_the_text_stays_still_while_it_is_in_view(page: Any, store: Store, article: int) -> None:
    open_article(page, article)
    assert page.evaluate("scrollY") == 0
    press(page, "j", "a", "u")
    page.wait_for_selector("#status:has-text('Undone')")
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
def test_the_selected_finding_is_in_view(page: Any, store: Store, unspinner: Unspinner, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    id = store.add("long", unspinner.analyze("\n\n".join(["The Linked Press met nobody. " + "It rained. " * 30] * 12)))
    open_article(page, id)
    for number in range(1, 13):
        page.wait_for_selector(f'[data-panel="{number}"]')
        box = page.locator(f"#f{number}").bounding_box()
        lowest = page.locator("aside").bounding_box()["y"] if width < 1000 else height - 50
        assert box["y"] >= 0 and box["y"] + box["height"] <= lowest, number
        press(page, "j")


def test_five_thousand_articles(page: Any, store: Store, unspinner: Unspinner) -> None:
    store._db.execute("PRAGMA synchronous = OFF")
    report = unspinner.analyze(SPUN)
    for number in range(5000):
        store.add(f"article {number}", report)
    page.reload()
    assert page.inner_text(".counts").startswith("5,000 new") and page.locator("a.row").count() == 50
    page.fill("[name=search]", "4711")
    press(page, "Enter")
    page.wait_for_selector("text=1 articles")
    page.wait_for_load_state()
    press(page, "j", "Enter")
    page.wait_for_selector(".finding.selected")
    assert page.inner_text("h1") == "article 4711"


def test_articles_are_added_in_the_page(page: Any, store: Store) -> None:
    page.click("text=Add articles")
    page.fill("[name=title]", "Pasted")
    page.fill("[name=text]", SPUN)
    page.click("dialog >> text=Add >> nth=1")
    page.wait_for_selector(".finding.selected")
    assert page.inner_text("h1") == "Pasted"


def test_files_that_cannot_be_read_are_told(page: Any, store: Store) -> None:
    page.click("text=Add articles")
    page.set_input_files("[name=file]", {"name": "a.txt", "mimeType": "", "buffer": b"\x89PNG\0\xff" * 9})
    page.click("dialog >> text=Add >> nth=1")
    page.wait_for_selector("dialog [role=alert]:has-text('Not done: a.txt')")
    page.set_input_files("[name=file]", {"name": "a.jsonl", "mimeType": "", "buffer": b'{"text": "Linked Press"}\nbroken'})
    page.click("dialog >> text=Add >> nth=1")
    page.wait_for_selector(".notice:has-text('1 added; 1 line could not be read')")
    assert not page.is_visible("dialog") and page.inner_text("a.row") == "a.jsonl:1"
    page.wrong.clear()


def test_the_filter_takes_any_confidence(page: Any, store: Store, article: int) -> None:
    page.fill("[name=confidence]", "0.97")
    page.click("form.filter button")
    page.wait_for_url("**confidence=0.97**")


def test_a_desk_that_is_gone_is_told(page: Any, store: Store, article: int) -> None:
    open_article(page, article)
    page.context.set_offline(True)
    press(page, "j")
    page.wait_for_selector("#status:has-text('does not answer')")
    assert page.get_attribute(".finding.selected", "id") == "f1"
    press(page, "a")
    page.wait_for_selector("#status:has-text('does not answer')")
    page.context.set_offline(False)
    press(page, "a")
    settled(store, article, [ACCEPTED, None, None, None, None])
    page.wait_for_selector('[data-panel="2"]')
    assert page.inner_text("#status") == ""
    page.wrong.clear()


def test_a_key_on_a_long_article_swaps_one_panel(page: Any, store: Store, unspinner: Unspinner) -> None:
    id = store.add("long", unspinner.analyze("The Linked Press met the primary minister final year. " * 400))
    open_article(page, id)
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    press(page, *"axj")
    page.wait_for_selector('[data-panel="4"]')
    assert [item.verdict for item in store.items(id)][:4] == [ACCEPTED, REJECTED, None, None]
    assert page.locator(".panel").count() == 1 and page.locator(".finding.open").count() == 1198
    assert "2 of 1200 decided" in page.inner_text("#decided") and max(sizes) < 10_000


def test_space_and_enter_are_the_browsers_where_there_is_no_finding(page: Any, store: Store, unspinner: Unspinner) -> None:
    id = store.add("long", unspinner.analyze("The Linked Press met nobody.\n" + "It rained.\n" * 200))
    page.goto(f"{page.desk}/articles/{id}?view=side")
    press(page, " ")
    for _ in range(100):
        if page.evaluate("scrollY") > 100:
            break
        time.sleep(0.02)
    assert page.evaluate("scrollY") > 100


def test_the_queue_keeps_its_filter(page: Any, store: Store, article: int) -> None:
    page.goto(f"{page.desk}/articles/{article}?code=US101")
    press(page, "q")
    page.wait_for_url("**/?code=US101")


def test_reasons_are_folded_on_a_narrow_screen_until_asked_for(page: Any, store: Store, article: int) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_article(page, article)
    assert not page.is_visible(".reasons p")
    page.click(".reasons summary")
    press(page, "a")
    page.wait_for_selector('[data-panel="2"]')
    assert "fits its context" in page.inner_text(".reasons p")


def test_help_opens_and_closes(page: Any) -> None:
    press(page, "?")
    assert page.is_visible("#help")
    press(page, "Escape")
    assert not page.is_visible("#help")


def test_the_frame_of_the_selected_finding_covers_no_full_stop(page: Any, article: int) -> None:
    open_article(page, article)
    width = page.evaluate(
        "(style => parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset))(getComputedStyle(document.activeElement))"
    )
    assert 0 < width <= 2


@pytest.mark.parametrize("width", [360, 1600])
def test_nothing_is_cut_off(page: Any, store: Store, article: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    for address in ("/", f"/articles/{article}", f"/articles/{article}?view=side", "/bulk", "/statistics", "/audit"):
        page.goto(page.desk + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(page: Any, store: Store, unspinner: Unspinner, article: int, scheme: str) -> None:
    """WCAG AA: 4.5 to 1 for text, against the nearest background that is not transparent."""
    store.add("clean", unspinner.analyze(CLEAN))
    page.emulate_media(color_scheme=scheme)
    for address in ("/", f"/articles/{article}", "/bulk"):
        page.goto(page.desk + address)
        assert page.evaluate(CONTRAST) == [], address


def test_each_paragraph_goes_its_own_way(page: Any, store: Store, unspinner: Unspinner) -> None:
    """Hebrew begins at the right, the English paragraph behind it at the left."""
    id = store.add("mixed", unspinner.analyze("\u05e9\u05dc\u05d5\u05dd.\nThe Linked Press."))
    open_article(page, id)
    lefts = page.evaluate(LEFTS, [0, 6])
    assert lefts[0] > lefts[1] + 100


def test_every_page_has_a_heading_and_tables_that_scroll_take_the_focus(page: Any, store: Store, article: int) -> None:
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    for address in ("/", f"/articles/{article}", "/bulk", "/statistics", "/audit"):
        page.goto(page.desk + address)
        assert page.locator("h1").count() == 1, address
        assert page.locator(".scroll:not([tabindex='0'][aria-label])").count() == 0, address


def test_landmarks_names_and_focus(page: Any, store: Store, article: int) -> None:
    open_article(page, article)
    assert page.locator("main").count() == 1 and page.locator("header").count() == 1
    unnamed = page.evaluate(
        """[...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea, [role=button]')].filter(e =>
        !(e.textContent.trim() || e.getAttribute('aria-label') || (e.labels && e.labels.length))).map(e => e.outerHTML)"""
    )
    assert unnamed == []
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith(
        "Linked Press, suggested: Associated Press"
    )


LEFTS = """(places) => places.map(place => {
  const range = document.createRange(), text = document.querySelector('.text').firstChild;
  range.setStart(text, place);
  range.setEnd(text, place + 1);
  return range.getBoundingClientRect().left;
})"""

CONTRAST = """() => {
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const back = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility({ checkOpacity: true }) || e.closest('.hidden, .skip, kbd, option, datalist')) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(back(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) low.push(e.className + ' ' + e.textContent.trim().slice(0, 30));
  }
  return low;
}"""
