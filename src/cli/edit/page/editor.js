// The photo that is open: its state on the server, and the hints that are on their way there.

import { inOrder, request } from './api.js';

export class Editor {
  photo = null;
  state = null;     // What the server said last of the photo, or nothing yet.
  pending = [];     // Hints without an answer, in order.
  working = 0;      // How many answers for the photo are awaited.
  unsaved = 0;      // How many changes of any photo the server has not confirmed.
  #visit = {};      // Another each time that a photo is entered: late answers are told apart by it.

  // `changed` is called when something of the above has changed, `told` with photos of which the
  // server said something, `failed` with a message to show.
  constructor({ changed, told, failed }) {
    Object.assign(this, { changed, told, failed });
  }

  // Turns to a photo, of which nothing is known yet. Returns a function that tells whether it is
  // still the one to be shown.
  enter(photo) {
    const visit = this.#visit = {};
    Object.assign(this, { photo, state: null, pending: [], working: 0 });
    this.changed();
    return () => this.#visit === visit;
  }

  // Asks for the photo's state. True when it is there.
  open() {
    return this.#ask('mask');
  }

  // Sends a change; `hint` is what to show of it until the answer is there. True when it was made.
  async change(action, body = {}, hint = null) {
    if (hint) this.pending.push(hint);
    ++this.unsaved;
    const isMade = await this.#ask(action, body, hint);
    --this.unsaved;
    return isMade;
  }

  async #ask(action, body, hint) {
    const { photo } = this;
    const visit = this.#visit;
    const isShown = () => this.#visit === visit;
    ++this.working;
    this.changed();
    try {
      const state = await inOrder(photo.id, () => request(`${action}/${photo.id}`, body));
      // What the server leaves out is not so any more.
      for (const name of Object.keys(photo)) if (!(name in state.photo)) delete photo[name];
      Object.assign(photo, state.photo);
      if (isShown()) this.state = state;
      this.told(photo);
      return true;
    } catch (error) {
      this.failed(isShown() ? error.message : `${photo.name}: ${error.message}`);
      return false;
    } finally {
      if (isShown()) {
        --this.working;
        this.pending = this.pending.filter((each) => each !== hint);
        this.changed();
      }
    }
  }
}
