// Owns how this page makes elements: createElement and text nodes, so that data never becomes markup.

/**
 * Makes an element. Properties: `class`, `dataset` and `on` (listeners) are special, `true` sets an
 * empty attribute, `false`, `null` and `undefined` leave it out, all else is an attribute.
 * Children are nodes, strings, or nested arrays of them; empty ones are skipped.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "dataset") {
      for (const [key, datum] of Object.entries(value)) {
        if (datum !== null && datum !== undefined) element.dataset[key] = datum;
      }
    } else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...nodes(children));
  return element;
}

/** Makes a line icon on a 20 by 20 grid from one path. */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Finds the element with this id; the ids are those of index.html. */
export function byId(id) {
  return document.getElementById(id);
}

/** Says something to screen readers without showing it. */
export function announce(sentence) {
  byId("announcer").textContent = sentence;
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}
