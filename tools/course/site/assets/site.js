// What a page does beyond being read: theme, menus, copying, search.
(() => {
  const root = document.currentScript.dataset.root;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const themeButton = document.querySelector("button.theme");
  const showTheme = () =>
    themeButton.setAttribute("aria-pressed", document.documentElement.dataset.theme === "dark");
  themeButton.hidden = false;
  themeButton.onclick = () => {
    const other = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", other); } catch { /* It lasts until the page is left. */ }
    document.documentElement.dataset.theme = other;
    showTheme();
  };
  system.addEventListener("change", showTheme);
  showTheme();

  // On a narrow screen the lists of lessons and headings open below the header.
  for (const button of all("button[data-opens]")) {
    const list = document.getElementById(button.dataset.opens);
    button.hidden = false;
    list.classList.add("folded");
    button.onclick = () => {
      const folded = list.classList.toggle("folded");
      button.setAttribute("aria-expanded", !folded);
      if (!folded) list.querySelector("a").focus();
    };
    list.addEventListener("click", event => {
      if (event.target.closest("a")) {
        list.classList.add("folded");
        button.setAttribute("aria-expanded", false);
      }
    });
  }

  // What scrolls sideways must be reached by the keyboard.
  const reach = () => all("pre, .box, .display, mjx-container[display]").forEach(box => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
  });
  addEventListener("load", reach);
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);

  const write = async text => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.body.appendChild(document.createElement("textarea"));
    field.value = text;
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  // A folded solution is not copied.
  const isShown = pre => !pre.closest("details.solution:not([open])");
  for (const block of all(".code")) {
    const button = block.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.onclick = async () => {
      await write(all("pre", block).filter(isShown).map(pre => pre.textContent).join("\n"));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    };
  }

  const field = document.querySelector("search input");
  const results = document.querySelector("search .results");
  const MOST = 20;
  const load = file => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: root + file, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  let index = null;
  const loadIndex = () => index ??= load("search-index.js").then(() =>
    window.searchIndex.map(entry => ({ ...entry, text: `${entry.section} ${entry.words}`.toLowerCase() })));

  const times = (text, word) => text.split(word).length - 1;
  const score = (entry, words) => {
    if (!words.every(word => entry.text.includes(word))) return 0;
    const heading = `${entry.title} ${entry.section}`.toLowerCase();
    return words.reduce((sum, word) =>
      sum + Math.min(5, times(entry.text, word)) + 10 * heading.includes(word), 0);
  };
  const excerpt = (entry, word) => {
    const at = Math.max(0, entry.words.toLowerCase().indexOf(word) - 50);
    return (at > 0 ? "…" : "") + entry.words.slice(at, at + 140) + "…";
  };
  const marked = (text, words) => {
    const line = document.createElement("span");
    const escaped = words.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    text.split(new RegExp(`(${escaped.join("|")})`, "i")).forEach((part, k) => {
      line.append(k % 2 ? Object.assign(document.createElement("mark"), { textContent: part }) : part);
    });
    return line;
  };
  const item = (entry, words) => {
    const link = Object.assign(document.createElement("a"), { href: root + entry.address });
    const place = entry.section === entry.title ? entry.title : `${entry.title}: ${entry.section}`;
    link.append(Object.assign(document.createElement("b"), { textContent: place }));
    link.append(marked(excerpt(entry, words[0]), words));
    const line = document.createElement("li");
    line.append(link);
    return line;
  };
  const search = async () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    results.hidden = words.join("").length < 2;
    if (results.hidden) return;
    const entries = await loadIndex();
    const found = entries.map(entry => [score(entry, words), entry]).filter(([points]) => points > 0);
    found.sort(([a], [b]) => b - a);
    results.querySelector("[role=status]").textContent =
      found.length > MOST ? `${found.length} sections, the best ${MOST}` : `${found.length} sections`;
    results.querySelector("ol").replaceChildren(...found.slice(0, MOST).map(([, entry]) => item(entry, words)));
  };
  field.addEventListener("focus", loadIndex, { once: true });
  field.addEventListener("input", search);
  document.addEventListener("click", event => {
    if (!event.target.closest("search")) results.hidden = true;
    else if (event.target.closest(".results a")) results.hidden = true;
  });
  document.addEventListener("keydown", event => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      field.focus();
    }
    if (event.key === "Escape" && !results.hidden) {
      results.hidden = true;
      field.focus();
    }
  });
})();
