"""Take the pictures of the desk that the README shows: the queue, and an article of which some findings are decided.

python examples/review/screenshots.py        # needs pip install 'unspin[review]' playwright, and a Chromium on the path
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
EXAMPLES = HERE.parent
SIZE = {"width": 1240, "height": 760}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EXAMPLES / "spun", Path(folder) / "articles")
        shutil.copy(EXAMPLES / "clean.txt", Path(folder) / "articles" / "footbridge.txt")
        command = [sys.executable, "-m", "unspin", "review", "articles", "--no-browser", "--reviewer", "Ada"]
        environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent)}
        desk = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
        try:
            assert desk.stderr is not None
            address = next(found[0] for line in desk.stderr if (found := re.search(r"http://\S+", line)))
            photograph(address)
        finally:
            desk.terminate()
            desk.wait()


def photograph(address: str) -> None:
    """Work through an article a little, and take the pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(address)
        while page.locator("a.row").count() < 5:
            page.wait_for_timeout(200)
            page.reload()
        page.click("text=baltic-drill.txt")
        page.wait_for_selector(".panel:not([hidden])")
        for key in "aaaaaaax":
            page.keyboard.press(key)
            page.wait_for_timeout(300)
        page.screenshot(path=HERE / "article.png")
        page.keyboard.press("q")
        page.wait_for_selector("a.row")
        page.screenshot(path=HERE / "queue.png")
        browser.close()


if __name__ == "__main__":
    main()
