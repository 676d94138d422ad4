// The reader's filter, applied to the chapters: what is not chosen is hidden, and the page says so.

const EXPLORED = "main [data-study], main [data-contender], main [data-metric], main [data-device]";
const KEYS = ["study", "contender", "device"];

/** Hide everything that the filter leaves out. */
function filterPage() {
  for (const element of all(EXPLORED)) element.hidden = !isElementShown(element);
  byId("filtered").hidden = !isFiltered();
}

function isElementShown(element) {
  const { metric } = element.dataset;
  if (metric && state.only && metric !== exploredMetric()) return false;
  return KEYS.every((key) => !element.dataset[key] || isChosen(key, element.dataset[key]));
}

/** Let the controls show what the state says. */
function showChoices() {
  for (const box of all("#explore [data-choice]")) {
    box.checked = isChosen(box.dataset.choice, box.value);
  }
  for (const box of all("#explore [data-mark]")) box.checked = !state.hide.has(box.value);
  byId("metric").value = exploredMetric();
  byId("only-metric").checked = state.only;
  byId("scale").value = state.scale;
}

/** Let the state follow the controls; `changed` is called after each change. */
function followChoices(changed) {
  byId("explore").addEventListener("change", () => {
    for (const choice of CHOICES) state[choice] = chosenOf(choice);
    const hidden = all("#explore [data-mark]").filter((box) => !box.checked);
    state.hide = new Set(hidden.map((box) => box.value));
    state.metric = byId("metric").value;
    state.only = byId("only-metric").checked;
    state.scale = byId("scale").value;
    changed();
  });
  for (const button of all("[data-reset]")) button.addEventListener("click", () => {
    for (const choice of CHOICES) state[choice] = null;
    state.only = false;
    changed();
  });
}

/** The ticked values of a choice; null where all are. */
function chosenOf(choice) {
  const boxes = all(`#explore [data-choice=${choice}]`);
  const ticked = boxes.filter((box) => box.checked);
  return ticked.length === boxes.length ? null : new Set(ticked.map((box) => box.value));
}
