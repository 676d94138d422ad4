// Numbers as the report writes them.

/** A number with three significant digits; a percentage with two decimals. */
function rounded(value, unit = "") {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) return value.toExponential(2);
  const decimals = unit === "%" ? 2 : Math.max(0, 2 - Math.floor(Math.log10(size)));
  return value.toLocaleString("en", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** A number with its unit on the same line. */
const withUnit = (value, unit) => `${rounded(value, unit)}${unit ? `\u00a0${unit}` : ""}`;

/** The smallest and the largest of any number of numbers. */
const least = (values) => values.reduce((a, b) => Math.min(a, b));
const most = (values) => values.reduce((a, b) => Math.max(a, b));

/** Three to seven round numbers between two, for an axis. */
function ticksBetween(low, high) {
  const rough = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => +((first + index) * step).toPrecision(12));
}

/** Powers of ten between two numbers; twos and fives too, or just round numbers, where few fit. */
function decadesBetween(low, high) {
  if (high < 5 * low) return ticksBetween(low, high);
  const exponents = [];
  const first = Math.floor(Math.log10(low));
  for (let power = first; 10 ** power <= high; power++) exponents.push(power);
  const factors = high / low < 1000 ? [1, 2, 5] : [1];
  const every = Math.ceil(exponents.length / 7);
  return exponents
    .filter((_, index) => index % every === 0)
    .flatMap((power) => factors.map((factor) => +(factor * 10 ** power).toPrecision(6)))
    .filter((value) => value >= low && value <= high);
}
