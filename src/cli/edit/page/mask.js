// Masks and label maps as the server sends them: run lengths, row by row.

// Calls `take(value, from, to)` for each run. Runs are lengths, of background and object by turns, or
// pairs of a length and a label.
function eachRun(runs, take) {
  let from = 0;
  for (let i = 0; i < runs.length; ++i) {
    const run = runs[i];
    const to = from + (typeof run === 'number' ? run : run[0]);
    take(typeof run === 'number' ? i % 2 : run[1], from, to);
    from = to;
  }
}

// For each row where values begin: pairs of column and value.
function rowsOf({ width, height, runs }) {
  const rows = Array.from({ length: height }, () => []);
  eachRun(runs, (value, from, to) => {
    for (let at = from; at < to;) {
      const y = Math.floor(at / width);
      if (rows[y].at(-1)?.[1] !== value) rows[y].push([at - y * width, value]);
      at = Math.min(to, (y + 1) * width);
    }
  });
  return rows;
}

// The columns before which the value of the row changes; outside the photo it is 0.
function bordersOf(row, width) {
  const borders = row.filter(([x, value]) => x > 0 || value).map(([x]) => x);
  return row.at(-1)[1] ? [...borders, width] : borders;
}

// Calls `take(from, to)` for each stretch along which two rows differ.
function eachDifference(above, here, width, take) {
  let start = -1;
  for (let x = 0, i = 0, j = 0; x < width;) {
    const differs = above[i][1] !== here[j][1];
    if (differs && start < 0) start = x;
    if (!differs && start >= 0) {
      take(start, x);
      start = -1;
    }
    const [after, below] = [above[i + 1]?.[0] ?? width, here[j + 1]?.[0] ?? width];
    x = Math.min(after, below);
    if (x === after) ++i;
    if (x === below) ++j;
  }
  if (start >= 0) take(start, width);
}

// The path along all borders between values, in pixels of the mask. What touches the border of the
// photo is closed along it.
function outlineOf(map) {
  const { width, height } = map;
  const path = new Path2D();
  const edge = (x0, y0, x1, y1) => {
    path.moveTo(x0, y0);
    path.lineTo(x1, y1);
  };
  const nothing = [[0, 0]];
  const rows = rowsOf(map);
  const began = new Int32Array(width + 1);  // The row in which the edge before a column began,
  const last = new Int32Array(width + 1).fill(-1);  // and the last one in which it was seen.
  let open = [];
  for (let y = 0; y <= height; ++y) {
    const here = rows[y] ?? nothing;
    eachDifference(rows[y - 1] ?? nothing, here, width, (from, to) => edge(from, y, to, y));
    const borders = bordersOf(here, width);
    for (const x of borders) {
      if (y === 0 || last[x] !== y - 1) began[x] = y;
      last[x] = y;
    }
    for (const x of open) if (last[x] !== y) edge(x, began[x], x, y);
    open = borders;
  }
  return path;
}

export class Mask {
  constructor({ width, height, runs }) {
    Object.assign(this, { width, height, runs });
    this.values = new Uint8Array(width * height);
    eachRun(runs, (value, from, to) => value && this.values.fill(value, from, to));
  }

  get outline() {
    return (this.path ??= outlineOf(this));
  }

  // A picture of the mask. `colourOf` gives each value a colour, 0xAABBGGRR.
  painted(colourOf) {
    const pixels = new Uint32Array(this.width * this.height);
    eachRun(this.runs, (value, from, to) => {
      const colour = colourOf(value);
      if (colour) pixels.fill(colour, from, to);
    });
    const canvas = document.createElement('canvas');
    canvas.width = this.width;
    canvas.height = this.height;
    canvas.getContext('2d').putImageData(
      new ImageData(new Uint8ClampedArray(pixels.buffer), this.width, this.height), 0, 0);
    return canvas;
  }

  // The value at a point, in shares of width and height.
  at(x, y) {
    return this.values[Math.floor(y * this.height) * this.width + Math.floor(x * this.width)];
  }
}
