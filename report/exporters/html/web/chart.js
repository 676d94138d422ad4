// One metric on one axis: a row per series, with its samples, its median and its interval.

const ROW = 32;
const AXIS = 40;
const WIDE = 30; // above this ratio a linear axis would press most rows together
const VALUE = 66; // room for the number at the end of a row
const LETTER = 6.6; // width of a letter at the size of the labels, in pixels

/**
 * A chart of rows {label, detail, colour, series, printed}, `width` pixels wide, in `unit`.
 * `printed`, the paper's number, is drawn as a hollow diamond; it or `series` may be missing.
 */
function intervalChart(rows, unit, width, title) {
  const letters = Math.max(...rows.flatMap((row) => [row.label.length, row.detail.length]));
  const labels = Math.min(0.45 * width, 12 + LETTER * letters);
  const area = { left: labels, right: width - VALUE, bottom: rows.length * ROW };
  const scale = makeScale(rows.flatMap(valuesOf), unit, area);
  const height = area.bottom + AXIS;
  const chart = draw("svg", {
    class: "live-chart", role: "list", "aria-label": title,
    width, height, viewBox: `0 0 ${width} ${height}`,
  });
  chart.append(axis(scale, area, unit, width), ...rows.map((row, index) =>
    chartRow(row, index, scale, area, unit)));
  moveByArrows(chart);
  return chart;
}

/** Every number that a row needs room for. */
function valuesOf(row) {
  const samples = row.series ? [...row.series.raw.flat(), ...(row.series.interval || [])] : [];
  return row.printed === undefined ? samples : [...samples, row.printed];
}

/** From values to pixels. Times and sizes begin at zero; shares fill the axis. */
function makeScale(values, unit, area) {
  const [low, high] = [least(values), most(values)];
  if (isLogarithmic(low, high, unit)) {
    const [from, to] = [Math.log10(low / 1.1), Math.log10(high * 1.1)];
    const place = placesFrom(from, to, area);
    const ticks = decadesBetween(low / 1.1, high * 1.1);
    return { at: (value) => place(Math.log10(value)), ticks, isLog: true };
  }
  const margin = 0.05 * (high - low || Math.abs(high) || 1);
  const from = unit === "%" || low < 0 ? low - margin : 0;
  return { at: placesFrom(from, high + margin, area), ticks: ticksBetween(from, high + margin) };
}

const placesFrom = (from, to, area) => (value) =>
  area.left + ((area.right - area.left) * (value - from)) / (to - from);

/** Whether the axis is logarithmic: if the reader wants it or, unasked, if it has to be. */
function isLogarithmic(low, high, unit) {
  if (low <= 0 || unit === "%" || state.scale === "linear") return false;
  return state.scale === "log" || high > WIDE * low;
}

function axis(scale, area, unit, width) {
  const group = draw("g", { class: "axis", "aria-hidden": "true" });
  let free = -Infinity;
  for (const tick of scale.ticks) {
    const x = scale.at(tick);
    group.append(draw("line", { x1: x, x2: x, y1: 0, y2: area.bottom }));
    const text = tick.toLocaleString("en", { maximumSignificantDigits: 6 });
    if (x - (text.length * LETTER) / 2 < free) continue;
    free = x + (text.length * LETTER) / 2 + 8;
    group.append(draw("text", { x, y: area.bottom + 15, "text-anchor": "middle" }, text));
  }
  const label = [unit, scale.isLog ? "logarithmic axis" : ""].filter(Boolean).join(", ");
  const middle = { x: (area.left + area.right) / 2, y: area.bottom + 33 };
  group.append(draw("text", { ...middle, "text-anchor": "middle", class: "unit" }, label));
  return group;
}

function chartRow(row, index, scale, area, unit) {
  const y = (index + 0.5) * ROW;
  const focus = index === 0 ? 0 : -1;
  const group = draw("g", { role: "listitem", tabindex: focus, "aria-label": inWords(row, unit) });
  const width = area.right + VALUE;
  group.append(draw("rect", { class: "hit", x: 0, y: y - ROW / 2, width, height: ROW }));
  const middle = row.detail ? y - 2 : y + 4;
  group.append(draw("text", { x: 0, y: middle }, clipped(row.label, area.left)));
  group.append(draw("text", { x: 0, y: y + 10, class: "detail" }, clipped(row.detail, area.left)));
  if (row.printed !== undefined) group.append(diamond(scale.at(row.printed), y));
  if (row.series) group.append(...marks(row, y, scale));
  const shown = row.series ? row.series.median : row.printed;
  group.append(draw("text", { x: area.right + 6, y: y + 4 }, rounded(shown, unit)));
  explain(group, () => samplesOf(row, unit));
  if (row.series) leadToSamples(group, samplesAnchor(row.series));
  return group;
}

/** Let a click on a row, or the Enter key, lead to its samples, where a chapter has them. */
function leadToSamples(group, anchor) {
  if (!anchor) return;
  group.style.cursor = "pointer";
  group.addEventListener("click", () => follow(anchor));
  group.addEventListener("keydown", (event) => event.key === "Enter" && follow(anchor));
}

const clipped = (label, room) => {
  const letters = Math.floor((room - 8) / LETTER);
  return label.length <= letters ? label : `${label.slice(0, letters - 1)}…`;
};

const diamond = (x, y) =>
  draw("path", { class: "printed", d: `M${x - 6} ${y}l6 -6l6 6l-6 6z` });

function marks(row, y, scale) {
  const { raw, interval } = row.series;
  const drawn = [];
  if (interval && !state.hide.has("interval")) {
    const [x1, x2] = interval.map(scale.at);
    drawn.push(draw("line", { class: "interval", x1, x2, y1: y, y2: y, stroke: row.colour }));
  }
  if (!state.hide.has("samples")) {
    drawn.push(...raw.flat().map((value) =>
      draw("circle", { cx: scale.at(value), cy: y, r: 3, fill: row.colour, "fill-opacity": 0.6 })));
  }
  if (!state.hide.has("median")) {
    const x = scale.at(row.series.median);
    drawn.push(draw("line", { class: "median", x1: x, x2: x, y1: y - 9, y2: y + 9 }));
  }
  return drawn;
}

/** A row for those who do not see it. */
const inWords = (row, unit) => samplesOf(row, unit).join("; ");

/** What a row shows, line by line: median, interval, and the samples of every block. */
function samplesOf(row, unit) {
  const lines = [[row.label, row.detail].filter(Boolean).join(", ")];
  if (row.printed !== undefined) lines.push(`published ${withUnit(row.printed, unit)}`);
  if (!row.series) return [...lines, "not measured in this run"];
  const { samples, raw, blocks, interval } = row.series;
  const counted = `${samples.length} sample${samples.length > 1 ? "s" : ""}`;
  lines.push(`median ${withUnit(row.series.median, unit)} of ${counted}`);
  if (interval) lines.push(`95 % interval ${spanOf(interval, unit)}`);
  samples.forEach((sample, index) =>
    lines.push(`block ${blocks[index]}: ${ofBlock(sample, raw[index], unit)}`));
  if (row.series.incomparable) lines.push(`not compared: ${row.series.incomparable}`);
  if (samplesAnchor(row.series)) lines.push("a click, or Enter, leads to these samples");
  return lines;
}

/** A block's sample, and the range of the many values that it is the middle of. */
function ofBlock(sample, values, unit) {
  if (values.length === 1) return rounded(sample, unit);
  const span = spanOf([least(values), most(values)], unit);
  return `${rounded(sample, unit)} (${values.length} values, ${span})`;
}

const spanOf = (ends, unit) => ends.map((end) => rounded(end, unit)).join(" – ");

/** One stop of the tab key per chart; the arrows go from row to row. */
function moveByArrows(chart) {
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = all("[role=listitem]", chart);
    const next = rows[rows.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    document.activeElement.setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus();
  });
}
