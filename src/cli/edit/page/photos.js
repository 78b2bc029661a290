// Which photos of the run are listed, and in which order.

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// What is least sure comes first, what has no mask last.
export function inOrderOfConfidence(photos) {
  const rank = (photo) => (photo.status === 'failed' ? 3 : photo.confidence ?? 2);
  return [...photos].sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
}

export const filters = {
  all: () => true,
  unseen: (photo) => !photo.review,
  undecided: (photo) => photo.review !== 'accepted' && photo.review !== 'rejected',
  edited: (photo) => photo.edited,
  accepted: (photo) => photo.review === 'accepted',
  rejected: (photo) => photo.review === 'rejected',
  failed: (photo) => photo.status === 'failed',
};

export const classesOf = (photo) => [...new Set([photo.class, ...(photo.classes ?? [])].filter(Boolean))];

export function listed(photos, { show, ofClass, search }) {
  const text = search.trim().toLowerCase();
  return photos.filter((photo) => filters[show](photo) &&
    (!ofClass || classesOf(photo).includes(ofClass)) &&
    (!text || photo.name.toLowerCase().includes(text)));
}

// The classes that occur, the most frequent first, with their numbers.
export function classCounts(photos) {
  const counts = new Map();
  for (const photo of photos)
    for (const name of classesOf(photo)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
}

export const decision = (photo) =>
  ({ accepted: '✓ accepted', rejected: '✗ rejected', seen: 'seen' })[photo.review] ?? 'unseen';
