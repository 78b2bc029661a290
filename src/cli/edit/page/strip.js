// The strip of photos. Only those in sight are in the page: runs have many thousands.

import { imageAddress } from './api.js';
import { decision } from './photos.js';

const kBeyond = 4;         // Entries that are made before and after those in sight.
const kRestMs = 90;        // Pictures of what is only passed by are not asked for.

const element = (tag, className, text = '') => {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
};

export class Strip {
  photos = [];
  selected = null;
  entries = new Map();       // By index.
  #loaded = new Set();       // Whose pictures the browser has.

  // `pick` is called with the photo that is chosen.
  constructor(strip, track, pick) {
    Object.assign(this, { strip, track, pick });
    strip.addEventListener('scroll', () => this.#update(), { passive: true });
    strip.addEventListener('keydown', (event) => this.#onKey(event));
    strip.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    track.addEventListener('click', (event) => {
      const index = event.target.closest('.entry')?.dataset.index;
      if (index !== undefined) this.pick(this.photos[index]);
    });
    new ResizeObserver(() => {
      this.#layOut();
      this.reveal();
    }).observe(strip);
  }

  list(photos) {
    this.photos = photos;
    this.#layOut();
    this.reveal();
  }

  select(photo) {
    const before = this.selected;
    this.selected = photo;
    for (const each of [before, photo]) this.refresh(each);
    this.reveal();
  }

  // Shows what has changed about a photo.
  refresh(photo) {
    for (const [index, entry] of this.entries) if (this.photos[index] === photo) this.#fill(entry, photo);
  }

  // The photo so many places after the selected one, or nothing past the ends.
  neighbour(steps) {
    const at = this.photos.indexOf(this.selected);
    return at < 0 ? this.photos[0] : this.photos[at + steps];
  }

  reveal() {
    const index = this.photos.indexOf(this.selected);
    if (index < 0) return;
    const { start, room, step } = this.#measure();
    const begin = index * step;
    if (begin < start || begin + step > start + room) this.#scrollTo(begin - (room - step) / 2);
    this.#update();
  }

  #isLying() {
    return getComputedStyle(this.strip).getPropertyValue('--lying').trim() === '1';
  }

  #measure() {
    const step = parseFloat(getComputedStyle(this.track).getPropertyValue('--step'));
    return this.#isLying() ?
      { start: this.strip.scrollLeft, room: this.strip.clientWidth, step } :
      { start: this.strip.scrollTop, room: this.strip.clientHeight, step };
  }

  #scrollTo(position) {
    if (this.#isLying()) this.strip.scrollLeft = position;
    else this.strip.scrollTop = position;
  }

  #layOut() {
    const length = `${this.photos.length * this.#measure().step}px`;
    this.track.style.width = this.#isLying() ? length : '';
    this.track.style.height = this.#isLying() ? '' : length;
    this.track.replaceChildren();
    this.entries.clear();
    this.#update();
  }

  #update() {
    const { start, room, step } = this.#measure();
    const first = Math.max(0, Math.floor(start / step) - kBeyond);
    const end = Math.min(this.photos.length, Math.ceil((start + room) / step) + kBeyond);
    for (const [index, entry] of this.entries) {
      if (index >= first && index < end) continue;
      entry.remove();
      this.entries.delete(index);
    }
    for (let index = first; index < end; ++index)
      if (!this.entries.has(index)) this.#add(index, step);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.#loadPictures(), kRestMs);
  }

  #add(index, step) {
    const photo = this.photos[index];
    const entry = element('div', 'entry');
    entry.id = `entry-${photo.id}`;
    entry.dataset.index = index;
    entry.role = 'option';
    entry.title = photo.name;
    entry.ariaSetSize = this.photos.length;
    entry.ariaPosInSet = index + 1;
    entry.style.transform = this.#isLying() ? `translateX(${index * step}px)` : `translateY(${index * step}px)`;
    const thumb = element('span', 'thumb');
    if (this.#loaded.has(photo.id)) this.#loadPicture(thumb, photo.id);
    entry.append(thumb, element('span', 'name', photo.name.split('/').pop()), element('span', 'class'),
      element('span', 'facts'));
    this.#fill(entry, photo);
    this.entries.set(index, entry);
    this.track.append(entry);
  }

  #fill(entry, photo) {
    const isSelected = photo === this.selected;
    entry.ariaSelected = isSelected;
    if (isSelected) this.strip.setAttribute('aria-activedescendant', entry.id);
    entry.dataset.review = photo.review ?? 'unseen';
    entry.dataset.status = photo.status;
    entry.querySelector('.class').textContent = photo.error ?? photo.class ?? (photo.classes ?? []).join(', ');
    const sure = photo.status === 'failed' ? 'failed' : photo.confidence?.toFixed(2) ?? 'no mask';
    entry.querySelector('.facts').textContent =
      `${sure} · ${decision(photo)}${photo.edited ? ' · edited' : ''}`;
  }

  #loadPictures() {
    for (const [index, entry] of this.entries) {
      const thumb = entry.querySelector('.thumb');
      if (!thumb.dataset.isAsked) this.#loadPicture(thumb, this.photos[index].id);
    }
  }

  #loadPicture(thumb, id) {
    thumb.dataset.isAsked = true;
    const picture = new Image();
    picture.alt = '';
    picture.onload = () => this.#loaded.add(id);
    picture.onerror = () => picture.remove();
    picture.src = imageAddress(`thumb/${id}`);
    thumb.append(picture);
  }

  #onKey(event) {
    const { room, step } = this.#measure();
    const page = Math.max(1, Math.floor(room / step) - 1);
    const at = this.photos.indexOf(this.selected);
    const target = {
      ArrowUp: at - 1, ArrowDown: at + 1, PageUp: Math.max(0, at - page),
      PageDown: Math.min(this.photos.length - 1, at + page), Home: 0, End: this.photos.length - 1,
    }[event.key];
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (this.photos[target]) this.pick(this.photos[target]);
  }

  // A lying strip is moved by the common mouse wheel too.
  #onWheel(event) {
    if (!this.#isLying() || event.deltaX || event.ctrlKey) return;
    event.preventDefault();
    this.strip.scrollLeft += event.deltaY;
  }
}
