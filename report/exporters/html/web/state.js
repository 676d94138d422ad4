// What the reader chose. It lives in the address, so that a link to a view can be kept and sent:
// #s2?contender=velox,pytorch&scale=log

const CHOICES = ["study", "contender", "protocol", "device"];
const state = {};

/** Take the state from the address; what it does not name is as the page begins. */
function readState() {
  const [anchor, query = ""] = location.hash.slice(1).split("?");
  const given = new URLSearchParams(query);
  state.anchor = decodeURIComponent(anchor);
  for (const choice of CHOICES) {
    state[choice] = given.has(choice) ? new Set(given.get(choice).split(",")) : null;
  }
  state.metric = given.get("metric") || "";
  state.only = given.get("only") === "metric";
  state.scale = ["log", "linear"].includes(given.get("scale")) ? given.get("scale") : "";
  state.hide = new Set((given.get("hide") || "").split(",").filter(Boolean));
  state.theme = ["light", "dark"].includes(given.get("theme")) ? given.get("theme") : "";
  state.sort = given.get("sort") || "";
}

/** The address of the state: only what differs from the beginning. */
function stateAddress() {
  const query = new URLSearchParams();
  for (const choice of CHOICES) if (state[choice]) query.set(choice, [...state[choice]].join(","));
  if (state.metric) query.set("metric", state.metric);
  if (state.only) query.set("only", "metric");
  if (state.scale) query.set("scale", state.scale);
  if (state.hide.size) query.set("hide", [...state.hide].join(","));
  if (state.theme) query.set("theme", state.theme);
  if (state.sort) query.set("sort", state.sort);
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `#${state.anchor}${text ? `?${text}` : ""}`;
}

/** Put the state into the address without a new step in the history. */
function writeState() {
  history.replaceState(null, "", stateAddress());
}

/** Whether a value of a choice is to be shown. */
const isChosen = (choice, value) => state[choice] === null || state[choice].has(value);

/** Whether anything is filtered. */
const isFiltered = () => state.only || CHOICES.some((choice) => state[choice] !== null);
