// Tables that readers may sort, by a button in the head of each column.

/** Items by what `key` makes of them; those without a value last, whatever the direction. */
function sortedBy(items, key, direction) {
  const sign = direction === "descending" ? -1 : 1;
  const isMissing = (value) => value === null || value === "" || Number.isNaN(value);
  return items
    .map((item) => [key(item), item])
    .sort(([a], [b]) => {
      if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
      return sign * (typeof a === "number" && typeof b === "number"
        ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
    })
    .map(([, item]) => item);
}

/** Put a button into every head; `sorted` is called with "table:column:direction". */
function offerSorting(sorted) {
  for (const head of all("table[data-sortable] thead th")) {
    const button = make("button", { type: "button", className: "sort" }, ...head.childNodes);
    button.firstChild.after(make("span", { className: "arrow", ariaHidden: "true" }));
    head.append(button);
    button.addEventListener("click", () => {
      const table = nameOf(head.closest("table"));
      const turned = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      sorted(`${table}:${head.cellIndex}:${turned}`);
    });
  }
}

/** Sort the table that the state names, and mark its column. */
function applySort() {
  for (const head of all("th[aria-sort]")) head.removeAttribute("aria-sort");
  const [name, column, direction] = state.sort.split(":");
  const table = all("table[data-sortable]").find((found) => nameOf(found) === name);
  const head = table && table.tHead.rows[0].cells[+column];
  if (!head) return;
  head.setAttribute("aria-sort", direction);
  if (name !== "numbers") for (const body of table.tBodies) sortBody(body, +column, direction);
}

/** Sort the rows of one group; its title stays first. */
function sortBody(body, column, direction) {
  const rows = [...body.rows].filter((row) => !row.classList.contains("group"));
  body.append(...sortedBy(rows, (row) => valueOf(row.cells[column]), direction));
}

/** What a cell is sorted by: its number where it has one, else its text. */
function valueOf(cell) {
  const value = cell && cell.querySelector(".value");
  const text = (value || cell || { textContent: "" }).textContent.trim();
  if (text === "—") return null;
  const number = Number.parseFloat(text.replaceAll(",", "").replace("−", "-"));
  return Number.isNaN(number) ? text : number;
}

const nameOf = (table) => table.id || table.closest("figure").id;
