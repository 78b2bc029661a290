// Photos and heat maps, decoded.

import { imageAddress } from './api.js';

const kKept = 8;
const kept = new Map();  // The one that was asked for last comes last.

async function fetchImage(path) {
  const image = new Image();
  image.src = imageAddress(path);
  await image.decode();
  return image;
}

// The image at the path; the last few are kept. Throws if there is none.
export function loadImage(path) {
  const loading = kept.get(path) ?? fetchImage(path);
  kept.delete(path);
  kept.set(path, loading);
  if (kept.size > kKept) kept.delete(kept.keys().next().value);
  loading.catch(() => kept.delete(path));
  return loading;
}
