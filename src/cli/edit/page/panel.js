// The words around the view: what is known of the photo, of the run, and what has just happened.

import { cssColour } from './colours.js';
import { classCounts, classesOf, decision, filters } from './photos.js';

const byId = (id) => document.getElementById(id);
export const button = (action) => document.querySelector(`[data-does="${action}"]`);
export const isPressed = (action) => button(action).ariaPressed === 'true';
export const press = (action, isOn) => { button(action).ariaPressed = isOn; };

export const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`;
const text = (tag, content) => {
  const made = document.createElement(tag);
  made.textContent = content;
  return made;
};

export function say(message, isBad = false) {
  byId('status').textContent = message;
  byId('status').classList.toggle('bad', isBad);
}

export function showFacts(photo, state) {
  const now = state ?? {};
  const size = now.width ? now : photo;
  const facts = {
    photo: photo.name,
    pixels: size.width && `${size.width} × ${size.height}`,
    class: classesOf(photo).join(', '),
    confidence: photo.confidence?.toFixed(2),
    area: photo.area !== undefined && percent(photo.area),
    objects: now.instances?.length > 1 && now.instances.length,
    clicks: photo.clicks,
    review: decision(photo) + (photo.edited ? ', edited' : ''),
    note: now.note,
    failed: photo.status === 'failed' && (photo.error ?? 'without a reason'),
  };
  const parts = [];
  for (const [name, value] of Object.entries(facts)) {
    if (!value && value !== 0) continue;
    const part = document.createElement('div');
    part.className = name;
    part.append(text('dt', name), text('dd', value));
    parts.push(part);
  }
  byId('facts').replaceChildren(...parts);
}

// What the colours of a label map mean.
export function showLegend(labels, values) {
  const present = labels ? [...new Set(values)].filter(Boolean).sort((a, b) => a - b) : [];
  byId('legend').hidden = !present.length;
  byId('legend').replaceChildren(...present.map((label) => {
    const item = text('li', labels.names[label] ?? 'not decided');
    const swatch = document.createElement('span');
    swatch.style.background = cssColour(label);
    item.prepend(swatch);
    return item;
  }));
}

const option = (value, name) => Object.assign(text('option', name), { value });

export function offerFilters(photos) {
  byId('show').replaceChildren(...Object.keys(filters).map((name) => option(name, name)));
  byId('of-class').append(...classCounts(photos).map(([name, count]) => option(name, `${name} (${count})`)));
}

export function showCounts(photos, listed) {
  for (const each of byId('show').options)
    each.textContent = `${each.value} (${photos.filter(filters[each.value]).length})`;
  const count = (name) => photos.filter(filters[name]).length;
  const parts = [`${photos.length - count('unseen')} of ${photos.length} seen`, `${count('accepted')} accepted`,
    `${count('rejected')} rejected`];
  if (listed.length < photos.length) parts.push(`${listed.length} listed`);
  byId('counts').textContent = parts.join(', ');
}
