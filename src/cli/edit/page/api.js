// Requests to the server that this page comes from.

const kGone = 'The server has ended; restart gradcut edit.';
const kKeyName = 'gradcut-key';

// The key stands in the address that the page is first opened with. It is taken out of sight, and
// kept for when the page is loaded again.
function takeKey() {
  const given = new URLSearchParams(location.search).get('key');
  if (given) {
    sessionStorage.setItem(kKeyName, given);
    history.replaceState(null, '', location.pathname + location.hash);
  }
  return sessionStorage.getItem(kKeyName) ?? '';
}

const key = takeKey();

// For images, which cannot send a header.
export const imageAddress = (path) => `/api/${path}?key=${encodeURIComponent(key)}`;

async function answer(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { error: `The server answered ${response.status} ${response.statusText}.` };
  }
}

// What the server answers; with `body` it is a POST. Throws an Error whose message can be shown.
export async function request(path, body) {
  const headers = { 'X-Gradcut-Key': key };
  const options = body === undefined ? { headers } :
    { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(`/api/${path}`, options);
  } catch {
    throw new Error(kGone);
  }
  const result = await answer(response);
  if (!response.ok || result.error) throw new Error(result.error ?? `The server answered ${response.status}.`);
  return result;
}

const lastOf = new Map();

// Calls `send` when all that was asked before for the photo is answered: the order of strokes counts.
export function inOrder(id, send) {
  const sent = (lastOf.get(id) ?? Promise.resolve()).then(send, send);
  lastOf.set(id, sent);
  const forget = () => {
    if (lastOf.get(id) === sent) lastOf.delete(id);
  };
  sent.then(forget, forget);
  return sent;
}
