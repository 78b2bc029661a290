#!/usr/bin/env python3
"""Opens the pages that gradcut writes in a headless Chromium, uses them, and keeps pictures of them.

    python3 eval/browser/check_report.py REPORT.html PICTURES [EVAL.html]

REPORT.html is what `gradcut report DIR [--truth GT]` wrote, of a run with at least three masks; EVAL.html what
`gradcut eval --html` wrote. Checks sorting, filters, toggles, the large view and the keyboard, and that the console
stays silent and no address outside the disk is asked for. PICTURES gets screenshots for the eye: light, dark, phone.
Needs Chromium (Debian's package chromium) and nothing else.
"""

import json
import pathlib
import sys

from browser import Browser


failures = 0


def check(holds, what):
    global failures
    failures += not holds
    print(("ok      " if holds else "FAILED  ") + what)


def names(browser):
    return browser.evaluate("[...document.querySelectorAll('#grid .card')].map(c => c.title)")


def choose(browser, control, value):
    browser.evaluate(f"(() => {{ const e = document.getElementById('{control}'); e.value = {json.dumps(value)};"
                     " e.dispatchEvent(new Event('input')); })()")


def shown(browser):
    """How many images the page says that it shows."""
    return int(browser.evaluate("document.getElementById('count').textContent.split(' ')[0]"))


def by(images, key, descending=False):
    """Names in the order that the page should have, those without a value last."""
    having = [i for i in images if key(i) is not None]
    having.sort(key=lambda i: i["name"])
    having.sort(key=key, reverse=descending)
    return [i["name"] for i in having]


def check_report(browser, page, pictures):
    browser.show_as(1280, 900, dark=False)
    browser.open(page.resolve().as_uri())
    images = json.loads(browser.evaluate("document.getElementById('images').textContent"))
    check(shown(browser) == len(images), f"all {len(images)} images are shown")
    drawn = browser.evaluate("[...document.querySelectorAll('#grid .picture img')]"
                             ".slice(0, 8).every(i => i.complete && i.naturalWidth > 0)")
    check(drawn, "pictures are drawn")
    browser.picture(pictures / "report-light.png")

    keys = {"confidence": (lambda i: i.get("confidence"), False), "area": (lambda i: i.get("area"), True),
            "time": (lambda i: sum(i["stages"].values()) if "stages" in i else None, True),
            "name": (lambda i: i["name"], False)}
    if any("iou" in i for i in images):
        keys["iou"] = (lambda i: i.get("iou"), False)
        check(browser.evaluate("document.getElementById('sort').value") == "iou", "with a truth the worst come first")
    for key, (value, descending) in keys.items():
        choose(browser, "sort", key)
        expected = by(images, value, descending)[:20]
        check(names(browser)[:len(expected)] == expected, f"sorts by {key}")
    choose(browser, "sort", "confidence")
    browser.evaluate("document.getElementById('reverse').click()")
    best = by(images, lambda i: i.get("confidence"), True)[0]
    check(names(browser)[0] == best, "sorts in reverse")
    browser.evaluate("document.getElementById('reverse').click()")

    for status in ("ok", "failed"):
        choose(browser, "status", status)
        check(shown(browser) == sum(i["status"] == status for i in images), f"filters by status {status}")
    choose(browser, "status", "")
    choose(browser, "confidence", "0.7")
    check(shown(browser) == sum(i.get("confidence", -1) >= 0.7 for i in images), "filters by confidence")
    choose(browser, "confidence", "0")
    top = next(i["classes"][0]["name"] for i in images if i.get("classes"))
    choose(browser, "class", top)
    check(shown(browser) == sum(bool(i.get("classes")) and i["classes"][0]["name"] == top for i in images),
          "filters by class")
    choose(browser, "class", "")
    choose(browser, "search", images[0]["name"])
    check(images[0]["name"] in names(browser), "finds by name")
    choose(browser, "search", "")

    opacity = "getComputedStyle(document.querySelector('#grid .heat')).opacity"
    if any("heat" in i for i in images):
        before = browser.evaluate(opacity)
        browser.evaluate("document.activeElement.blur()")
        browser.key("h")
        browser.settle()
        check(before == "0" and float(browser.evaluate(opacity)) > 0.5, "key h shows the heat maps")
        browser.picture(pictures / "report-heat.png")
        browser.key("h")
    display = "getComputedStyle(document.querySelector('#grid .outline')).display"
    before = browser.evaluate(display)
    browser.evaluate("document.getElementById('outline').click()")
    check(before != "none" and browser.evaluate(display) == "none", "the outline can be hidden")
    browser.evaluate("document.getElementById('outline').click()")

    browser.evaluate("document.querySelector('#grid .card').focus()")
    browser.key("ArrowRight")
    second = names(browser)[1]
    check(browser.evaluate("document.activeElement.title") == second, "arrows move between images")
    browser.key("Enter")
    browser.settle()
    check(browser.evaluate("document.getElementById('title').textContent") == second, "Enter opens the large view")
    browser.picture(pictures / "report-view.png")
    browser.key("ArrowRight")
    check(browser.evaluate("document.getElementById('title').textContent") == names(browser)[2],
          "arrows go on there")
    browser.key("Escape")
    check(not browser.evaluate("document.getElementById('view').open"), "Escape closes it")

    browser.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for _ in range(-(-len(images) // 60)):
        browser.settle()
        browser.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        if len(names(browser)) >= min(len(images), 240):
            break
    check(len(names(browser)) >= min(len(images), 240), "more images come as one scrolls")
    browser.evaluate("window.scrollTo(0, 0)")
    milliseconds = browser.evaluate(
        "(() => { const start = performance.now(); const e = document.getElementById('sort'); e.value = 'area';"
        " e.dispatchEvent(new Event('input')); document.body.offsetHeight; return performance.now() - start; })()")
    check(milliseconds < 500, f"sorting {len(images)} images takes {milliseconds:.0f} ms")

    browser.show_as(1280, 900, dark=True)
    browser.picture(pictures / "report-dark.png")
    check_phone(browser, pictures, "report")


def check_phone(browser, pictures, name):
    browser.show_as(390, 844, dark=False)
    browser.settle()
    check(browser.evaluate("document.documentElement.scrollWidth") <= 390, "fits a phone")
    browser.picture(pictures / f"{name}-phone.png")


def check_eval(browser, page, pictures):
    browser.show_as(1100, 1000, dark=False)
    browser.open(page.resolve().as_uri())
    check(browser.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)"), "pictures are drawn")
    browser.picture(pictures / "eval-light.png")
    browser.show_as(1100, 1000, dark=True)
    browser.picture(pictures / "eval-dark.png")
    check_phone(browser, pictures, "eval")


def check_silence(browser):
    said = browser.complaints()
    check(not said, f"the console is silent {said or ''}")
    outside = [url for url in browser.addresses() if not url.startswith(("file:", "data:", "about:"))]
    check(not outside, f"nothing outside the disk is asked for {outside or ''}")


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    pictures = pathlib.Path(sys.argv[2])
    pictures.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        check_report(browser, pathlib.Path(sys.argv[1]), pictures)
        if len(sys.argv) == 4:
            check_eval(browser, pathlib.Path(sys.argv[3]), pictures)
        check_silence(browser)
    finally:
        browser.close()
    sys.exit(1 if failures else 0)


main()
