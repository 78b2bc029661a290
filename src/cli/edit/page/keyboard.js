// Listens to the keys of the whole page.

import { actionFor, isRepeated } from './keys.js';

const kHoldMs = 400;  // Who holds the heat map's key longer wants it only as long.

// Calls `actions` by name. The cursor has keys of its own while the view has the focus; `pick` takes
// the number of a class.
export function listenToKeys(actions, { view, tools, cursor, pick }) {
  let heldSince = 0;

  function act(event) {
    const action = actionFor(event);
    if (!action) return;
    event.preventDefault();
    if (event.repeat && !isRepeated(action)) return;
    if (action === 'heat') heldSince = performance.now();
    actions[action]();
  }

  function onKeyDown(event) {
    const { target } = event;
    if (document.querySelector('dialog[open]') || event.defaultPrevented) return;
    if (target.matches('input:not([type=range]), select')) {
      const isDone = event.key === 'Escape' || (event.key === 'Enter' && target.matches('input'));
      if (isDone) view.element.focus();
    } else if (target.matches('button') && (event.key === 'Enter' || event.key === ' ')) {
      return;
    } else if (target.matches('[type=range]') && event.key.startsWith('Arrow')) {
      return;
    } else if (target === view.element && cursor.take(event)) {
      event.preventDefault();
    } else if (event.key === ' ') {
      tools.holdsSpace = true;
      event.preventDefault();
    } else if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      pick(Number(event.key));
    } else {
      act(event);
    }
  }

  function onKeyUp(event) {
    if (event.key === ' ') tools.holdsSpace = false;
    if (actionFor(event) !== 'heat' || !heldSince) return;
    if (performance.now() - heldSince > kHoldMs) actions.heat();
    heldSince = 0;
  }

  document.addEventListener('keydown', onKeyDown);
  document.addEventListener('keyup', onKeyUp);
  window.addEventListener('blur', () => { tools.holdsSpace = false; });
}
