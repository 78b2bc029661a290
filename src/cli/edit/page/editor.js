// The photo that is open: its state on the server, and the changes that are on their way there.

import { inOrder, request } from './api.js';

export class Editor {
  photo = null;
  state = null;     // What the server said last of the photo, or nothing yet.
  isOpening = false; // The state was not asked for yet, or is on its way.
  working = 0;      // How many answers for the photo are awaited.
  unsaved = 0;      // How many changes of any photo the server has not confirmed.
  #changes = [];    // Those of the photo's hints without an answer, in order.
  #visit = {};      // Another each time that a photo is entered: late answers are told apart by it.

  // `changed` is called when something of the above has changed, `told` with photos of which the
  // server said something, `failed` with a message to show.
  constructor({ changed, told, failed }) {
    Object.assign(this, { changed, told, failed });
  }

  // Hints without an answer, in order.
  get pending() {
    return this.#changes.map((each) => each.hint).filter(Boolean);
  }

  // What is on its way can be undone as well: requests keep their order.
  get canUndo() {
    return Boolean(this.state?.undo || this.#changes.some((each) => !each.isUndone));
  }

  // Turns to a photo, of which nothing is known yet. Returns a function that tells whether it is
  // still the one to be shown.
  enter(photo) {
    const visit = this.#visit = {};
    Object.assign(this, { photo, state: null, isOpening: true, working: 0 });
    this.#changes = [];
    this.changed();
    return () => this.#visit === visit;
  }

  // Asks for the photo's state. True when it is there.
  async open() {
    const visit = this.#visit;
    const isThere = await this.#ask((id) => request(`mask/${id}`));
    if (this.#visit === visit) this.isOpening = false;
    return isThere;
  }

  // Changes the photo's hints; `hint` is what to show of it until the answer is there. True when it
  // was made.
  change(action, body = {}, hint = null) {
    const change = { hint };
    this.#changes.push(change);
    return this.#save(async (id) => {
      try {
        return await request(`${action}/${id}`, body);
      } catch (error) {
        change.isRefused = true;
        throw error;
      }
    }, change);
  }

  // Takes back the last change. Where that is on its way and then refused, those before it stay.
  undo() {
    const last = this.#changes.findLast((each) => !each.isUndone);
    if (last) last.isUndone = true;
    return this.#save((id) => (last?.isRefused ? null : request(`undo/${id}`, {})));
  }

  review(review) {
    return this.#save((id) => request(`review/${id}`, { review }));
  }

  async #save(send, change) {
    ++this.unsaved;
    const isMade = await this.#ask(send, change);
    --this.unsaved;
    return isMade;
  }

  async #ask(send, change) {
    const { photo } = this;
    const visit = this.#visit;
    const isShown = () => this.#visit === visit;
    ++this.working;
    this.changed();
    try {
      const state = await inOrder(photo.id, () => send(photo.id));
      if (!state) return false;
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
        this.#changes = this.#changes.filter((each) => each !== change);
        this.changed();
      }
    }
  }
}
