// Colours on a photo. They are the same in light and dark: the photo does not change.

export const kObject = '#3ddc6b';
export const kBackground = '#ff5a4f';
export const kBox = '#5aa9ff';
export const kOutline = '#ffe14d';
export const kShade = 'rgb(0 0 0 / 55%)';  // Under every line, so that it is seen on any photo.

const kVoid = 255;

// The hues of labels are spread by the golden angle, so that neighbours in a list differ.
function labelColour(label) {
  const hue = (48 + 137.508 * (label - 1)) % 360;
  const part = (n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (0.6 - 0.4 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return label === kVoid ? [200, 200, 200] : [part(0), part(8), part(4)];
}

export const cssColour = (label) => `rgb(${labelColour(label).join(' ')})`;

const packed = ([red, green, blue], alpha) => ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;

// Colours of mask values as pixels, 0xAABBGGRR, for each way to fill a mask.
export const fills = {
  tint: (value) => (value ? packed(labelColour(value), 115) : 0),
  cutout: (value) => (value && value !== kVoid ? 0 : packed([24, 24, 27], 225)),
};
