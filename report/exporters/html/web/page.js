// Small tools over the page's own elements. Text is only ever set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** The element with an id; null where the page has none. */
const byId = (id) => document.getElementById(id);

/** All elements that match, as an array. */
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

/** A new HTML element with properties; `children` are elements or strings. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** A new SVG element with attributes; `children` are elements or strings. */
function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Tell those who listen to the page what has changed. */
function announce(text) {
  byId("status").textContent = text;
}
