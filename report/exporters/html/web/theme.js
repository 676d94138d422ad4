// Light or dark: as the system is, unless the reader says otherwise.

/** Let the page have the theme of the state. */
function showTheme() {
  document.documentElement.style.colorScheme = state.theme;
  byId("theme").textContent = isDark() ? "Light page" : "Dark page";
}

const isDark = () =>
  state.theme ? state.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

/** Let the button change the theme. */
function followTheme(changed) {
  byId("theme").addEventListener("click", () => {
    state.theme = isDark() ? "light" : "dark";
    changed();
  });
}
