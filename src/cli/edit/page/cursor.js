// Marking without a pointer: a cross that the arrow keys move over the photo.

import { boxBetween } from './tools.js';

const kStepPx = 10;      // On the screen.
const kFineStepPx = 1;   // With Shift.

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Cursor {
  #corner = null;  // The first corner of a box.

  // `moved` is called with where the cursor is, or null when it is put away.
  constructor(view, tools, { moved }) {
    Object.assign(this, { view, tools, moved });
  }

  // Shows the cursor, gives it the focus again, or puts it away.
  toggle() {
    const { view } = this;
    if (!view.size) return;
    if (view.cursor && document.activeElement === view.element) {
      this.putAway();
      return;
    }
    view.cursor ??= view.inside(view.toPhoto(view.centre()));
    view.element.focus();
    view.drawMarks();
    this.moved(view.cursor);
  }

  putAway() {
    const { view } = this;
    if (!view.cursor) return;
    this.#corner = view.preview = view.cursor = null;
    view.drawMarks();
    this.moved(null);
  }

  // Whether the key was one of the cursor's.
  take(event) {
    if (!this.view.cursor || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (steps[event.key]) this.#move(steps[event.key], event.shiftKey ? kFineStepPx : kStepPx);
    else if (event.key === ' ' || event.key === 'Enter') event.repeat || this.#mark(this.tools.object);
    else if (event.key === 'Backspace') event.repeat || this.#mark(false);
    else if (event.key === 'Escape' && this.#corner) this.#dropCorner();
    else return false;
    return true;
  }

  #move([x, y], pixels) {
    const { view } = this;
    const { scale } = view;
    view.cursor = view.inside({ x: view.cursor.x + x * pixels / scale, y: view.cursor.y + y * pixels / scale });
    view.reveal(view.cursor);
    if (this.#corner) view.preview = boxBetween(this.#corner, view.cursor);
    view.drawMarks();
    this.moved(view.cursor);
  }

  #mark(object) {
    const { view, tools } = this;
    if (!tools.ready()) return;
    if (tools.tool === 'brush' || !object) {
      tools.mark({ points: [[view.cursor.x, view.cursor.y]], radius: tools.radius, object });
    } else if (this.#corner) {
      const box = boxBetween(this.#corner, view.cursor);
      this.#dropCorner();
      if (box.width > 0 && box.height > 0) tools.mark(box);
    } else {
      this.#corner = view.cursor;
      tools.say('First corner. Move the cursor to the other one and press Enter.');
    }
  }

  #dropCorner() {
    this.#corner = this.view.preview = null;
    this.view.drawMarks();
  }
}
