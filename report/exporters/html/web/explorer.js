// The explorer: charts of one metric, its numbers in a table that can be sorted, and both as CSV.

const FIRST_CHARTS = 6;
const FIRST_ROWS = 60;
const room = { charts: FIRST_CHARTS, rows: FIRST_ROWS };
const unitOf = (series) => data.metrics[series.metric].unit;
const COLUMNS = [
  { key: (s) => titleOf(s) },
  { key: (s) => data.contenders[s.contender].title },
  { key: (s) => data.protocols[s.protocol] },
  { key: (s) => data.devices[s.device] },
  { key: (s) => data.tasks[s.task] },
  { key: (s) => s.median, text: (s) => rounded(s.median, unitOf(s)) },
  { key: (s) => least(s.samples), text: (s) => rangeOf(s) },
  { key: (s) => s.interval && s.interval[0], text: (s) => intervalOf(s) },
  { key: (s) => s.samples.length, text: (s) => String(s.samples.length), href: samplesAnchor },
];

const spanIn = (series, ends) => (ends ? spanOf(ends, unitOf(series)) : "—");
const intervalOf = (series) => spanIn(series, series.interval);
const rangeOf = (series) => spanIn(
  series, series.samples.length > 1 && [least(series.samples), most(series.samples)]);

/** The series of the explored metric that the reader chose, as the table has them. */
const chosenSeries = () => sortedNumbers(
  data.series.filter((series) => series.metric === exploredMetric() && isShown(series)));

/** Draw everything that is chosen. */
function drawExplorer() {
  const chosen = chosenSeries();
  const metric = data.metrics[exploredMetric()];
  byId("explored").textContent = metric ? measureOf(metric) : "";
  drawCharts(groupsOf(chosen));
  drawNumbers(chosen);
  byId("nothing").hidden = chosen.length > 0;
  for (const button of all("#explore [data-csv]")) button.hidden = chosen.length === 0;
  announce(`${chosen.length} of ${data.series.length} series shown`);
}

function drawCharts(groups) {
  const places = groups.slice(0, room.charts).map(([first]) => {
    const caption = `${titleOf(first)} (${data.tasks[first.task]})`;
    return make("figure", { className: "live" }, make("figcaption", {}, caption));
  });
  byId("charts").replaceChildren(...places);
  places.forEach((place, index) => place.append(chartOf(groups[index], place)));
  offerMore("more-charts", groups.length - places.length, "charts");
}

function drawNumbers(chosen) {
  const rows = chosen.slice(0, room.rows).map(numbersRow);
  byId("numbers").tBodies[0].replaceChildren(...rows);
  offerMore("more-rows", chosen.length - rows.length, "rows");
}

function numbersRow(series) {
  const cells = COLUMNS.map(({ key, text, href }, index) => {
    const tag = index === 0 ? make("th", { scope: "row" }) : make("td");
    if (text) tag.className = "numeric";
    if (index === 1) {
      const swatch = make("span", { className: "swatch" });
      swatch.style.background = data.contenders[series.contender].colour;
      tag.append(swatch);
    }
    const anchor = href && href(series);
    const shown = (text || key)(series);
    tag.append(anchor ? make("a", { href: anchor }, shown) : shown);
    return tag;
  });
  return make("tr", {}, ...cells);
}

function sortedNumbers(chosen) {
  const [table, column, direction] = state.sort.split(":");
  const by = table === "numbers" && COLUMNS[+column];
  return by ? sortedBy(chosen, by.key, direction) : chosen;
}

/** Offer what there was no room for. */
function offerMore(id, left, what) {
  const button = byId(id);
  button.hidden = left <= 0;
  button.textContent = `Show ${left} more ${what}`;
}

function followExplorer() {
  for (const [id, key] of [["more-charts", "charts"], ["more-rows", "rows"]]) {
    byId(id).addEventListener("click", () => {
      room[key] = Infinity;
      drawExplorer();
    });
  }
  for (const button of all("#explore [data-csv]")) {
    button.addEventListener("click", () => saveCsv(button.dataset.csv, chosenSeries()));
  }
}
