"""The report in a real browser: it draws, asks for nothing, fits 320 pixels, breaks no axe rule.

Needs chromium; the axe test needs the environment variable AXE_CORE too, the path of axe.min.js
(npm package axe-core). What is not there is skipped, and says so.
"""

import html
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from quality.report.render import render

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
AXE = os.environ.get("AXE_CORE")

pytestmark = pytest.mark.skipif(BROWSER is None, reason="chromium is not installed")

A4 = round((210 - 2 * 14) / 25.4 * 96)
"""Width of the text on A4 paper, in CSS pixels: the margins are in report.css."""

NARROW = """<!DOCTYPE html><title>narrow</title>
<iframe id="frame" src="/report.html" style="width:{width}px;height:900px;border:0"></iframe>
<pre id="found"></pre>
<script>
frame.onload = () => {{
  const page = frame.contentDocument, wide = [];
  for (const each of page.querySelectorAll("body *:not(svg *)"))
    if (!each.closest(".scroll") && each.getBoundingClientRect().right > {width} + 1)
      wide.push(each.tagName + "." + each.className);
  found.textContent = JSON.stringify({{
    width: page.documentElement.scrollWidth, wide,
    scripts: page.scripts.length,
    tables: Math.max(...[...page.querySelectorAll("table, svg")]
      .map(t => t.getBoundingClientRect().right)),
    drawn: [...page.querySelectorAll("svg")].every(s => s.getBoundingClientRect().height > 50),
  }});
}};
</script>"""

RUN_AXE = """<script src="/axe.js"></script><pre id="found"></pre><script>
axe.run(document, {{runOnly: {rules}}}).then(result => {{
  found.textContent = JSON.stringify(result.violations.map(
    v => [v.id, v.impact, v.nodes.length, v.nodes[0].html.slice(0, 200)]));
}});
</script></body>"""
FLAGS = {
    "light": [],
    "dark": ["--force-dark-mode"],
    "forced": ["--force-high-contrast"],
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Server(http.server.ThreadingHTTPServer):
    """Serves what it is given and writes down what it is asked for."""

    def __init__(self, pages):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.asked = pages, []


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from the server's pages."""

    def do_GET(self):
        self.server.asked.append(self.path)
        found = self.server.pages.get(self.path)
        self.send_response(200 if found else 404)
        kind = "text/javascript" if self.path.endswith(".js") else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write((found or "").encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """Return a function that serves pages until the test ends."""
    servers = []

    def start(pages):
        server = Server(pages)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module", params=["modelled_page", "reviewed_page", "hard_page"])
def report(request):
    """Return a report with error rates: modelled ones, measured ones too, or one hard to set."""
    return render(request.getfixturevalue(request.param))


def opened(address, profile, flags=()):
    """Return the page at ``address`` as the browser holds it, with every proxy a dead end."""
    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--proxy-server=127.0.0.1:9", "--proxy-bypass-list=127.0.0.1",
            f"--user-data-dir={profile}", "--virtual-time-budget=30000", *flags,
            "--dump-dom", address,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )  # fmt: skip
    return done.stdout


def found(dom):
    return json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)[1]))


def address(server, path):
    return f"http://127.0.0.1:{server.server_address[1]}{path}"


def test_it_opens_from_disk(report, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(report, encoding="utf-8")
    dom = opened(path.as_uri(), tmp_path / "profile")
    assert " links are " in re.search(r"<h1>.*?</h1>", dom, re.DOTALL)[0]
    assert dom.count("<svg") == report.count("<svg")


@pytest.mark.parametrize("width", [320, 1280])
def test_it_asks_for_nothing_and_fits_its_window(report, serve, tmp_path, width):
    server = serve({"/report.html": report, "/narrow.html": NARROW.format(width=width)})
    seen = found(opened(address(server, "/narrow.html"), tmp_path / "profile"))
    assert set(server.asked) <= {"/narrow.html", "/report.html", "/favicon.ico"}
    assert seen.pop("width") <= width
    assert seen.pop("tables") > 0
    assert seen == {"wide": [], "scripts": 0, "drawn": True}


def test_no_table_is_cut_on_paper(report, serve, tmp_path):
    """With the rules of print for all media, nothing is wider than A4 less its margins."""
    printed = report.replace("@media print", "@media all").replace("@media screen", "@media tty")
    server = serve({"/report.html": printed, "/narrow.html": NARROW.format(width=A4)})
    seen = found(opened(address(server, "/narrow.html"), tmp_path / "profile"))
    assert seen["width"] <= A4
    assert seen["tables"] <= A4 + 1


@pytest.mark.skipif(AXE is None, reason="AXE_CORE does not name an axe.min.js")
@pytest.mark.parametrize("colours", FLAGS)
def test_it_breaks_no_axe_rule(report, serve, tmp_path, colours):
    without_policy = re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", report)
    page = without_policy.replace("</body>", RUN_AXE.format(rules=json.dumps(RULES)))
    server = serve({"/axe.html": page, "/axe.js": Path(AXE).read_text(encoding="utf-8")})
    dom = opened(address(server, "/axe.html"), tmp_path / "profile", FLAGS[colours])
    assert found(dom) == []


@pytest.mark.parametrize(
    ("colours", "asked"),
    [("dark", "(prefers-color-scheme: dark)"), ("forced", "(forced-colors: active)")],
)
def test_the_browser_shows_the_colours_that_were_asked_for(tmp_path, colours, asked):
    page = tmp_path / "page.html"
    page.write_text(f"<p id=p></p><script>p.textContent = matchMedia('{asked}').matches</script>")
    dom = opened(page.as_uri(), tmp_path / "profile", FLAGS[colours])
    assert '<p id="p">true</p>' in dom
