// The chapters' bar charts, drawn again as they come into sight, on one axis that can be changed.

/** What a figure of a chapter shows of `list`, as far as the reader chose it. */
function partOf(figure, list, isWanted) {
  const { task, metric } = figure.dataset;
  const study = figure.closest("[data-study]").dataset.study;
  const workload = figure.closest("[data-workload]").dataset.workload;
  const isHere = (one) => one.study === study && one.workload === workload;
  const isMeant = (one) => one.task === task && one.metric === metric;
  return list.filter((one) => isHere(one) && isMeant(one) && isWanted(one));
}

/** Draw a figure again, in place of the one that the page came with. */
function redrawFigure(figure) {
  const group = partOf(figure, data.series, isShown);
  const place = figure.querySelector(".live") || make("div", { className: "live" });
  figure.prepend(place);
  place.replaceChildren();
  figure.querySelector(".still").hidden = group.length > 0;
  if (!group.length) return;
  const printed = partOf(figure, data.printed, isPrintedShown);
  place.append(make("p", {}, measureOf(data.metrics[group[0].metric])));
  place.append(chartOf(group, place, printed));
  place.append(make("p", { className: "aside" }, byId("signs").textContent));
}

const isPrintedShown = (number) =>
  isChosen("device", number.device) &&
  number.contenders.some((name) => isChosen("contender", name));

/** Draw figures as they come into sight; return how to draw those again that were seen. */
function watchFigures() {
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      watcher.unobserve(target);
      seen.add(target);
      redrawFigure(target);
    }
  }, { rootMargin: "300px" });
  for (const figure of all("figure.drawing[data-metric]")) watcher.observe(figure);
  return () => seen.forEach(redrawFigure);
}
