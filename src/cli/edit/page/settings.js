// How marks are made and how the photo is shown: the state of the toolbar.

import { isPressed, press } from './panel.js';
import { hintFor } from './keys.js';
import { styles } from './view.js';

const kBrush = { least: 1, largest: 60, step: 1.25 };

export class Settings {
  // `heatSwitched` is called when the heat map is to be shown, or no more.
  constructor(view, tools, { heatSwitched }) {
    Object.assign(this, { view, tools, heatSwitched });
    this.brush = document.getElementById('brush');
    this.style = document.getElementById('style');
    for (const [style, name] of Object.entries(styles)) this.style.add(new Option(name, style));
    this.style.title = hintFor('style');
    this.style.onchange = () => this.setStyle(this.style.value);
    this.brush.oninput = () => this.#setBrush(Number(this.brush.value));
    this.setTool(tools.tool);
    this.setSide(tools.object);
    this.#setBrush(tools.brush);
    this.setStyle(view.style);
    press('hints', view.showHints);
    press('heat', false);
  }

  setTool(tool) {
    this.tools.tool = tool;
    this.view.ring = null;
    for (const each of ['brush', 'box']) press(each, each === tool);
    this.view.drawMarks();
  }

  // Whether the left button marks object.
  setSide(object) {
    this.tools.object = object;
    press('object', object);
    press('background', !object);
  }

  growBrush(steps) {
    this.#setBrush(this.tools.brush * kBrush.step ** steps);
  }

  #setBrush(size) {
    this.tools.brush = Math.min(Math.max(size, kBrush.least), kBrush.largest);
    this.brush.value = this.tools.brush;
    if (this.view.ring) this.view.ring.radius = this.tools.radius;
    this.view.drawMarks();
  }

  setStyle(style) {
    this.view.style = style;
    this.style.value = style;
    this.view.draw();
  }

  nextStyle() {
    const names = Object.keys(styles);
    this.setStyle(names[(names.indexOf(this.view.style) + 1) % names.length]);
  }

  get showsHeat() {
    return isPressed('heat');
  }

  switchHeat() {
    press('heat', !this.showsHeat);
    this.heatSwitched();
  }

  switchHints() {
    this.view.showHints = !this.view.showHints;
    press('hints', this.view.showHints);
    this.view.draw();
  }
}
