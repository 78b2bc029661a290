#!/usr/bin/env python3
"""Uses the page of a running `gradcut edit` in a headless Chromium as a person would, and keeps pictures of it.

    python3 eval/browser/check_edit.py 'http://127.0.0.1:PORT/?key=KEY' PICTURES

The run is one of `gradcut mask` with at least five photos that have a mask, as yet unedited. Their hints and decisions
are changed: give it a copy. All is done by events of mouse, wheel, fingers, pen and keys, and what came of it is read
from the server: the order of the strip, filters, marks of object and background, undo, boxes, coordinates after zooms
and pans, marking by the keyboard alone, decisions, what a reload finds, and a server that is lost. The console must stay
silent, and no address but the server's may be asked for. PICTURES gets screenshots for the eye: light, dark, tablet,
phone. Needs Chromium (Debian's package chromium) and nothing else.
"""

import itertools
import json
import pathlib
import sys
import urllib.parse

from browser import Browser

MARGIN = 8  # Screen pixels that the page leaves around a photo that is fitted in.

failures = 0


def check(holds, what):
    global failures
    failures += not holds
    print(("ok      " if holds else "FAILED  ") + what, flush=True)


class Page:
    """The page as a person sees it, and the server's own word on what was done."""

    def __init__(self, browser, address, pictures):
        self.browser = browser
        self.pictures = pictures
        self.key = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["key"][0]

    def ask(self, path):
        return self.browser.evaluate(
            f"fetch('/api/{path}', {{ headers: {{ 'X-Gradcut-Key': {json.dumps(self.key)} }} }})"
            ".then((answer) => answer.json())")

    def run(self):
        return self.ask("run")

    def wait(self):
        """Until nothing is under way; whether that came in time."""
        idle = self.browser.wait_for("document.getElementById('working').hidden")
        self.browser.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return idle

    def shown(self):
        """The photo that is open, as the server knows it."""
        name = urllib.parse.unquote(self.browser.evaluate("location.hash.slice(1)"))
        return next((photo for photo in self.run()["photos"] if photo["name"] == name), None)

    def state(self):
        return self.ask(f"mask/{self.shown()['id']}")

    def strokes(self):
        return self.state()["hints"].get("strokes", [])

    def listed(self):
        return self.browser.evaluate("[...document.querySelectorAll('#strip .entry')]"
                                     ".sort((a, b) => a.ariaPosInSet - b.ariaPosInSet).map((entry) => entry.title)")

    def list_length(self):
        return self.browser.evaluate("Number(document.querySelector('#strip .entry')?.ariaSetSize ?? 0)")

    def status(self):
        return self.browser.evaluate("document.getElementById('status').textContent")

    def center_of(self, selector):
        return self.browser.evaluate(f"(() => {{ const box = document.querySelector({json.dumps(selector)})"
                                     ".getBoundingClientRect();"
                                     " return [box.left + box.width / 2, box.top + box.height / 2]; })()")

    def press(self, action):
        self.browser.click(*self.center_of(f"[data-does={action}]"))
        self.wait()

    def key_press(self, name, *held):
        self.browser.key(name, *held)
        self.wait()

    def choose(self, control, value):
        self.browser.evaluate(f"(() => {{ const control = document.getElementById('{control}');"
                              f" control.value = {json.dumps(value)}; control.dispatchEvent(new Event('input')); }})()")
        self.browser.settle()

    def choose_style(self, style):
        self.browser.evaluate("(() => { const control = document.getElementById('style');"
                              f" control.value = '{style}'; control.dispatchEvent(new Event('change')); }})()")
        self.wait()

    def fitted(self):
        """Scale and place on the screen of a photo that is fitted in."""
        left, top, width, height = self.browser.evaluate(
            "(() => { const box = document.getElementById('view').getBoundingClientRect();"
            " return [box.left, box.top, box.width, box.height]; })()")
        photo = self.shown()
        scale = min((width - 2 * MARGIN) / photo["width"], (height - 2 * MARGIN) / photo["height"])
        return scale, left + (width - photo["width"] * scale) / 2, top + (height - photo["height"] * scale) / 2

    def on_screen(self, x, y):
        """The pixel of the screen where a point of a photo that is fitted in lies."""
        scale, left, top = self.fitted()
        return round(left + x * scale), round(top + y * scale)

    def near(self, point, expected):
        """Whether points of the photo are within a pixel of it, or of the screen where that is coarser."""
        most = max(1, 1 / self.fitted()[0])
        return all(abs(a - b) <= most for a, b in zip(point, expected))

    def mark(self, screen, button="left", held=()):
        self.browser.click(*screen, button, held)
        self.wait()

    def marks(self):
        """What lies over the picture."""
        return self.browser.evaluate("document.getElementById('marks').toDataURL()")

    def drawn(self):
        """The pixels of the picture as a number that differs when they do."""
        return self.browser.evaluate("""(() => {
          const canvas = document.getElementById('picture');
          const { width, height } = canvas;
          const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
          context.drawImage(canvas, 0, 0);
          return context.getImageData(0, 0, width, height).data.reduce((sum, value) => (sum * 31 + value) | 0, 0);
        })()""")


def pixels(mask):
    """The mask's pixels, row by row."""
    values = bytearray()
    for i, length in enumerate(mask["runs"]):
        values += bytes([i % 2]) * length
    return values


def mask_at(state, x, y):
    mask = state["mask"]
    row = int(y * mask["height"] / state["height"])
    return pixels(mask)[row * mask["width"] + int(x * mask["width"] / state["width"])]


def point_of(state, value):
    """A point in the midst of object (1) or background (0): the middle of the longest run of a row."""
    mask = state["mask"]
    width, values = mask["width"], pixels(mask)
    best = (0, 0, 0)
    for row in range(mask["height"] // 5, 4 * mask["height"] // 5):
        line = values[row * width:(row + 1) * width]
        start = 0
        for column in range(1, width + 1):
            if column == width or line[column] != line[start]:
                if line[start] == value:
                    best = max(best, (column - start, start, row))
                start = column
    length, start, row = best
    return ((start + length / 2) * state["width"] / width, (row + 0.5) * state["height"] / mask["height"])


def in_order(photos):
    """Names as the strip should have them: the least confident first, then those without a mask, then failed ones."""
    rank = lambda photo: 3 if photo["status"] == "failed" else photo.get("confidence", 2)
    return [photo["name"] for photo in sorted(photos, key=lambda photo: (rank(photo), photo["name"]))]


def check_strip(page):
    photos = page.run()["photos"]
    expected = in_order(photos)
    listed = page.listed()
    check(len(listed) > 2 and listed == expected[:len(listed)], "the least confident photo comes first")
    check(page.list_length() == len(photos), f"all {len(photos)} photos are listed")
    check(page.shown()["name"] == expected[0], "the first photo is open")
    check(page.browser.wait_for("[...document.querySelectorAll('#strip img')].some((i) => i.naturalWidth > 0)"),
          "small pictures are drawn")
    filters = {"unseen": lambda photo: "review" not in photo, "failed": lambda photo: photo["status"] == "failed",
               "edited": lambda photo: photo["edited"], "accepted": lambda photo: photo.get("review") == "accepted",
               "rejected": lambda photo: photo.get("review") == "rejected"}
    for name, passes in filters.items():
        page.choose("show", name)
        check(page.list_length() == sum(map(passes, photos)), f"lists what is {name}")
    page.choose("show", "all")
    name = next((photo["class"] for photo in photos if photo.get("class")), None)
    if name:
        page.choose("of-class", name)
        count = sum(name in [photo.get("class"), *photo.get("classes", [])] for photo in photos)
        check(page.list_length() == count, f"lists a class ({name})")
        page.choose("of-class", "")
    page.choose("search", photos[-1]["name"])
    check(photos[-1]["name"] in page.listed() and
          page.list_length() == sum(photos[-1]["name"].lower() in photo["name"].lower() for photo in photos),
          "finds by name")
    page.choose("search", "")
    at_once = page.browser.evaluate("document.querySelectorAll('#strip .entry').length")
    check(at_once <= 60, f"only {at_once} of {len(photos)} photos are in the page")
    page.browser.evaluate("document.getElementById('strip').scrollTop = 1e9")
    page.browser.settle()
    check(page.listed()[-1] == expected[-1], "the strip scrolls to its end")
    page.browser.evaluate("document.getElementById('strip').scrollTop = 0")
    page.browser.settle()


def check_marks(page):
    """Object by the left button, background by the right one and by Alt; undo and redo; clear."""
    before = page.state()
    drawn = page.drawn()
    x, y = point_of(before, 0)
    page.mark(page.on_screen(x, y))
    after = page.state()
    check(mask_at(before, x, y) == 0 and mask_at(after, x, y) == 1, "a click on background makes it object")
    stroke = after["hints"]["strokes"][-1]
    check(stroke["object"] and page.near(stroke["points"][0], (x, y)),
          f"the click arrives where it was made ({stroke['points'][0]})")
    check(page.drawn() != drawn, "the view shows the new mask")
    check(page.shown()["edited"] and page.shown()["clicks"] == 1, "the photo counts as edited")

    page.key_press("z", "Control")
    check(page.state()["mask"] == before["mask"] and page.strokes() == [], "undo takes the mark back")
    page.key_press("z", "Control", "Shift")
    check(page.state()["mask"] == after["mask"], "redo brings it back")
    page.press("undo")
    check(page.state()["mask"] == before["mask"], "so does the button")

    x, y = point_of(before, 1)
    for button, held, how in (("right", (), "right click"), ("left", ("Alt",), "click with Alt")):
        page.mark(page.on_screen(x, y), button, held)
        after = page.state()
        check(mask_at(before, x, y) == 1 and mask_at(after, x, y) == 0, f"a {how} makes background")
        page.key_press("z")
    page.press("background")
    page.mark(page.on_screen(x, y))
    check(not page.strokes()[-1]["object"], "the button makes the left button mark background")
    page.press("object")
    page.key_press("Delete")
    check(len(page.strokes()) == 1, "one press of Delete clears nothing")
    page.key_press("Delete")
    check(page.strokes() == [], "a second one clears")


def check_stroke_and_box(page):
    photo = page.shown()
    width, height = photo["width"], photo["height"]
    line = [(width * (0.3 + 0.02 * i), height * 0.5) for i in range(11)]
    page.browser.drag([page.on_screen(*point) for point in line])
    page.wait()
    points = page.strokes()[-1]["points"]
    check(len(points) > 5 and page.near(points[0], line[0]) and page.near(points[-1], line[-1]),
          "a stroke has its points")
    page.key_press("z")
    ring = page.marks()
    page.browser.mouse("mouseMoved", *page.on_screen(*line[0]))
    page.browser.mouse("mouseMoved", *page.on_screen(*line[-1]))
    page.wait()
    check(page.marks() == ring, "the ring is where the stroke has ended")

    corners = [(width * 0.25, height * 0.25), (width * 0.5, height * 0.5), (width * 0.75, height * 0.8)]
    for tool, held in (("box", ()), ("brush", ("Shift",))):
        page.press(tool)
        page.browser.drag([page.on_screen(*corner) for corner in corners], held=held)
        page.wait()
        boxes = page.state()["hints"].get("boxes", [])
        check(len(boxes) == 1 and page.near((boxes[0]["x"], boxes[0]["y"]), corners[0]) and
              page.near((boxes[0]["x"] + boxes[0]["width"], boxes[0]["y"] + boxes[0]["height"]), corners[2]),
              f"a box is dragged {'with Shift' if held else 'with its tool'}")
        page.key_press("z")
    for key, name in (("l", "largest"), ("h", "fill")):
        before = page.state()[name]
        page.key_press(key)
        on = page.state()[name]
        page.key_press(key)
        check(on != before and page.state()[name] == before, f"key {key} switches {name}")


def check_zoom(page):
    """Marks land where they are made after the photo was zoomed and moved; the picture agrees."""
    photo = page.shown()
    anchor = (photo["width"] * 0.6, photo["height"] * 0.4)
    screen = page.on_screen(*anchor)
    for _ in range(3):
        page.browser.wheel(*screen, -300)
    page.wait()
    page.mark(screen)
    check(page.near(page.strokes()[-1]["points"][0], anchor), "the wheel zooms at the pointer")
    page.mark((screen[0] + 60, screen[1] + 30))
    first, second = (stroke["points"][0] for stroke in page.strokes()[-2:])
    shift = (second[0] - first[0], second[1] - first[1])
    scale = 60 / shift[0]
    check(scale > 2 * page.fitted()[0] and abs(shift[0] - 2 * shift[1]) < 0.1, "zoomed in, pixels are larger")

    moved = (screen[0] - 80, screen[1] + 45)
    page.browser.drag([screen, moved], "middle")
    page.mark(moved)
    arrived = page.strokes()[-1]["points"][0]
    check(page.near(arrived, anchor), "the middle button pans")
    check(len(page.strokes()) == 3, "panning marks nothing")
    page.key_press("v")
    page.choose_style("none")
    check(colours_agree(page, moved, arrived, scale), "the photo is drawn where marks arrive")
    page.key_press("v")
    page.choose_style("outline")
    width = page.browser.evaluate("document.getElementById('marks').width")
    page.browser.show_as(1400, 900, dark=False, pixels=2)
    page.wait()
    check(page.browser.evaluate("document.getElementById('marks').width") == 2 * width,
          "on a screen of finer pixels as many are drawn")
    page.browser.show_as(1400, 900, dark=False)
    page.wait()
    for _ in range(3):
        page.key_press("z")
    page.key_press("f")
    page.mark(screen)
    check(page.near(page.strokes()[-1]["points"][0], anchor), "F fits the photo in again")
    page.key_press("z")


def colours_agree(page, screen, anchor, scale):
    """Whether the view has the photo's colours around a point, and not those beside it."""
    photo = page.shown()
    own, shifted = page.browser.evaluate(f"""(async () => {{
      const photo = new Image();
      photo.src = '/api/photo/{photo["id"]}?key=' + {json.dumps(page.key)};
      await photo.decode();
      const read = (picture, width, height) => {{
        const context = new OffscreenCanvas(width, height).getContext('2d', {{ willReadFrequently: true }});
        context.drawImage(picture, 0, 0, width, height);
        return (x, y) => context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data;
      }};
      const canvas = document.getElementById('picture');
      const expected = read(photo, {photo["width"]}, {photo["height"]});
      const drawn = read(canvas, canvas.width, canvas.height);
      const view = canvas.getBoundingClientRect();
      const apart = (shift) => {{
        let sum = 0;
        for (let dx = -20; dx <= 20; ++dx) for (let dy = -20; dy <= 20; ++dy) {{
          const [column, row] = [Math.floor({anchor[0]}) + dx, Math.floor({anchor[1]}) + dy];
          const here = expected(column + shift, row + shift);
          const there = drawn({screen[0]} - view.left + (column + 0.5 - {anchor[0]}) * {scale},
            {screen[1]} - view.top + (row + 0.5 - {anchor[1]}) * {scale});
          for (let i = 0; i < 3; ++i) sum += Math.abs(here[i] - there[i]);
        }}
        return sum;
      }};
      return [apart(0), Math.min(apart(-1), apart(1))];
    }})()""")
    return own < shifted / 4


def check_keyboard(page):
    """Marks an object and a background point without a pointer."""
    browser = page.browser
    page.browser.evaluate("document.activeElement.blur()")
    for _ in range(60):
        browser.key("Tab")
        if browser.evaluate("document.activeElement.id") == "view":
            break
    check(browser.evaluate("document.activeElement.id") == "view", "Tab reaches the view")
    check(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is visible")
    photo = page.shown()
    page.key_press("c")
    for _ in range(5):
        browser.key("ArrowRight")
    for _ in range(3):
        browser.key("ArrowUp", "Shift")
    page.key_press(" ")
    scale = page.fitted()[0]
    expected = (photo["width"] / 2 + 50 / scale, photo["height"] / 2 - 3 / scale)
    stroke = page.strokes()[-1]
    check(stroke["object"] and page.near(stroke["points"][0], expected),
          "the cursor moves, and Space marks object there")
    browser.key("ArrowDown")
    page.key_press("Backspace")
    stroke = page.strokes()[-1]
    check(not stroke["object"] and page.near(stroke["points"][0], (expected[0], expected[1] + 10 / scale)),
          "Backspace marks background")
    browser.picture(page.pictures / "edit-cursor.png")
    page.key_press("z")
    page.key_press("z")
    page.key_press("b")
    page.key_press("Enter")
    for _ in range(4):
        browser.key("ArrowRight")
        browser.key("ArrowDown")
    page.key_press("Enter")
    boxes = page.state()["hints"].get("boxes", [])
    check(len(boxes) == 1 and page.near((boxes[0]["width"], boxes[0]["height"]), (40 / scale, 40 / scale)),
          "Enter at two corners makes a box")
    page.key_press("z")
    page.key_press("d")
    page.key_press("Escape")
    check(page.shown()["name"] == photo["name"], "the cursor's keys leave the photo open")
    for action in ("accept", "reject", "undo", "largest", "help"):
        index = browser.evaluate(f"document.querySelector('[data-does={action}]').tabIndex")
        check(index == 0, f"Tab reaches {action}")
    page.key_press("?")
    check(browser.evaluate("document.getElementById('help').open"), "? lists the keys")
    browser.picture(page.pictures / "edit-keys.png")
    browser.key("Escape")


def check_touch(page):
    """A tap marks, two fingers zoom, a double tap fits in again; a pen draws, and a finger beside it pans."""
    browser = page.browser
    browser.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
    photo = page.shown()
    anchor = (photo["width"] / 2, photo["height"] / 2)
    x, y = page.on_screen(*anchor)
    browser.touch([(x, y)])
    browser.settle()
    page.wait()
    check(len(page.strokes()) == 1 and page.near(page.strokes()[-1]["points"][0], anchor), "a tap marks")
    browser.touch([(x - 40 - 10 * i, y) for i in range(9)], [(x + 40 + 10 * i, y) for i in range(9)])
    browser.settle()
    check(len(page.strokes()) == 1, "two fingers mark nothing")
    browser.touch([(x + 60, y)])
    browser.settle()
    page.wait()
    scale = page.fitted()[0]
    check(page.near(page.strokes()[-1]["points"][0], (anchor[0] + 60 / scale / 3, anchor[1])), "two fingers zoom")
    browser.touch([(x, y)])
    browser.touch([(x, y)])
    browser.settle()
    page.wait()
    check(len(page.strokes()) == 2, "a double tap marks nothing")
    browser.touch([(x, y)])
    browser.settle()
    page.wait()
    check(page.near(page.strokes()[-1]["points"][0], anchor), "a double tap fits in again")
    browser.touch([(x + 60, y)])
    browser.key("n")
    browser.settle()
    page.wait()
    check(page.shown()["name"] != photo["name"] and page.strokes() == [], "a tap does not follow to the next photo")
    page.key_press("p")
    browser.settle()
    page.wait()
    check(len(page.strokes()) == 4, "it marks the photo that was tapped")
    browser.touch([(x, y)])
    page.key_press("z")
    browser.settle()
    page.wait()
    check(len(page.strokes()) == 4, "undo takes back the tap before it")
    for _ in range(4):
        page.key_press("z")

    browser.drag([(x, y), (x + 20, y), (x + 40, y)], pointer="pen")
    page.wait()
    check(len(page.strokes()) == 1 and len(page.strokes()[0]["points"]) > 1, "a pen draws")
    browser.touch([(x, y), (x + 20, y), (x + 40, y)])
    browser.settle()
    page.wait()
    check(len(page.strokes()) == 1, "beside a pen a finger draws nothing")
    browser.drag([(x + 40, y)], pointer="pen")
    page.wait()
    check(page.near(page.strokes()[-1]["points"][0], anchor), "but moves the photo")
    for _ in range(2):
        page.key_press("z")
    page.key_press("f")
    browser.call("Emulation.setTouchEmulationEnabled", enabled=False)


def check_decisions(page):
    listed = page.listed()
    first = page.shown()
    at = listed.index(first["name"])
    for key, review in (("a", "accepted"), ("r", "rejected"), ("Enter", "accepted")):
        name = page.shown()["name"]
        page.key_press(key)
        page.browser.settle()
        page.wait()
        at += 1
        reviewed = next(photo for photo in page.run()["photos"] if photo["name"] == name)
        check(reviewed["review"] == review and page.shown()["name"] == listed[at],
              f"key {key}: {review}, and the next photo")
    page.key_press("p")
    page.browser.settle()
    check(page.shown()["name"] == listed[at - 1], "P goes back")
    page.key_press("ArrowRight")
    page.browser.settle()
    page.wait()
    check(page.shown()["name"] == listed[at], "the arrow goes on")
    counts = page.browser.evaluate("document.getElementById('counts').textContent")
    photos = page.run()["photos"]
    check(f"{sum('review' in photo for photo in photos)} of {len(photos)} seen" in counts, f"counts: {counts}")


def check_reload(page):
    state = page.state()
    x, y = point_of(state, 0)
    page.mark(page.on_screen(x, y))
    before = page.state()
    page.browser.reload()
    page.browser.wait_for("document.querySelector('#strip .entry') && document.querySelector('[data-does=undo]:enabled')")
    page.wait()
    check("key" not in page.browser.evaluate("location.search"), "the address bar does not show the key")
    after = page.state()
    check(after["id"] == before["id"] and after["hints"] == before["hints"] and after["mask"] == before["mask"],
          "after a reload the photo and its marks are there")
    page.press("undo")
    check(page.state()["mask"] == state["mask"], "and can be undone")
    name = page.browser.evaluate("location.hash")
    page.browser.evaluate("history.replaceState(null, '', '#100%')")
    page.browser.reload()
    page.wait()
    check(page.shown() is not None, "an address that names no photo leads to the first one")
    page.browser.evaluate(f"history.replaceState(null, '', {json.dumps(name)})")
    page.browser.reload()
    page.wait()


def check_late_answers(page):
    """A mark whose photo is left at once is kept, and does not show in the next photo."""
    name = page.shown()["name"]
    count = len(page.strokes())
    x, y = point_of(page.state(), 0)
    page.browser.click(*page.on_screen(x, y))
    page.browser.key("n")
    page.browser.settle()
    page.wait()
    check(page.shown()["name"] != name and page.strokes() == [], "a mark does not follow to the next photo")
    page.key_press("p")
    page.browser.settle()
    page.wait()
    check(len(page.strokes()) == count + 1, "it is kept where it was made")
    page.key_press("z")
    page.browser.key("n")
    page.browser.key("n")
    name = page.shown()["name"]
    page.browser.click(*page.center_of("#view"))
    page.browser.settle()
    page.wait()
    check(page.shown()["name"] == name and len(page.strokes()) == 1, "a mark right after two quick keys is kept")
    page.key_press("z")
    for _ in range(2):
        page.key_press("p")
        page.browser.settle()
    page.wait()


def refuse(page, what):
    """Makes the page's next request of a kind be refused, after a while."""
    page.browser.evaluate(
        "(() => { const real = window.fetch; window.fetch = (path, options) => {"
        f" if (!path.startsWith('/api/{what}/')) return real(path, options);"
        " window.fetch = real;"
        " const refusal = new Response(JSON.stringify({ error: 'no room' }), { status: 507 });"
        " return new Promise((done) => setTimeout(() => done(refusal), 300)); }; })()")


def check_refusals(page):
    """What the server refuses is said, and nothing goes on as if it were made."""
    state = page.state()
    count = len(page.strokes())
    screen = page.on_screen(*point_of(state, 0))
    page.mark(screen)
    refuse(page, "stroke")
    page.browser.click(*screen)
    page.key_press("z")
    check(len(page.strokes()) == count + 1, "undo after a mark that is refused leaves the marks before it")
    check("no room" in page.status(), f"the refusal is told of: {page.status()}")
    page.key_press("z")
    check(len(page.strokes()) == count, "and the next undo takes the one before")
    photo = page.shown()
    refuse(page, "review")
    page.key_press("a")
    check(page.shown() == photo and "no room" in page.status(), "a decision that is refused leaves the photo open")


def check_looks(page):
    browser = page.browser
    photo = page.shown()
    page.browser.drag([page.on_screen(photo["width"] * x, photo["height"] * 0.5) for x in (0.4, 0.45, 0.5, 0.55)])
    page.wait()
    page.mark(page.on_screen(photo["width"] * 0.1, photo["height"] * 0.1), "right")
    for name, width, height, dark in (("light", 1400, 900, False), ("dark", 1400, 900, True),
                                      ("tablet", 820, 1180, False), ("tablet-dark", 820, 1180, True),
                                      ("phone", 390, 844, False), ("phone-sideways", 740, 340, False)):
        browser.show_as(width, height, dark)
        browser.settle()
        check(browser.evaluate("document.documentElement.scrollWidth") <= width, f"{name}: nothing sticks out")
        room = browser.evaluate("document.getElementById('view').clientHeight")
        check(room > 0.4 * height, f"{name}: the photo has room ({room} of {height} pixels)")
        parts = browser.evaluate("['.toolbar', '#view', '#facts', '#status', '#strip'].map((each) => {"
                                 " const box = document.querySelector(each).getBoundingClientRect();"
                                 " return [box.left, box.top, box.right, box.bottom]; })")
        check(all(0 <= left < right <= width and 0 <= top <= bottom <= height for left, top, right, bottom in parts) and
              all(a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                  for a, b in itertools.combinations(parts, 2)),
              f"{name}: nothing lies over another part")
        browser.picture(page.pictures / f"edit-{name}.png")
    browser.show_as(1400, 900, dark=False)
    browser.settle()
    for style in ("tint", "cutout"):
        page.choose_style(style)
        browser.picture(page.pictures / f"edit-{style}.png")
    page.choose_style("outline")
    drawn = page.drawn()
    page.key_press("m")
    browser.settle()
    check(page.drawn() != drawn, "M shows the heat map")
    browser.picture(page.pictures / "edit-heat.png")
    page.key_press("m")
    page.key_press("z")
    page.key_press("z")


def check_silence(browser, origin, photos):
    failed = {f"/{photo['id']}" for photo in photos if photo["status"] == "failed"}

    def is_of_failed(entry):
        """The browser itself logs answers that are errors; photos that failed have nothing else."""
        path = urllib.parse.urlsplit(entry["params"].get("entry", {}).get("url", "")).path
        return any(path.endswith(end) for end in failed)

    said = [entry for entry in browser.complaints() if not is_of_failed(entry)]
    check(not said, f"the console is silent {said or ''}")
    outside = [url for url in browser.addresses() if not url.startswith((origin, "data:", "blob:", "about:"))]
    check(not outside, f"nothing but {origin} is asked for {outside or ''}")


def check_lost_server(page):
    """Comes last: the browser itself complains of a network that is down."""
    before = page.strokes()
    screen = page.on_screen(*point_of(page.state(), 0))
    conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.browser.call("Network.emulateNetworkConditions", offline=True, **conditions)
    page.browser.mouse("mouseMoved", 1, 1)
    empty = page.marks()
    page.mark(screen)
    page.browser.mouse("mouseMoved", 1, 1)
    page.browser.settle()
    check("has ended" in page.status(), f"a lost server is told of: {page.status()}")
    check(page.marks() == empty, "a mark that was not confirmed is taken off")
    page.browser.call("Network.emulateNetworkConditions", offline=False, **conditions)
    check(page.strokes() == before, "and is not on the server")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    address = sys.argv[1]
    pictures = pathlib.Path(sys.argv[2])
    pictures.mkdir(parents=True, exist_ok=True)
    origin = "{0.scheme}://{0.netloc}/".format(urllib.parse.urlsplit(address))
    browser = Browser()
    try:
        browser.show_as(1400, 900, dark=False)
        browser.open(address)
        page = Page(browser, address, pictures)
        browser.wait_for("document.querySelectorAll('#strip .entry').length")
        check(page.wait(), "the first photo opens")
        for part in (check_strip, check_marks, check_stroke_and_box, check_zoom, check_keyboard, check_touch,
                     check_decisions, check_reload, check_late_answers, check_refusals, check_looks):
            part(page)
        check_silence(browser, origin, page.run()["photos"])
        check_lost_server(page)
    finally:
        browser.close()
    sys.exit(1 if failures else 0)


main()
