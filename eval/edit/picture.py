#!/usr/bin/env python3
"""Makes the picture of the editor's page in README.md.

    python3 eval/edit/picture.py PROGRAM build/photos eval/edit/page.jpg

Masks the sample photos, corrects one of them by two clicks on background and a stroke on the object, and takes a picture
of the page. Needs Chromium, as eval/browser does, and what client.py needs.
"""

import base64
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "browser"))

from browser import Browser
from client import Editor

PHOTO = "astronaut.png"
STROKES = [{"points": [[418, 70]], "radius": 4, "object": False},
           {"points": [[30, 120]], "radius": 4, "object": False},
           {"points": [[150, 300], [130, 380], [150, 450]], "radius": 4, "object": True}]


def main(program, photos, out):
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder) / "holiday" / "masks"
        subprocess.run([program, "mask", photos, "-o", run, "--save", "mask,heatmap", "-q"], check=True)
        with Editor(program, run, subprocess.DEVNULL) as editor:
            photo = next(each["id"] for each in editor.ask("run")["photos"] if each["name"] == PHOTO)
            for stroke in STROKES:
                editor.ask(f"stroke/{photo}", stroke)
            browser = Browser()
            browser.show_as(1120, 700, dark=False)
            browser.open(editor.address + "#" + PHOTO)
            browser.settle()
            picture = browser.call("Page.captureScreenshot", format="jpeg", quality=85)["data"]
            pathlib.Path(out).write_bytes(base64.b64decode(picture))
            browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
