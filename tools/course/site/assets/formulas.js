// Formulas stand in elements of their own; nothing else on a page is read as one.
window.MathJax = {
  options: { enableMenu: false, ignoreHtmlClass: "page", processHtmlClass: "formula" },
};
