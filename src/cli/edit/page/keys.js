// Which key does what.

// Groups of [keys, action, text]; those without an action are done by pointers or the cursor.
export const keyGroups = {
  'Photos': [
    [['n', 'ArrowRight'], 'next', 'next photo'],
    [['p', 'ArrowLeft'], 'previous', 'previous photo'],
    [['a', 'Enter'], 'accept', 'accept the mask, go on'],
    [['r', 'x'], 'reject', 'reject the mask, go on'],
    [['u'], 'undecide', 'take the decision back'],
    [['/'], 'search', 'search by name'],
  ],
  'Marking': [
    ['click, drag', '', 'mark object'],
    ['right button, Alt or Ctrl', '', 'mark background'],
    [['s'], 'swap', 'swap object and background'],
    [['d'], 'brush', 'brush'],
    [['b'], 'box', 'box: drag from corner to corner'],
    ['Shift + drag', '', 'box with any tool'],
    [['['], 'smaller', 'smaller brush'],
    [[']'], 'larger', 'larger brush'],
    ['1 to 9', '', "one of the photo's classes"],
    [['k'], 'class', 'choose a class'],
    [['Escape'], 'escape', 'give up what is being drawn'],
  ],
  'Mask': [
    [['z', 'Ctrl+z'], 'undo', 'undo'],
    [['y', 'Ctrl+y', 'Ctrl+Shift+z'], 'redo', 'redo'],
    [['Delete'], 'clear', 'take all marks off (press twice)'],
    [['l'], 'largest', 'keep the largest part only'],
    [['h'], 'fill', 'fill holes'],
  ],
  'View': [
    ['wheel, pinch', '', 'zoom'],
    ['Space + drag, middle button', '', 'pan'],
    ['double tap', '', 'zoom in, or fit again'],
    [['+', '='], 'zoomIn', 'zoom in'],
    [['-'], 'zoomOut', 'zoom out'],
    [['f', '0'], 'fit', 'fit the photo in'],
    [['m'], 'heat', 'heat map (hold it, or press to keep it)'],
    [['o'], 'style', 'outline, tint, cut-out or photo alone'],
    [['v'], 'hints', 'show or hide the marks'],
    [['?'], 'help', 'this list'],
  ],
  'Without a pointer': [
    [['c'], 'cursor', 'show or hide the cursor'],
    ['arrows', '', 'move the cursor (Shift: by one pixel)'],
    ['Space, Enter', '', 'mark object, or a corner of a box'],
    ['Backspace', '', 'mark background'],
  ],
};

const rows = Object.values(keyGroups).flat().filter(([, action]) => action);
const actionOf = new Map(rows.flatMap(([keys, action]) => keys.map((key) => [key, action])));

const shownAs = { ArrowRight: '→', ArrowLeft: '←' };
const shown = (key) => shownAs[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace(/\+[a-z]$/, (last) => last.toUpperCase()));

// "undo (Z, Ctrl+Z)", or nothing for an action without a key.
export function hintFor(action) {
  const [keys, , text] = rows.find((row) => row[1] === action) ?? [];
  return text && `${text} (${keys.map(shown).join(', ')})`;
}

// Actions that go on while their key is held. A decision must not run through the photos.
const repeated = ['next', 'previous', 'smaller', 'larger', 'zoomIn', 'zoomOut', 'undo', 'redo'];

export const isRepeated = (action) => repeated.includes(action);

// The action that the key stands for, if any.
export function actionFor(event) {
  if (event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!event.ctrlKey && !event.metaKey) return actionOf.get(key);
  return actionOf.get(`Ctrl+${event.shiftKey ? 'Shift+' : ''}${key}`);
}

// Fills the list of keys.
export function listKeys(list) {
  for (const [title, group] of Object.entries(keyGroups)) {
    const section = document.createElement('section');
    const heading = document.createElement('h3');
    heading.textContent = title;
    const terms = document.createElement('dl');
    for (const [keys, , text] of group) {
      const [term, description] = [document.createElement('dt'), document.createElement('dd')];
      for (const key of typeof keys === 'string' ? [keys] : keys.map(shown)) {
        const cap = document.createElement(typeof keys === 'string' ? 'span' : 'kbd');
        cap.textContent = key;
        term.append(cap, ' ');
      }
      description.textContent = text;
      terms.append(term, description);
    }
    section.append(heading, terms);
    list.append(section);
  }
}
