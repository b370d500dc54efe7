// Before the page is drawn: the theme that was chosen, else the system's.
const system = matchMedia("(prefers-color-scheme: dark)");
const chosenTheme = () => {
  try { return localStorage.getItem("theme"); } catch { return null; }
};
const setTheme = () => {
  document.documentElement.dataset.theme = chosenTheme() ?? (system.matches ? "dark" : "light");
};
setTheme();
system.addEventListener("change", setTheme);
