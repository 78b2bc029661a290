// How hints look on the photo. `view` says where its points are.

import { kBackground, kBox, kObject, kShade } from './colours.js';

const colourOf = (stroke) => (stroke.object ? kObject : kBackground);

// A thin line that is seen on any photo.
function line(context, colour, width = 2) {
  for (const [style, lineWidth] of [[kShade, width + 2], [colour, width]]) {
    context.strokeStyle = style;
    context.lineWidth = lineWidth;
    context.stroke();
  }
}

function tracePoints(context, view, points) {
  context.beginPath();
  for (const [x, y] of points) {
    const at = view.toView({ x, y });
    context.lineTo(at.x, at.y);
  }
}

// A disc with + or -, so that the two sides differ by more than colour.
function badge(context, { x, y }, stroke) {
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fillStyle = colourOf(stroke);
  context.fill();
  context.strokeStyle = kShade;
  context.lineWidth = 1;
  context.stroke();
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  if (stroke.object) {
    context.moveTo(x, y - 4);
    context.lineTo(x, y + 4);
  }
  context.strokeStyle = '#000';
  context.lineWidth = 2;
  context.stroke();
}

function tag(context, { x, y }, text, colour) {
  context.font = '600 12px system-ui, sans-serif';
  context.textBaseline = 'bottom';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 75%)';
  context.strokeText(text, x + 3, y - 2);
  context.fillStyle = colour;
  context.fillText(text, x + 3, y - 2);
}

function drawBox(context, view, { x, y, width, height, class: name }, colour, dash = []) {
  const corner = view.toView({ x, y });
  context.beginPath();
  context.rect(corner.x, corner.y, width * view.scale, height * view.scale);
  context.setLineDash(dash);
  line(context, colour, 1.5);
  context.setLineDash([]);
  if (name) tag(context, corner, name, colour);
}

export function drawHints(context, view, { boxes = [], strokes = [] }) {
  context.lineCap = context.lineJoin = 'round';
  for (const box of boxes) drawBox(context, view, box, kBox);
  for (const stroke of strokes) {
    const [x, y] = stroke.points[0];
    const start = view.toView({ x, y });
    if (stroke.points.length > 1) {
      tracePoints(context, view, stroke.points);
      line(context, colourOf(stroke), 1.5);
    }
    badge(context, start, stroke);
    if (stroke.class) tag(context, { x: start.x + 6, y: start.y }, stroke.class, colourOf(stroke));
  }
}

// The numbers of objects that are told apart; a single one is its mask.
export function drawInstances(context, view, instances) {
  if (instances.length < 2) return;
  for (const { id, box: [x, y, width, height], class: name } of instances)
    tag(context, view.toView({ x: x + width / 2, y: y + height / 2 }), name ? `${id} ${name}` : String(id), '#fff');
}

// A hint that is being drawn or on its way: as wide as it will be.
export function drawPreview(context, view, hint) {
  if (!hint.points) {
    drawBox(context, view, hint, kBox, [6, 4]);
    return;
  }
  context.save();
  context.globalAlpha = 0.5;
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = Math.max(2 * hint.radius * view.scale, 3);
  context.strokeStyle = colourOf(hint);
  tracePoints(context, view, hint.points);
  // A line of no length is drawn as a disc only where it has two points.
  if (hint.points.length === 1) {
    const at = view.toView({ x: hint.points[0][0], y: hint.points[0][1] });
    context.lineTo(at.x, at.y);
  }
  context.stroke();
  context.restore();
  badge(context, view.toView({ x: hint.points[0][0], y: hint.points[0][1] }), hint);
}

// The brush under the pointer.
export function drawRing(context, view, { point, radius, object }) {
  const { x, y } = view.toView(point);
  context.beginPath();
  context.arc(x, y, Math.max(radius * view.scale, 2), 0, 2 * Math.PI);
  line(context, object ? kObject : kBackground, 1.5);
}

export function drawCursor(context, view, point) {
  const { x, y } = view.toView(point);
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + 4 * dx, y + 4 * dy);
    context.lineTo(x + 16 * dx, y + 16 * dy);
  }
  line(context, '#fff');
}
