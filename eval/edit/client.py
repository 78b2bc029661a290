"""A `gradcut edit` that is started, asked over HTTP as its page asks it, and ended or killed. Needs numpy."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.parse

import numpy as np


class Refused(Exception):
    """The server answered with an error."""


class Editor:
    """One server. `log` gets what it says on stderr."""

    def __init__(self, program, folder, log, *options):
        started = time.perf_counter()
        command = [str(program), "edit", str(folder), "--no-browser", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self.address = self.process.stdout.readline().strip()
        self.start_s = time.perf_counter() - started
        parts = urllib.parse.urlsplit(self.address)
        if not parts.port:
            raise RuntimeError(f"{' '.join(command)}: ended with {self.process.wait()} and no address")
        self.headers = {"X-Gradcut-Key": urllib.parse.parse_qs(parts.query)["key"][0],
                        "Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
        self.answer_s = 0.0  # From the request to the end of its answer, of the last request.
        self.answer_bytes = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def ask(self, path, body=None):
        """The answer to a GET, or with a body to a POST."""
        method, text = ("GET", None) if body is None else ("POST", json.dumps(body))
        started = time.perf_counter()
        self.connection.request(method, "/api/" + path, text, self.headers)
        response = self.connection.getresponse()
        content = response.read()
        self.answer_s = time.perf_counter() - started
        self.answer_bytes = len(content)
        answer = json.loads(content)
        if response.status != 200:
            raise Refused(f"{path}: {response.status}: {answer.get('error')}")
        return answer

    def stroke(self, photo, points, is_object, radius=0):
        return self.ask(f"stroke/{photo}", {"points": points, "radius": radius, "object": is_object})

    def memory_mb(self):
        """The resident set now and at its peak."""
        fields = dict(line.split(":", 1) for line in
                      pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        return tuple(int(fields[name].split()[0]) / 1000 for name in ("VmRSS", "VmHWM"))

    def cpu_s(self):
        """Seconds of a core's time that the server has taken, in hundredths."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        """As Ctrl-C does; the exit status."""
        self.connection.close()
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=120)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.connection.close()


def mask_of(state):
    """The pixels of an answer's mask: True is object."""
    mask = state["mask"]
    runs = np.asarray(mask["runs"])
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(mask["height"], mask["width"])


def make_run(program, photos, folder, *options):
    """`gradcut mask` of photos, or of a folder of them; warnings go to a file beside the results."""
    if isinstance(photos, list):
        names = folder.parent / f"{folder.name}.txt"
        names.write_text("".join(f"{photo}\n" for photo in photos))
        photos = f"@{names}"
    with open(folder.parent / f"{folder.name}.log", "w") as log:
        command = [str(program), "mask", str(photos), "-o", str(folder), "--quiet", *options]
        subprocess.run(command, check=True, stderr=log)


def differing(folder, other):
    """Names of the masks of either folder that do not have the same bytes in both."""
    names = {file.relative_to(each) for each in (folder, other) for file in each.rglob("*.png")}

    def bytes_in(each, name):
        return (each / name).read_bytes() if (each / name).exists() else None

    return sorted(str(name) for name in names if bytes_in(folder, name) != bytes_in(other, name))


class Checks:
    """What holds and what does not, a line each."""

    def __init__(self):
        self.failures = 0

    def check(self, holds, what):
        self.failures += not holds
        print(("ok      " if holds else "FAILED  ") + what, flush=True)
        return holds
