// Begins: what the page can do without a script it already does.

/** Go to a place of the page, however deep it is folded away. */
function goTo(id) {
  const target = id && byId(id);
  if (!target) return;
  for (let box = target; box; box = box.parentElement) {
    if (box.tagName === "DETAILS") box.open = true;
  }
  target.scrollIntoView();
}

function start() {
  readState();
  for (const hidden of all("[data-scripted]")) hidden.hidden = false;
  const show = () => {
    showTheme();
    showChoices();
    filterPage();
    applySort();
    drawExplorer();
  };
  const changed = () => {
    writeState();
    show();
  };
  followChoices(changed);
  followTheme(changed);
  followExplorer();
  offerSorting((sort) => {
    state.sort = sort;
    changed();
  });
  followLinks();
  addEventListener("popstate", () => {
    readState();
    show();
  });
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) show();
    width = innerWidth;
  });
  addEventListener("keydown", (event) => event.key === "Escape" && hideTooltip());
  show();
  goTo(state.anchor);
}

/** Keep the reader's choices when a link inside the page is followed. */
function followLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    follow(link.hash);
  });
}

/** Go to a place of the page, "#" before it, as a new step in the history. */
function follow(hash) {
  state.anchor = hash.slice(1);
  history.pushState(null, "", stateAddress());
  goTo(state.anchor);
}

start();
