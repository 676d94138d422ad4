// The run's samples, as the page brings them along.

const data = JSON.parse(byId("data").textContent);

/** Whether a series is among what the reader chose, whatever its metric. */
const isShown = (series) => CHOICES.every((choice) => isChosen(choice, series[choice]));

/** The one metric that is explored: the reader's, or the first. */
const exploredMetric = () =>
  state.metric in data.metrics ? state.metric : Object.keys(data.metrics)[0];

/** A metric in words, with its unit and its direction. */
const measureOf = ({ title, unit, better }) =>
  `${title}${unit ? `, ${unit}` : ""}; ${better} is better`;

/** Where the chapters have the samples of a series; "" where no statement asks for them. */
function samplesAnchor(series) {
  const keys = ["study", "workload", "contender", "protocol", "device", "task", "metric"];
  const anchor = `samples-${keys.map((key) => series[key]).join(".")}`;
  return byId(anchor) ? `#${anchor}` : "";
}

/** Series in groups of one workload, task and metric, in the report's order. */
function groupsOf(series) {
  const groups = new Map();
  for (const one of series) {
    const key = [one.study, one.workload, one.task, one.metric].join("/");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return [...groups.values()];
}

const PLACE = ["study", "workload", "task", "metric", "device"];
const isOf = (number, series) =>
  PLACE.every((key) => number[key] === series[key]) && number.contenders.includes(series.contender);

/** The paper's number that a series reproduces; undefined where there is none. */
const printedFor = (series) => data.printed.find((number) => isOf(number, series))?.value;

/** The rows of a chart: a group's series, by contender and protocol. */
function rowsOf(group) {
  const sorted = [...group].sort((a, b) => order(a) - order(b));
  return sorted.map((series) => rowOf(series, group));
}

/** A row, with what tells it from others of its contender; the paper's number stands in one. */
function rowOf(series, group) {
  const several = (key) => new Set(group.map((one) => one[key])).size > 1;
  const details = [];
  if (several("protocol")) details.push(data.protocols[series.protocol]);
  if (several("device")) details.push(data.devices[series.device]);
  const { title, colour } = data.contenders[series.contender];
  const isOwn = series.protocol === "published" || !several("protocol");
  const printed = isOwn ? printedFor(series) : undefined;
  return { label: title, detail: details.join(", "), colour, series, printed };
}

/** The chart of a group, drawn as wide as `place` is. */
function chartOf(group, place) {
  const { title, unit } = data.metrics[group[0].metric];
  const width = Math.max(260, Math.floor(place.clientWidth));
  return intervalChart(rowsOf(group), unit, width, `${titleOf(group[0])}. ${title}`);
}

const NAMES = Object.keys(data.contenders);
const order = ({ contender, protocol }) =>
  NAMES.indexOf(contender) + (protocol === "matched" ? 0.5 : 0);

/** Study and workload in words. */
const titleOf = (series) =>
  `${series.study.toUpperCase()} ${data.workloads[`${series.study}/${series.workload}`]}`;
