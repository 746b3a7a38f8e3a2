"""Headless Chromium, spoken to through its DevTools pipe: no package, no port, no WebSocket.

Chromium reads commands from file descriptor 3 and writes answers and events to 4, each a JSON text that a zero byte
ends (`--remote-debugging-pipe`).
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class BrowserError(Exception):
    """The browser refused a command, went away, or did not get there in time."""


# A browser that was never run on a machine reads some 300 MB from its disk before it answers.
START_SECONDS = 120


class Chromium:
    """A browser process; `tab()` opens a tab of its own profile. Use as a context."""

    def __init__(self):
        path = shutil.which("chromium") or shutil.which("google-chrome")
        if path is None:
            raise BrowserError("there is no chromium on the PATH; Scripts/install-deps --tests installs it")
        self.profile = tempfile.mkdtemp(prefix="browser-check-")
        commands_out, self._commands = os.pipe()
        self._messages, messages_in = os.pipe()
        # Out of the way of 3 and 4, which the child's ends become.
        child_in = fcntl.fcntl(commands_out, fcntl.F_DUPFD, 10)
        child_out = fcntl.fcntl(messages_in, fcntl.F_DUPFD, 10)
        os.close(commands_out)
        os.close(messages_in)

        def take_pipes():
            os.dup2(child_in, 3)
            os.dup2(child_out, 4)

        arguments = [
            path,
            "--headless=new",
            "--remote-debugging-pipe",
            f"--user-data-dir={self.profile}",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--hide-scrollbars",
            # Nothing but this machine exists for the check.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
        ]
        if os.geteuid() == 0:
            # Chromium refuses its sandbox to root; a container's root is the usual case.
            arguments.append("--no-sandbox")
        self._log = open(os.path.join(self.profile, "chromium.log"), "wb")
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            preexec_fn=take_pipes, pass_fds=(3, 4, child_in, child_out), start_new_session=True)
        os.close(child_in)
        os.close(child_out)
        self._received = b""
        self._next_id = 0
        self._answers = {}
        self._listeners = {}

    def __enter__(self):
        try:
            self.call("Browser.getVersion", timeout=START_SECONDS)
            # The first page needs processes that the version does not.
            context = self.call("Target.createBrowserContext", timeout=START_SECONDS)["browserContextId"]
            self.call("Target.disposeBrowserContext", browserContextId=context)
        except BrowserError as error:
            with open(self._log.name, encoding="utf-8", errors="replace") as log:
                said = log.read()[-4000:]
            self.__exit__()
            raise BrowserError(f"the browser did not start: {error}. It said:\n{said}") from error
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close", timeout=5)
        except BrowserError:
            pass  # It is ended below in any case.
        os.close(self._commands)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._messages)
        self._log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def tab(self):
        """A new tab with an empty page, in a profile without cookies."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Tab(self, session, context)

    def listen(self, session, listener):
        self._listeners[session] = listener

    def call(self, method, session=None, timeout=20, **parameters):
        """Sends a command and returns the result of its answer."""
        self._next_id += 1
        number = self._next_id
        message = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while number not in self._answers:
            if not self.pump(deadline):
                raise BrowserError(f"no answer to {method} within {timeout} s")
        answer = self._answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def pump(self, deadline):
        """Takes in one batch of messages; False when none came before the deadline."""
        ready, _, _ = select.select([self._messages], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        data = os.read(self._messages, 1 << 20)
        if not data:
            raise BrowserError("the browser went away")
        *messages, self._received = (self._received + data).split(b"\0")
        for text in messages:
            message = json.loads(text)
            if "id" in message:
                self._answers[message["id"]] = message
            elif message.get("sessionId") in self._listeners:
                self._listeners[message["sessionId"]](message["method"], message["params"])
        return True


class Tab:
    """One page at a time, and all that went wrong on it (`problems`)."""

    def __init__(self, browser, session, context):
        self.browser = browser
        self.session = session
        self.context = context
        self.problems = []
        self.document_status = None
        self.document_coding = None
        self.requests = {}
        self._loads = 0
        # The URLs of the requests that have not ended, by request: those of the current document only.
        self._in_flight = {}
        self._document = None
        browser.listen(session, self._on_event)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        return self.browser.call(method, session=self.session, **parameters)

    def close(self):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)

    def _on_event(self, method, event):
        if method == "Page.loadEventFired":
            self._loads += 1
        elif method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            thrown = details.get("exception", {}).get("description", details.get("text"))
            self.problems.append(f"exception: {thrown}")
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "assert"):
            values = [str(a.get("value", a.get("description"))) for a in event["args"]]
            self.problems.append(f"console.{event['type']}: {' '.join(values)}")
        elif method == "Log.entryAdded" and event["entry"]["level"] == "error":
            entry = event["entry"]
            self.problems.append(f"{entry['source']} error: {entry['text']} {entry.get('url', '')}".strip())
        elif method == "Network.requestWillBeSent":
            if event["requestId"] == event["loaderId"]:
                # A new document. What an earlier one still asked for may end without an event.
                self._in_flight.clear()
                self._document = event["loaderId"]
            if event["loaderId"] == self._document:
                self._in_flight[event["requestId"]] = event["request"]["url"]
        elif method == "Network.responseReceived":
            response = event["response"]
            self.requests[response["url"]] = response["status"]
            if event["type"] == "Document":
                self.document_status = response["status"]
                headers = {name.lower(): value for name, value in response["headers"].items()}
                self.document_coding = headers.get("content-encoding")
            elif response["status"] >= 400:
                self.problems.append(f"status {response['status']}: {response['url']}")
        elif method == "Network.loadingFinished":
            self._in_flight.pop(event["requestId"], None)
        elif method == "Network.loadingFailed":
            url = self._in_flight.pop(event["requestId"], "of an earlier page")
            if not event.get("canceled"):
                self.problems.append(f"request failed: {event['errorText']} {url}")

    def wait_for(self, what, condition, timeout=20):
        """Takes in events until a condition holds."""
        deadline = time.monotonic() + timeout
        while not condition():
            if not self.browser.pump(deadline):
                waiting = f"; still in flight: {', '.join(self._in_flight.values())}" if self._in_flight else ""
                raise BrowserError(f"{what} did not happen within {timeout} s{waiting}")

    def open(self, url):
        """Goes to a URL and waits until the page and all it asked for are there."""
        self._navigating(lambda: self.call("Page.navigate", url=url), f"loading {url}")

    def click(self, selector):
        """Clicks the first visible match in its middle, as a person does, and waits for the page it leads to."""
        place = self.evaluate(
            """(selector) => {
                const seen = [...document.querySelectorAll(selector)].find(
                    e => e.getClientRects().length && getComputedStyle(e).visibility === 'visible');
                if (!seen) return null;
                seen.scrollIntoView({block: 'center', behavior: 'instant'});
                const box = seen.getClientRects()[0];
                const place = {x: box.x + box.width / 2, y: box.y + box.height / 2};
                const top = document.elementFromPoint(place.x, place.y);
                place.hit = top !== null && (seen.contains(top) || top.contains(seen));
                place.covering = top === null ? 'nothing' : top.outerHTML.slice(0, 80);
                return place;
            }""", selector)
        if place is None:
            raise BrowserError(f"nothing on {self.url()} matches {selector}")
        if not place["hit"]:
            raise BrowserError(f"{selector} on {self.url()} is covered by {place['covering']}")

        def press():
            for kind in ("mousePressed", "mouseReleased"):
                self.call("Input.dispatchMouseEvent", type=kind, x=place["x"], y=place["y"], button="left",
                          clickCount=1)

        self._navigating(press, f"following {selector}")

    def _navigating(self, action, what):
        loads = self._loads
        self.document_status = None
        self._in_flight.clear()
        action()
        self.wait_for(what, lambda: self._loads > loads and self.document_status is not None)
        self.wait_for(f"{what}, with all it needs", lambda: not self._in_flight)

    def press(self, key, code):
        """Presses and releases a key."""
        parameters = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **parameters, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def evaluate(self, function, *arguments):
        """The value of a JavaScript function applied to JSON values, in the page."""
        expression = f"({function})({', '.join(json.dumps(a) for a in arguments)})"
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def load_all_images(self):
        """Loads what is far below the window too, and waits until every picture is there or has failed."""
        self.evaluate("""async () => {
            const images = [...document.images];
            for (const image of images) image.loading = 'eager';
            await Promise.all(images.map((image) => image.decode().catch(() => {})));
        }""")

    def url(self):
        return self.evaluate("() => location.href")

    def show_as(self, width, height, dark=False):
        """The size of the window and the colour scheme that the person prefers."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    def screenshot(self, path, whole=False):
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))
