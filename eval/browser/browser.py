"""A headless Chromium that is told what to do: pages, mouse, fingers and keys. Needs Debian's package chromium."""

import base64
import json
import os
import subprocess
import tempfile
import time

MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
BUTTONS = {"left": 1, "right": 2, "middle": 4}
KEY_CODES = {"Backspace": 8, "Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38,
             "ArrowRight": 39, "ArrowDown": 40, "Delete": 46}


class Browser:
    """Chromium's DevTools protocol over a pair of pipes: JSON messages with a zero byte after each."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()
        arguments = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                     f"--user-data-dir={self.profile.name}", "--remote-debugging-pipe", "about:blank"]

        def as_three_and_four():
            # Beyond three and four first: they may be each other's numbers.
            read, write = os.dup(to_read), os.dup(from_write)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(arguments, preexec_fn=as_three_and_four, close_fds=False,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.rest = b""
        self.last_id = 0
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.from_read, 1 << 20)
            if not more:
                raise RuntimeError("the browser ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if hasattr(self, "session") and not method.startswith("Target."):
            message["sessionId"] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.evaluate("new Promise(r => document.readyState === 'complete' ? r() : addEventListener('load', r))")
        self.settle()

    def reload(self):
        seen = len(self.events)
        self.call("Page.reload")
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events[seen:]):
            self.events.append(self.receive())
        self.settle()

    def settle(self):
        self.evaluate("new Promise(r => setTimeout(r, 700))")

    def show_as(self, width, height, dark, pixels=1):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=pixels,
                  mobile=width < 600)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def key(self, name, *held):
        modifiers = sum(MODIFIERS[each] for each in held)
        typed = name if len(name) == 1 else {"Enter": "\r"}.get(name)
        text = {"text": typed} if typed and not modifiers & ~MODIFIERS["Shift"] else {}
        code = f"Key{name.upper()}" if len(name) == 1 and name.isalpha() else "Space" if name == " " else name
        number = KEY_CODES.get(name) or (ord(name.upper()) if len(name) == 1 and name.isalnum() else 0)
        common = {"key": name, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def mouse(self, kind, x, y, button="none", held=(), **more):
        buttons = BUTTONS.get(button, 0) if kind != "mouseReleased" else 0
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, buttons=buttons,
                  modifiers=sum(MODIFIERS[each] for each in held), **more)

    def click(self, x, y, button="left", held=()):
        self.drag([(x, y)], button, held)

    def drag(self, points, button="left", held=(), pointer="mouse"):
        """Presses at the first of the points, moves through the others, and lets go at the last."""
        self.mouse("mouseMoved", *points[0], held=held, pointerType=pointer)
        self.mouse("mousePressed", *points[0], button, held, clickCount=1, pointerType=pointer)
        for point in points[1:]:
            self.mouse("mouseMoved", *point, button, held, pointerType=pointer)
        self.mouse("mouseReleased", *points[-1], button, held, clickCount=1, pointerType=pointer)

    def wheel(self, x, y, turn):
        self.mouse("mouseWheel", x, y, deltaX=0, deltaY=turn)

    def touch(self, *fingers):
        """Each finger is a list of points, all of one length: they go down, move together, and lift."""
        for step, points in enumerate(zip(*fingers)):
            at = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
            self.call("Input.dispatchTouchEvent", type="touchMove" if step else "touchStart", touchPoints=at)
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def wait_for(self, expression, seconds=20):
        """Whether the expression became true in time."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({expression})"):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def complaints(self):
        """What the console said."""
        return [e for e in self.events if e.get("method") in
                ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]

    def addresses(self):
        """Everything that was asked for."""
        return {e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"}

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()
