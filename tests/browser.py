"""A real browser that is pressed keys, over the pipe of its developer protocol."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

AXE = os.environ.get("AXE_CORE")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
NO_BROWSER = BROWSER is None
COMPLETE = "document.readyState === 'complete'"
READY = f"{COMPLETE} && document.documentElement.dataset.ready === 'yes'"
COLOURS = {
    "light": {},
    "dark": {"prefers-color-scheme": "dark"},
    "forced": {"forced-colors": "active"},
}
"""What a reader may have asked of the browser, as media features."""
LOOKS = [(320, "light"), (1280, "light"), (1280, "dark"), (1280, "forced")]
"""Width of the window, and colours, under which pages are judged."""
CODES = {"Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "Tab": 9}


class Browser:
    """One tab; every proxy is a dead end, so that only this machine can be asked."""

    def __init__(self, profile):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        self.process = subprocess.Popen(
            [
                "bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "browser", BROWSER,
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--proxy-server=127.0.0.1:9", "--proxy-bypass-list=127.0.0.1",
                f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank",
            ],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._number, self._read, self._tab = 0, b"", None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._tab = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def call(self, method, **parameters):
        """Return the result of a call; None when the page went away under it."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._tab:
            message["sessionId"] = self._tab
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            reply = json.loads(self._next())
            if reply.get("id") == self._number:
                return reply.get("result")

    def _next(self):
        while b"\0" not in self._read:
            data = os.read(self._in, 1 << 16)
            assert data, "the browser has gone"
            self._read += data
        message, self._read = self._read.split(b"\0", 1)
        return message

    def open(self, address, until=READY):
        """Open a page and wait: for its own script, or for ``COMPLETE`` where it has none."""
        self.call("Page.navigate", url=address)
        self.wait(until)

    def value(self, expression):
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return found["result"].get("value") if found else None

    def wait(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not self.value(f"Boolean({condition})"):
            assert time.monotonic() < end, f"{condition} never held: {self.value('document.title')}"
            time.sleep(0.02)

    def press(self, *keys):
        for key in keys:
            text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
            shared = {"key": key, "windowsVirtualKeyCode": CODES.get(key, ord(key[0].upper()))}
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **shared)
            self.call("Input.dispatchKeyEvent", type="keyUp", **shared)

    def look(self, width, colours):
        """Open pages in a window of such a width, and in such colours."""
        self.size(width, 800)
        features = [{"name": name, "value": value} for name, value in COLOURS[colours].items()]
        self.call("Emulation.setEmulatedMedia", features=features)
        for name, value in COLOURS[colours].items():
            assert self.value(f"matchMedia('({name}: {value})').matches")

    def size(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def close(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._out)
        os.close(self._in)


def broken(browser):
    """The rules that the page breaks, as axe finds them."""
    browser.value(Path(AXE).read_text(encoding="utf-8") + ";0")
    rules = json.dumps(RULES)
    return browser.value(
        f"axe.run(document, {{runOnly: {rules}}}).then(found => found.violations.map("
        "v => [v.id, v.impact, v.nodes.length, v.nodes[0].html.slice(0, 200)]))"
    )
