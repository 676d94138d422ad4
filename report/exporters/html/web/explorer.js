// The explorer: charts of what was chosen, and its numbers in a table that can be sorted.

const FIRST_CHARTS = 6;
const FIRST_ROWS = 60;
const room = { charts: FIRST_CHARTS, rows: FIRST_ROWS };
const COLUMNS = [
  { key: (s) => titleOf(s) },
  { key: (s) => data.contenders[s.contender].title },
  { key: (s) => data.protocols[s.protocol] },
  { key: (s) => data.devices[s.device] },
  { key: (s) => `${data.metrics[s.metric].title} (${data.tasks[s.task]})` },
  { key: (s) => s.median, text: (s) => withUnit(s.median, data.metrics[s.metric].unit) },
  { key: (s) => (s.interval ? s.interval[0] : null), text: (s) => intervalOf(s) },
  { key: (s) => s.raw.length, text: (s) => String(s.raw.length) },
];

const intervalOf = (series) =>
  series.interval ? spanOf(series.interval, data.metrics[series.metric].unit) : "—";

/** Draw everything that is chosen. */
function drawExplorer() {
  const chosen = data.series.filter(isShown);
  drawCharts(groupsOf(chosen));
  drawNumbers(chosen);
  byId("nothing").hidden = chosen.length > 0;
  announce(`${chosen.length} of ${data.series.length} series shown`);
}

function drawCharts(groups) {
  const places = groups.slice(0, room.charts).map((group) => {
    const { title, unit } = data.metrics[group[0].metric];
    const measure = `${title}${unit ? `, ${unit}` : ""} (${data.tasks[group[0].task]})`;
    const caption = `${titleOf(group[0])}: ${measure}`;
    return make("figure", { className: "live" }, make("figcaption", {}, caption));
  });
  byId("charts").replaceChildren(...places);
  places.forEach((place, index) => place.append(chartOf(groups[index], place)));
  offerMore("more-charts", groups.length - places.length, "charts");
}

function drawNumbers(chosen) {
  const sorted = sortedNumbers(chosen);
  const rows = sorted.slice(0, room.rows).map(numbersRow);
  byId("numbers").tBodies[0].replaceChildren(...rows);
  offerMore("more-rows", sorted.length - rows.length, "rows");
}

function numbersRow(series) {
  const cells = COLUMNS.map(({ key, text }, index) => {
    const tag = index === 0 ? make("th", { scope: "row" }) : make("td");
    if (text) tag.className = "numeric";
    if (index === 1) {
      const swatch = make("span", { className: "swatch" });
      swatch.style.background = data.contenders[series.contender].colour;
      tag.append(swatch);
    }
    tag.append((text || key)(series));
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
}
