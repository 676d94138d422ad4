// The samples behind a mark, for the pointer and for the keyboard.

/** Show lines of text beside an element while it is pointed at or focused. */
function explain(element, lines) {
  const show = () => showTooltip(element, lines());
  element.addEventListener("pointerenter", show);
  element.addEventListener("focus", show);
  element.addEventListener("pointerleave", hideTooltip);
  element.addEventListener("blur", hideTooltip);
}

function showTooltip(element, lines) {
  const tooltip = byId("tooltip");
  tooltip.replaceChildren(...lines.map((line) => make("div", {}, line)));
  tooltip.hidden = false;
  const at = element.getBoundingClientRect();
  const size = tooltip.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const below = at.bottom + 8 + size.height < innerHeight;
  const top = below ? at.bottom + 8 : Math.max(4, at.top - size.height - 8);
  tooltip.style.left = `${Math.max(4, Math.min(at.left + 40, width - size.width - 4))}px`;
  tooltip.style.top = `${top}px`;
}

function hideTooltip() {
  byId("tooltip").hidden = true;
}
