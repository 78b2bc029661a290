// What pointers do on the view: strokes, clicks and boxes, pans and zooms; mouse, pen and touch.

const kTapMs = 260;         // A second tap within that zooms instead of marking.
const kTapPx = 12;          // Fingers that moved less have tapped.
const kLeastBoxPx = 4;
const kTapZoom = 3;
const kRight = 2;
const kMiddle = 1;
const kEraser = 5;

export class Tools {
  tool = 'brush';        // Or 'box'.
  object = true;         // What the left button, a finger and a pen mark.
  brush = 6;             // Radius in pixels of the screen: who zooms in draws more finely.
  #pointers = new Map(); // Where those that are down are in the view.
  #gesture = null;
  #holdsSpace = false;
  #hasPen = false;
  #tap = null;

  // `ready` tells whether there is a photo to mark; `mark` is called with a finished stroke or box;
  // `say` with what to tell the person.
  constructor(view, { ready, mark, say }) {
    Object.assign(this, { view, ready, give: mark, say });
    const on = (name, take) => view.element.addEventListener(name, take.bind(this), { passive: false });
    on('pointerdown', this.#down);
    on('pointermove', this.#move);
    on('pointerup', this.#up);
    on('pointercancel', this.#cancelled);
    on('pointerleave', this.#left);
    on('wheel', this.#wheel);
    on('contextmenu', (event) => event.preventDefault());
    on('auxclick', (event) => event.preventDefault());
    // What a person does next, with keys or elsewhere on the page, comes after a tap that still waits.
    const settle = (event) => event.type === 'click' && view.element.contains(event.target) || this.settle();
    for (const name of ['keydown', 'click']) document.addEventListener(name, settle, { capture: true });
  }

  // The brush's radius in the photo.
  get radius() {
    return Math.round(100 * this.brush / this.view.scale) / 100;
  }

  get isBusy() {
    return this.#gesture !== null;
  }

  set holdsSpace(holds) {
    this.#holdsSpace = holds;
    this.view.element.classList.toggle('can-pan', holds);
  }

  mark(hint) {
    this.settle();
    this.give(hint);
  }

  // Marks at once by a tap that waits for a second one.
  settle() {
    if (!this.#tap) return;
    const { stroke, timer } = this.#tap;
    this.#tap = null;
    clearTimeout(timer);
    this.give(stroke);
  }

  // Gives up what is being drawn.
  cancel() {
    this.#gesture = null;
    this.view.preview = null;
    this.view.drawMarks();
  }

  #down(event) {
    const { view } = this;
    if (!this.ready()) {
      this.say('This photo is not open.', true);
      return;
    }
    view.element.setPointerCapture(event.pointerId);
    const at = view.pointOf(event);
    this.#pointers.set(event.pointerId, at);
    this.#hasPen ||= event.pointerType === 'pen';
    if (this.#pointers.size > 1) {
      this.cancel();
      this.#gesture = event.pointerType === 'touch' && this.#pointers.size === 2 ? this.#pinch() : null;
    } else {
      this.#gesture = this.#begin(event, at);
    }
  }

  #begin(event, at) {
    // Where a pen is at hand, fingers and the ball of the thumb only move the photo.
    const isFinger = event.pointerType === 'touch' && this.#hasPen;
    if (event.button === kMiddle || this.#holdsSpace || isFinger) return this.#pan(at);
    if (event.shiftKey || (this.tool === 'box' && event.button !== kRight)) return this.#box(at);
    return this.#stroke(event, at);
  }

  #stroke(event, start) {
    const { view } = this;
    if (!view.contains(view.toPhoto(start))) return this.#pan(start);
    const isOther = event.button === kRight || event.button === kEraser || event.altKey || event.ctrlKey;
    const inside = (at) => {
      const { x, y } = view.inside(view.toPhoto(at));
      return [x, y];
    };
    const stroke = { points: [inside(start)], radius: this.radius, object: isOther ? false : this.object };
    let last = start;
    view.preview = stroke;
    view.drawMarks();
    return {
      move: (more) => {
        for (const at of more.map((each) => view.pointOf(each))) {
          if (Math.hypot(at.x - last.x, at.y - last.y) < 2) continue;
          stroke.points.push(inside(at));
          last = at;
        }
        view.drawMarks();
      },
      end: () => {
        if (event.pointerType === 'touch' && stroke.points.length < kTapPx / 2 &&
            Math.hypot(last.x - start.x, last.y - start.y) < kTapPx) {
          this.#tapped(start, { ...stroke, points: [stroke.points[0]] });
        } else {
          this.mark(stroke);
        }
      },
    };
  }

  // A tap waits for a second one.
  #tapped(at, stroke) {
    const { view } = this;
    const first = this.#tap;
    if (first && Math.hypot(at.x - first.at.x, at.y - first.at.y) <= 3 * kTapPx) {
      clearTimeout(first.timer);
      this.#tap = null;
      if (view.isFitted) view.zoomAt(at, kTapZoom);
      else view.fit();
    } else {
      this.settle();
      this.#tap = { at, stroke, timer: setTimeout(() => this.settle(), kTapMs) };
    }
  }

  #box(start) {
    const { view } = this;
    const from = view.inside(view.toPhoto(start));
    let end = start;
    return {
      move: (more) => {
        end = view.pointOf(more.at(-1));
        view.preview = boxBetween(from, view.inside(view.toPhoto(end)));
        view.drawMarks();
      },
      end: () => {
        if (Math.min(Math.abs(end.x - start.x), Math.abs(end.y - start.y)) < kLeastBoxPx) {
          this.say('A box is dragged from corner to corner.');
        } else {
          this.mark(boxBetween(from, view.inside(view.toPhoto(end))));
        }
      },
    };
  }

  #pan(start) {
    let last = start;
    return {
      move: (more) => {
        const at = this.view.pointOf(more.at(-1));
        this.view.panBy(at.x - last.x, at.y - last.y);
        last = at;
      },
      end: () => {},
    };
  }

  #pinch() {
    const { view } = this;
    const measure = () => {
      const [a, b] = this.#pointers.values();
      return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1) };
    };
    let last = measure();
    return {
      move: () => {
        const now = measure();
        view.zoomAt(last, now.apart / last.apart);
        view.panBy(now.x - last.x, now.y - last.y);
        last = now;
      },
      end: () => {},
    };
  }

  #move(event) {
    const at = this.view.pointOf(event);
    if (this.#pointers.has(event.pointerId)) {
      this.#pointers.set(event.pointerId, at);
      const more = event.getCoalescedEvents?.() ?? [];
      this.#gesture?.move(more.length ? more : [event]);
    }
    this.#hover(event, at);
  }

  #hover(event, at) {
    const { view } = this;
    const point = view.toPhoto(at);
    const shows = this.tool === 'brush' && event.pointerType !== 'touch' && this.ready() && view.contains(point);
    view.ring = shows ? { point, radius: this.radius, object: this.object && !event.altKey } : null;
    view.drawMarks();
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const gesture = this.#gesture;
    this.cancel();
    gesture?.end();
  }

  #cancelled(event) {
    this.#pointers.delete(event.pointerId);
    this.cancel();
  }

  #left() {
    this.view.ring = null;
    this.view.drawMarks();
  }

  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    // A pinch on a touch pad comes as small turns of a wheel with Ctrl.
    const speed = event.ctrlKey ? 0.01 : 0.0015;
    this.view.ring = null;
    this.view.zoomAt(this.view.pointOf(event), Math.exp(-event.deltaY * lines * speed));
  }
}

export function boxBetween(a, b) {
  const round = (value) => Math.round(100 * value) / 100;
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y),
    width: round(Math.abs(a.x - b.x)), height: round(Math.abs(a.y - b.y)) };
}
