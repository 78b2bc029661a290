'use strict';
(() => {
  const images = JSON.parse(document.getElementById('images').textContent);
  const byId = (id) => document.getElementById(id);
  const kChunk = 60;  // Cards that are made at a time, as the end of the page comes near.

  const milliseconds = (image) =>
    Object.values(image.stages || {}).reduce((sum, value) => sum + value, 0);
  const topClass = (image) => (image.classes && image.classes[0] ? image.classes[0].name : '');
  const percent = (value) => (100 * value).toFixed(1) + '\u00a0%';
  const number = (value) => value.toFixed(3);

  // What can be sorted by: the value, and whether small ones come first.
  const keys = {
    name: [(image) => image.name, true],
    iou: [(image) => image.iou, true],
    confidence: [(image) => image.confidence, true],
    area: [(image) => image.area, false],
    class: [(image) => topClass(image) || undefined, true],
    time: [(image) => (image.stages ? milliseconds(image) : undefined), false],
    status: [(image) => ['failed', 'skipped', 'ok'].indexOf(image.status), true],
  };

  let shown = [];  // What passes the filters, in order.
  let made = 0;    // How many of these have a card.
  let opened = -1;

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const path = (className, data) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    made.setAttribute('class', className);
    made.setAttribute('d', data);
    return made;
  };

  const picture = (image, source) => {
    const box = element('span', 'picture');
    if (source) {
      const photo = element('img');
      photo.alt = '';
      photo.loading = 'lazy';
      photo.onerror = () => {
        photo.onerror = null;
        if (image.photo && source !== image.photo) photo.src = image.photo;
      };
      photo.src = source;
      box.append(photo);
    }
    if (image.heat) {
      const heat = element('img', 'heat');
      heat.alt = '';
      heat.loading = 'lazy';
      heat.src = image.heat;
      box.append(heat);
    }
    if (image.outline || image.truth) {
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('viewBox', `-0.5 -0.5 ${image.size[0]} ${image.size[1]}`);
      if (image.truth) svg.append(path('truth', image.truth));
      if (image.outline) svg.append(path('mask shade', image.outline), path('mask outline', image.outline));
      box.append(svg);
    }
    if (!box.firstChild) box.append(element('span', 'nothing', image.error || 'nothing to show'));
    return box;
  };

  const facts = (image) => {
    if (image.status === 'failed') return 'failed';
    const parts = [];
    if (image.iou !== undefined) parts.push('IoU\u00a0' + number(image.iou));
    if (image.confidence !== undefined) parts.push('confidence\u00a0' + image.confidence.toFixed(2));
    if (image.area !== undefined) parts.push('area\u00a0' + percent(image.area));
    if (image.edited) parts.push('edited');
    if (image.review === 'accepted' || image.review === 'rejected') parts.push(image.review);
    return parts.join(', ');
  };

  const card = (image, index) => {
    const button = element('button', 'card');
    button.type = 'button';
    button.title = image.name;
    button.append(picture(image, image.photo), element('span', 'name', image.name),
      element('span', 'name', topClass(image)),
      element('span', image.status === 'failed' ? 'facts bad' : 'facts', facts(image)));
    button.onclick = () => open(index);
    const item = element('li');
    item.append(button);
    return item;
  };

  const makeMore = () => {
    const end = Math.min(shown.length, made + kChunk);
    const cards = document.createDocumentFragment();
    for (; made < end; ++made) cards.append(card(shown[made], made));
    byId('grid').append(cards);
  };

  const reviews = {
    unseen: (image) => !image.review && image.status !== 'failed',
    edited: (image) => image.edited,
    accepted: (image) => image.review === 'accepted',
    rejected: (image) => image.review === 'rejected',
  };

  const passes = (image) => {
    const text = byId('search').value.trim().toLowerCase();
    const least = Number(byId('confidence').value);
    return (!text || (image.name + '\n' + topClass(image)).toLowerCase().includes(text)) &&
      (!byId('status').value || image.status === byId('status').value) &&
      (!byId('review').value || reviews[byId('review').value](image)) &&
      (!byId('class').value || topClass(image) === byId('class').value) &&
      (least === 0 || (image.confidence !== undefined && image.confidence >= least));
  };

  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  const update = () => {
    const [value, ascending] = keys[byId('sort').value];
    const sign = ascending === byId('reverse').checked ? -1 : 1;
    byId('least').textContent = Number(byId('confidence').value).toFixed(2);
    shown = images.filter(passes).sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      // What has no such value comes last either way.
      if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
      return sign * compare(x, y) || compare(a.name, b.name);
    });
    made = 0;
    byId('grid').replaceChildren();
    byId('count').textContent = `${shown.length} of ${images.length} images`;
    makeMore();
  };

  const term = (list, name, ...contents) => {
    const description = element('dd');
    description.append(...contents);
    list.append(element('dt', '', name), description);
  };

  const describe = (image) => {
    const list = element('dl');
    term(list, 'status', image.status);
    if (image.error) term(list, 'reason', image.error);
    if (image.note) term(list, 'note', image.note);
    if (facts(image) && image.status !== 'failed') term(list, 'mask', facts(image));
    if (image.clicks) term(list, 'edited', `${image.clicks} clicks, ${(image.seconds ?? 0).toFixed(0)} s`);
    if (image.pixels) term(list, 'pixels', image.pixels.join(' x '));
    if (image.classes && image.classes.length)
      term(list, 'classes', image.classes.map(({ name, score }) => (score === undefined ? name : `${name} ${number(score)}`)).join(', '));
    if (image.stages)
      term(list, 'time', `${milliseconds(image).toFixed(0)} ms: ` + Object.entries(image.stages)
        .map(([stage, value]) => `${stage} ${value.toFixed(0)}`).join(', '));
    const links = Object.entries(image.files || {}).flatMap(([name, address], i) => {
      const link = element('a', '', name);
      link.href = address;
      return i === 0 ? [link] : [', ', link];
    });
    if (links.length) term(list, 'files', ...links);
    return list;
  };

  const open = (index) => {
    if (index < 0 || index >= shown.length) return;
    opened = index;
    while (made <= index) makeMore();
    const image = shown[index];
    const photo = image.files && image.files.photo;
    byId('title').textContent = image.name;
    byId('large').replaceChildren(picture(image, image.photo && (photo || image.photo)), describe(image));
    byId('before').disabled = index === 0;
    byId('after').disabled = index === shown.length - 1;
    if (!byId('view').open) byId('view').showModal();
  };

  const cardAt = (index) => byId('grid').children[index]?.firstChild;

  byId('view').onclose = () => cardAt(opened)?.focus();
  byId('before').onclick = () => open(opened - 1);
  byId('after').onclick = () => open(opened + 1);
  byId('close').onclick = () => byId('view').close();

  const moveFocus = (event) => {
    const at = [...byId('grid').children].indexOf(document.activeElement.closest('li'));
    if (at < 0) return;
    const columns = getComputedStyle(byId('grid')).gridTemplateColumns.split(' ').length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const target = cardAt(at + steps[event.key]);
    if (!target) return;
    event.preventDefault();
    target.focus();
  };

  document.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (byId('view').open) {
      if (event.key === 'ArrowLeft') open(opened - 1);
      if (event.key === 'ArrowRight') open(opened + 1);
    } else if (event.target.matches('input[type=search], input[type=range], select')) {
      return;
    } else if (event.key.startsWith('Arrow')) {
      moveFocus(event);
    } else if (event.key === '/') {
      event.preventDefault();
      byId('search').focus();
    }
    const toggles = { h: 'heat', o: 'outline', t: 'truth' };
    if (toggles[event.key]) byId(toggles[event.key])?.click();
  };

  for (const layer of ['heat', 'outline', 'truth']) {
    const box = byId(layer);
    if (!box) continue;
    const show = () => document.body.classList.toggle('show-' + layer, box.checked);
    box.onchange = show;
    show();
  }

  const counts = new Map();
  for (const image of images) counts.set(topClass(image), (counts.get(topClass(image)) || 0) + 1);
  counts.delete('');
  for (const [name, count] of [...counts].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]))) {
    const option = element('option', '', `${name} (${count})`);
    option.value = name;
    byId('class').append(option);
  }

  for (const id of ['search', 'status', 'review', 'class', 'confidence', 'sort', 'reverse']) byId(id).oninput = update;
  new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) makeMore(); },
    { rootMargin: '800px' }).observe(byId('end'));
  update();
})();
