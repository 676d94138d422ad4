// What the explorer shows, as a file. Its columns have the names that the exported samples have.

const SETTING = ["study", "workload", "contender", "protocol", "device", "task", "metric"];
const BEGINS_A_FORMULA = /^\s*[=+\-@]/;

/** Records for a spreadsheet: one of each series, or of each value that was measured. */
const CSV_RECORDS = {
  numbers: (series) => [{
    ...settingOf(series),
    median: series.median,
    smallest: least(series.samples),
    largest: most(series.samples),
    interval_low: series.interval ? series.interval[0] : "",
    interval_high: series.interval ? series.interval[1] : "",
    samples: series.samples.length,
    not_compared_because: series.incomparable,
  }],
  samples: (series) => series.raw.flatMap((values, index) => values.map((value, place) => ({
    ...settingOf(series), block: series.blocks[index], sample: place + 1, value,
  }))),
};

const settingOf = (series) => ({
  ...Object.fromEntries(SETTING.map((key) => [key, series[key]])),
  unit: data.metrics[series.metric].unit,
});

/** Let the browser save series as `kind`, a key of CSV_RECORDS. */
function saveCsv(kind, series) {
  const blob = new Blob([csvOf(series.flatMap(CSV_RECORDS[kind]))], { type: "text/csv" });
  const link = make("a", { href: URL.createObjectURL(blob) });
  link.download = `${exploredMetric()}-${kind}.csv`.replace(/[^\w.-]+/g, "-");
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Records as lines by RFC 4180, the names of the columns first. */
function csvOf(records) {
  const lines = [Object.keys(records[0]), ...records.map(Object.values)];
  return lines.map((line) => `${line.map(csvField).join(",")}\r\n`).join("");
}

/** A value between quotes where it needs them, and none that a spreadsheet would run. */
function csvField(value) {
  const isFormula = typeof value === "string" && BEGINS_A_FORMULA.test(value);
  const text = isFormula ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
