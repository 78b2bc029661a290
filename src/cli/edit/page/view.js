// The large view: where the photo lies on the screen, and how it is drawn.

import { fills, kOutline, kShade } from './colours.js';
import { drawCursor, drawHints, drawInstances, drawPreview, drawRing } from './hints.js';

export const styles = { outline: 'outline', tint: 'tint', cutout: 'cut-out', none: 'photo alone' };

const kLargest = 40;      // Screen pixels for one of the photo, unless more fit in.
const kSeePixels = 3;     // From so many screen pixels on, pixels are shown as squares.
const kMargin = 8;        // Screen pixels around a photo that is fitted in.

export class View {
  // What is drawn; whoever changes one of these calls `draw` or `drawMarks`.
  size = null;          // Of the photo.
  image = null;         // The photo, or something like it while it is loading.
  heat = null;
  mask = null;
  hints = null;
  instances = [];
  style = 'outline';
  showHints = true;
  pending = [];         // Hints that the server has not confirmed.
  preview = null;       // The hint that is being drawn.
  ring = null;          // Where the brush is: a point of the photo, and its radius there.
  cursor = null;        // The keyboard's cursor: a point of the photo.

  // A point p of the photo is at p * scale + offset in the view, in CSS pixels.
  scale = 1;
  offset = { x: 0, y: 0 };
  isFitted = true;

  constructor(element, picture, marks) {
    this.element = element;
    this.layers = [picture, marks];
    new ResizeObserver(() => this.#resize()).observe(element);
    this.#watchPixels();
  }

  showPhoto(size) {
    const sameSize = this.size && size && this.size.width === size.width && this.size.height === size.height;
    this.size = size;
    if (!sameSize || !this.isFitted) this.fit();
    this.draw();
  }

  fit() {
    this.isFitted = true;
    if (!this.size) return;
    const { width, height } = this.#room();
    this.scale = this.#fittedScale();
    this.offset = { x: (width - this.size.width * this.scale) / 2, y: (height - this.size.height * this.scale) / 2 };
    this.draw();
  }

  // Zooms so that what is at the point of the view stays there.
  zoomAt(point, factor) {
    if (!this.size) return;
    const { width, height } = this.#room();
    const smallest = 0.5 * Math.min(width / this.size.width, height / this.size.height, 1);
    const scale = Math.min(Math.max(this.scale * factor, smallest), Math.max(kLargest, this.#fittedScale()));
    const ratio = scale / this.scale;
    this.scale = scale;
    this.panTo({ x: point.x - (point.x - this.offset.x) * ratio, y: point.y - (point.y - this.offset.y) * ratio });
  }

  panBy(x, y) {
    this.panTo({ x: this.offset.x + x, y: this.offset.y + y });
  }

  // Some of the photo always stays in sight.
  panTo({ x, y }) {
    if (!this.size) return;
    const { width, height } = this.#room();
    const keep = 40;
    this.offset = {
      x: Math.min(Math.max(x, keep - this.size.width * this.scale), width - keep),
      y: Math.min(Math.max(y, keep - this.size.height * this.scale), height - keep),
    };
    this.isFitted = false;
    this.draw();
  }

  // Pans as far as needed to bring the point of the photo into the view.
  reveal(point) {
    const { width, height } = this.#room();
    const at = this.toView(point);
    const missing = (value, size) => Math.max(0, kMargin - value) + Math.min(0, size - kMargin - value);
    const [x, y] = [missing(at.x, width), missing(at.y, height)];
    if (x || y) this.panBy(x, y);
  }

  centre() {
    const { width, height } = this.#room();
    return { x: width / 2, y: height / 2 };
  }

  toView({ x, y }) {
    return { x: x * this.scale + this.offset.x, y: y * this.scale + this.offset.y };
  }

  toPhoto({ x, y }) {
    return { x: (x - this.offset.x) / this.scale, y: (y - this.offset.y) / this.scale };
  }

  contains({ x, y }) {
    return Boolean(this.size) && x >= 0 && y >= 0 && x < this.size.width && y < this.size.height;
  }

  // The nearest point inside the photo, to a hundredth of a pixel.
  inside({ x, y }) {
    const within = (value, size) => Math.min(Math.max(Math.round(value * 100) / 100, 0), size - 0.01);
    return { x: within(x, this.size.width), y: within(y, this.size.height) };
  }

  // Where a pointer event is in the view.
  pointOf(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  draw() {
    this.pictureIsOld = true;
    this.drawMarks();
  }

  // Redraws only what lies over the picture: dragging a brush must not cost a picture each time.
  drawMarks() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.pictureIsOld) this.#drawPicture();
      this.pictureIsOld = false;
      this.#drawMarks();
    });
  }

  #room() {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  #fittedScale() {
    const { width, height } = this.#room();
    return Math.min((width - 2 * kMargin) / this.size.width, (height - 2 * kMargin) / this.size.height);
  }

  // Another screen, or another zoom of the browser, may change them alone.
  #watchPixels() {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', () => {
      this.#resize();
      this.#watchPixels();
    }, { once: true });
  }

  #resize() {
    const { width, height } = this.#room();
    for (const layer of this.layers) {
      layer.width = Math.round(width * devicePixelRatio);
      layer.height = Math.round(height * devicePixelRatio);
    }
    if (this.isFitted) this.fit();
    this.draw();
  }

  // An empty layer in CSS pixels.
  #emptied(layer) {
    const context = layer.getContext('2d');
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, layer.width, layer.height);
    return context;
  }

  #drawPicture() {
    const context = this.#emptied(this.layers[0]);
    if (!this.size) return;
    this.#drawOver(context, this.image);
    context.globalAlpha = 0.65;
    this.#drawOver(context, this.heat, /*isSmooth=*/ true);
    context.globalAlpha = 1;
    if (this.mask) this.#drawMask(context);
    if (!this.showHints) return;
    drawInstances(context, this, this.instances);
    if (this.hints) drawHints(context, this, this.hints);
  }

  #drawOver(context, picture, isSmooth = false) {
    if (!picture) return;
    const [width, height] = [this.size.width * this.scale, this.size.height * this.scale];
    context.imageSmoothingQuality = 'medium';
    context.imageSmoothingEnabled = isSmooth || width / picture.width < kSeePixels;
    context.drawImage(picture, this.offset.x, this.offset.y, width, height);
  }

  #drawMask(context) {
    const fill = fills[this.style];
    if (fill) {
      if (this.filled?.mask !== this.mask || this.filled.fill !== fill)
        this.filled = { mask: this.mask, fill, picture: this.mask.painted(fill) };
      this.#drawOver(context, this.filled.picture);
    }
    if (this.style !== 'none') this.#strokeOutline(context, this.style === 'outline' ? 2 : 1);
  }

  #strokeOutline(context, width) {
    const [x, y] = [this.size.width / this.mask.width * this.scale, this.size.height / this.mask.height * this.scale];
    context.save();
    context.translate(this.offset.x, this.offset.y);
    context.scale(x, y);
    context.lineCap = 'round';
    for (const [colour, lineWidth] of [[kShade, width + 2], [kOutline, width]]) {
      context.strokeStyle = colour;
      context.lineWidth = lineWidth / Math.max(x, y);
      context.stroke(this.mask.outline);
    }
    context.restore();
  }

  #drawMarks() {
    const context = this.#emptied(this.layers[1]);
    if (!this.size) return;
    for (const hint of this.pending) drawPreview(context, this, hint);
    if (this.preview) drawPreview(context, this, this.preview);
    if (this.ring && !this.preview && !this.cursor) drawRing(context, this, this.ring);
    if (this.cursor) drawCursor(context, this, this.cursor);
  }
}
