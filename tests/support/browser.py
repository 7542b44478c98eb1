"""A real browser, Chromium, that tests drive through the two pipes of its DevTools protocol."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any, Final

CHROMIUM: Final = shutil.which("chromium")
AXE: Final = Path(__file__).parents[1] / "browser" / "node_modules" / "axe-core" / "axe.min.js"

PATIENCE: Final = 60
"""Seconds after which the browser counts as hung."""

_HIGH: Final = 10
"""Above the two descriptors that Chromium expects, so that neither replaces the other."""

_OPTIONS: Final = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # tests may run as root, and open only our own pages
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--no-first-run",
)


class Browser:
    """A running Chromium with one page open."""

    def __init__(self, to: int, from_: int) -> None:
        """Open an empty page."""
        self._to, self._from = to, from_
        self._last = 0
        self._rest = b""
        self._session = ""
        self._requests: dict[str, str] = {}
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")

    @property
    def requests(self) -> list[str]:
        """Every address that was asked for since the page was opened, unless it was refused."""
        return [*self._requests.values()]

    def open(self, file: Path) -> None:
        """Open a file and wait until it is shown."""
        self._requests.clear()
        self._call("Page.navigate", url=file.as_uri())
        while self.evaluate("document.readyState + location.href") != f"complete{file.as_uri()}":
            pass

    def look(self, *, width: int, height: int = 900, zoom: float = 1, **features: str) -> None:
        """Choose the window and what the person prefers.

        Args:
            width: Of the window, in pixels of the screen.
            height: The same.
            zoom: 2 shows everything twice as large, in a window of half as many CSS pixels.
            features: Such as `prefers_color_scheme="dark"`.
        """
        self._call("Emulation.setDeviceMetricsOverride", width=round(width / zoom),
                   height=round(height / zoom), deviceScaleFactor=zoom, mobile=False)  # fmt: skip
        chosen = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self._call("Emulation.setEmulatedMedia", media="", features=chosen)

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the value of an expression in JavaScript, once it is there."""
        done = self._call("Runtime.evaluate", expression=expression, awaitPromise=True,
                          returnByValue=True)  # fmt: skip
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def violations(self) -> list[str]:
        """Return what axe finds wrong with the page."""
        self.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
        options = "{rules: {'target-size': {enabled: true}}}"  # which axe leaves out by itself
        found = self.evaluate(f"axe.run({options}).then(results => results.violations)")
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    def picture(self) -> bytes:
        """Return the whole page as PNG."""
        shot = self._call("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def printed(self, *, width: float, height: float) -> bytes:
        """Return the page as PDF on paper of a size in inches, without printed backgrounds."""
        pdf = self._call("Page.printToPDF", paperWidth=width, paperHeight=height,
                         printBackground=False, preferCSSPageSize=False)  # fmt: skip
        return base64.b64decode(pdf["data"])

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        self._call("Browser.close")

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        for answer in self._messages():
            self._note_request(answer)
            if answer.get("id") == self._last:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
        raise AssertionError(f"Chromium ended during {method}")

    def _note_request(self, event: dict[str, Any]) -> None:
        """Keep what is asked for, but not what the policy of the page stops before it is sent."""
        request = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self._requests[request["requestId"]] = request["request"]["url"]
        elif request.get("blockedReason") == "csp":
            self._requests.pop(request["requestId"], None)

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            message, end, rest = self._rest.partition(b"\0")
            if end:
                self._rest = rest
                yield json.loads(message)
                continue
            assert select([self._from], [], [], PATIENCE)[0], "Chromium does not answer"
            more = os.read(self._from, 1 << 20)
            if not more:
                return
            self._rest += more


@contextmanager
def running_browser(profile: Path) -> Iterator[Browser]:
    """Start Chromium with an empty profile folder, and end it afterwards."""
    assert CHROMIUM is not None
    (theirs_in, ours_out), (ours_in, theirs_out) = _high_pipe(), _high_pipe()
    process = os.posix_spawn(
        CHROMIUM,
        [CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}"],
        {**os.environ, "HOME": str(profile)},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, theirs_in, 3),
            (os.POSIX_SPAWN_DUP2, theirs_out, 4),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setpgroup=0,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        browser = Browser(ours_out, ours_in)
        yield browser
        browser.close()
    finally:
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(ours_in)
        os.close(ours_out)


def _high_pipe() -> tuple[int, int]:
    """Return the two ends of a pipe, which a new process does not inherit."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _HIGH) for end in low]
    for end in low:
        os.close(end)
    return high[0], high[1]
