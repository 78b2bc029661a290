// Puts the page together: the strip of photos, the one that is open, and what can be done to it.

import { request } from './api.js';
import { chosenClass, offerClasses, offerOwnClasses, pickClass } from './classes.js';
import { Cursor } from './cursor.js';
import { Editor } from './editor.js';
import { loadImage } from './images.js';
import { listenToKeys } from './keyboard.js';
import { hintFor, listKeys } from './keys.js';
import { Mask } from './mask.js';
import { button, offerFilters, percent, press, say, showCounts, showFacts, showLegend } from './panel.js';
import { inOrderOfConfidence, listed } from './photos.js';
import { Settings } from './settings.js';
import { Strip } from './strip.js';
import { Tools } from './tools.js';
import { View } from './view.js';

const kHurryMs = 250;     // Who goes on sooner only passes by: the photo need not be opened.
const kConfirmMs = 4000;  // How long "press again" holds.

const byId = (id) => document.getElementById(id);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const fail = (error) => say(error.message ?? error, true);

let run = { photos: [], classes: [] };
let shownState = null;  // The state that the view shows, to tell a new one.

const view = new View(byId('view'), byId('picture'), byId('marks'));
const strip = new Strip(byId('strip'), byId('track'), show);
const editor = new Editor({ changed: update, told, failed: fail });
const tools = new Tools(view, { ready: canMark, mark, say });
const settings = new Settings(view, tools, { heatSwitched: () => editor.photo && showHeat() });
const cursor = new Cursor(view, tools, { moved: tellPlace });

// What buttons and keys do.
const actions = {
  next: () => go(1),
  previous: () => go(-1),
  accept: () => decide('accepted'),
  reject: () => decide('rejected'),
  undecide: () => editor.state && editor.review('seen'),
  search: () => byId('search').focus(),
  brush: () => settings.setTool('brush'),
  box: () => settings.setTool('box'),
  object: () => settings.setSide(true),
  background: () => settings.setSide(false),
  swap: () => settings.setSide(!tools.object),
  smaller: () => settings.growBrush(-1),
  larger: () => settings.growBrush(1),
  class: () => !byId('class-picker').hidden && byId('class').select(),
  escape: () => (tools.isBusy ? tools.cancel() : cursor.putAway()),
  undo: () => editor.canUndo && editor.undo(),
  redo: () => editor.state?.redo && editor.change('redo'),
  clear,
  largest: () => editor.state && editor.change('largest'),
  fill: () => editor.state && editor.change('fill'),
  zoomIn: () => zoom(1.5),
  zoomOut: () => zoom(1 / 1.5),
  fit: () => view.fit(),
  heat: () => settings.switchHeat(),
  style: () => settings.nextStyle(),
  hints: () => settings.switchHints(),
  cursor: () => cursor.toggle(),
  help: () => byId('help').showModal(),
};

// --- The photo that is shown ---

let shownAt = -Infinity;
async function show(photo) {
  if (!photo || photo === editor.photo) return;
  const isHurried = performance.now() - shownAt < kHurryMs;
  shownAt = performance.now();
  tools.cancel();
  cursor.putAway();
  history.replaceState(null, '', `#${encodeURIComponent(photo.name)}`);
  document.title = `${photo.name} – gradcut edit`;
  Object.assign(view, { image: null, heat: null, ring: null });
  byId('nothing').hidden = true;
  say('');
  strip.select(photo);
  view.showPhoto(photo.width ? photo : null);
  offerOwnClasses(photo.classes ?? [], { areAll: run.command === 'label' });
  const isShown = editor.enter(photo);
  // The small picture is there at once, and stands in for the large one.
  loadImage(`thumb/${photo.id}`).then((image) => !view.image && isShown() && showImage(image), () => {});
  if (isHurried) await pause(kHurryMs);
  if (!isShown()) return;
  loadImage(`photo/${photo.id}`).then((image) => isShown() && showImage(image),
    () => { byId('nothing').hidden = !isShown() || view.image; });
  showHeat();
  if (!await editor.open() || !isShown()) return;
  if (!photo.review) editor.review('seen');
  prepare(strip.neighbour(1));
}

function showImage(image) {
  view.image = image;
  view.draw();
}

// Makes ready what is likely to be shown next.
function prepare(photo) {
  if (!photo) return;
  request(`prefetch/${photo.id}`).catch(() => {});  // A hint only: opening the photo will tell.
  loadImage(`photo/${photo.id}`).catch(() => {});
}

async function showHeat() {
  const { photo } = editor;
  let heat = null;
  if (settings.showsHeat) {
    try {
      heat = await loadImage(`heat/${photo.id}`);
    } catch {
      say('There is no heat map of this photo.', true);
    }
  }
  if (editor.photo !== photo) return;
  view.heat = settings.showsHeat ? heat : null;
  view.draw();
}

function update() {
  const { photo, state } = editor;
  view.pending = editor.pending;
  byId('working').hidden = !editor.working;
  byId('view').ariaBusy = editor.working > 0;
  if (state !== shownState) showState(state);
  view.drawMarks();
  button('undo').disabled = !editor.canUndo;
  button('redo').disabled = !state?.redo;
  for (const action of ['largest', 'fill']) {
    button(action).disabled = !state;
    press(action, Boolean(state?.[action]));
  }
  for (const action of ['accept', 'reject']) press(action, photo.review === `${action}ed`);
  const { boxes = [], strokes = [] } = state?.hints ?? {};
  button('clear').disabled = !boxes.length && !strokes.length && !state?.unfit;
  showFacts(photo, state);
}

function showState(state) {
  const before = shownState;
  shownState = state;
  const labels = state?.labels;
  view.mask = state?.mask ? new Mask(labels?.map ?? state.mask) : null;
  view.hints = state?.hints ?? null;
  view.instances = state?.instances ?? [];
  if (state && (state.width !== view.size?.width || state.height !== view.size.height)) view.showPhoto(state);
  view.draw();
  showLegend(labels, view.mask?.values);
  // A decision changes nothing that would have to be told.
  const marks = (each) => each?.id === state?.id && each && JSON.stringify([each.area, each.hints]);
  if (!state || state.area === undefined || marks(before) === marks(state)) return;
  const [was, is] = [before, state].map((each) => each?.id === state.id && percent(each.area));
  say(`Mask: ${was && was !== is ? `${was} → ` : ''}${is} of the photo.`);
}

// The server said something of a photo: also of one that was left meanwhile.
function told(photo) {
  strip.refresh(photo);
  showCounts(run.photos, strip.photos);
}

// --- Marks and decisions ---

function mark(hint) {
  const isObject = hint.points ? hint.object : true;
  const name = chosenClass();
  const { photo } = editor;
  if (isObject && !name && run.command === 'label' && photo.classes?.length > 1) {
    say("This photo has several classes: choose the object's first (K, or 1 to 9).", true);
    return;
  }
  const body = isObject && name ? { ...hint, class: name } : hint;
  view.drawMarks();
  editor.change(hint.points ? 'stroke' : 'box', body, body);
}

// Also before the photo is open: marks wait for that.
function canMark() {
  return Boolean(view.size && (editor.state || editor.isOpening));
}

let clearIsAsked = 0;
function clear() {
  if (button('clear').disabled) return;
  if (performance.now() - clearIsAsked < kConfirmMs) {
    clearIsAsked = 0;
    editor.change('clear');
  } else {
    clearIsAsked = performance.now();
    say('Press again to take all marks off.');
  }
}

// Goes on once the decision is kept.
async function decide(review) {
  if (!editor.state) {
    say('This photo is not open.', true);
    return;
  }
  const { photo } = editor;
  if (await editor.review(review) && editor.photo === photo) go(1);
}

function go(steps) {
  const photo = strip.neighbour(steps);
  if (photo) show(photo);
  else say(steps > 0 ? 'This is the last photo of the list.' : 'This is the first photo of the list.');
}

function tellPlace(point) {
  if (!point) {
    say('');
    return;
  }
  const value = view.mask?.at(point.x / view.size.width, point.y / view.size.height);
  const name = editor.state?.labels?.names[value] ?? (value ? 'object' : 'background');
  say(`Cursor at ${Math.floor(point.x)}, ${Math.floor(point.y)}: ${name}. ` +
    'Space marks object, Backspace background.');
}

function zoom(factor) {
  view.zoomAt(view.cursor ? view.toView(view.cursor) : view.centre(), factor);
}

// --- The beginning ---

function refilter() {
  const [show, ofClass, search] = ['show', 'of-class', 'search'].map((id) => byId(id).value);
  strip.list(listed(run.photos, { show, ofClass, search }));
  showCounts(run.photos, strip.photos);
}

// Who chooses with a pointer goes on with keys of the view; who uses the keyboard stays where they are.
function giveBackFocus(control) {
  let byPointer = false;
  control.addEventListener('pointerdown', () => { byPointer = true; });
  control.addEventListener('keydown', () => { byPointer = false; });
  control.addEventListener('change', () => byPointer && focusView());
}

const focusView = () => byId('view').focus({ focusVisible: false });

function connect() {
  for (const each of document.querySelectorAll('[data-does]')) {
    const action = each.dataset.does;
    each.title = hintFor(action) ?? '';
    each.onclick = (event) => {
      actions[action]();
      if (event.detail && action !== 'help') focusView();
    };
  }
  for (const id of ['show', 'of-class', 'search']) byId(id).oninput = refilter;
  for (const id of ['show', 'of-class', 'style', 'brush']) giveBackFocus(byId(id));
  listenToKeys(actions, { view, tools, cursor, pick: pickClass });
  window.addEventListener('beforeunload', (event) => {
    tools.settle();
    if (editor.unsaved) event.preventDefault();
  });
  listKeys(byId('key-list'));
}

// Of the photo that was open when the page was loaded before; people may write anything there.
function nameInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return '';
  }
}

async function start() {
  connect();
  try {
    run = await request('run');
  } catch (error) {
    fail(error);
    return;
  }
  run.photos = inOrderOfConfidence(run.photos);
  if (run.command === 'label') settings.setStyle('tint');  // Its colours tell the classes apart.
  byId('folder').textContent = run.folder.split('/').slice(-2).join('/');
  byId('folder').title = run.folder;
  offerClasses(run.classes);
  offerFilters(run.photos);
  refilter();
  const name = nameInAddress();
  const first = run.photos.find((photo) => photo.name === name) ?? run.photos[0];
  if (first) show(first);
  else say('There are no photos in this run.');
}

start();
