(() => {
  const ICONS = {
    play: "M4 2l10 6-10 6z", pause: "M4 2h3v12H4zM9 2h3v12H9z",
    back: "M3 2h2v12H3zM14 2v12L6 8z", forward: "M11 2h2v12h-2zM2 2v12l8-6z",
    loop: "M8 3a5 5 0 0 1 4.6 3H11l2.5 3L16 6h-1.7A6.6 6.6 0 0 0 1.8 5.5l1.6.7A5 5 0 0 1 8 3zM8 " +
      "13a5 5 0 0 1-4.6-3H5L2.5 7 0 10h1.7a6.6 6.6 0 0 0 12.5.5l-1.6-.7A5 5 0 0 1 8 13z",
  };
  const start = root => {
    root.dataset.ready = "";
    const film = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const still = root.querySelector("img"), last = film.patches.length;
    const load = source => {
      const image = new Image();
      image.src = "data:image/png;base64," + source;
      return image.decode().then(() => image);
    };
    Promise.all([still.decode(), ...film.patches.map(patch => load(patch[2]))]).then(images => {
      const add = (parent, name, attributes = {}) => {
        const element = parent.appendChild(document.createElement(name));
        Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
        return element;
      };
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [still.width, still.height] =
        [still.naturalWidth, still.naturalHeight];
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", still.alt);
      still.replaceWith(canvas);
      const paper = canvas.getContext("2d");
      const bar = add(root, "div", { class: "bar" });
      const draw = (button, icon) => {
        button.innerHTML = `<svg width="16" height="16" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
      };
      const button = (icon, title, act) => {
        const made = add(bar, "button", { type: "button", title, "aria-label": title });
        draw(made, icon);
        made.onclick = act;
        return made;
      };
      let shown = last, timer = null, looped = film.looped;
      const paint = frame => {
        // A step forward needs one patch; any other frame is made from the last one anew.
        const from = frame === shown + 1 && frame < last ? frame : 0;
        if (from === 0) paper.drawImage(still, 0, 0);
        for (let i = from; i <= frame && frame < last; i++)
          paper.drawImage(images[i + 1], film.patches[i][0], film.patches[i][1]);
        shown = frame;
        slider.value = frame;
        slider.setAttribute("aria-valuetext", `frame ${frame + 1} of ${last + 1}`);
        label.value = `${frame + 1} / ${last + 1}`;
      };
      const pause = () => {
        clearTimeout(timer);
        timer = null;
        draw(toggle, "play");
        toggle.title = "Play (space)";
        toggle.setAttribute("aria-label", "Play");
      };
      const go = frame => { pause(); paint(Math.max(0, Math.min(last, frame))); };
      const wait = () => { timer = setTimeout(next, film.delay / Number(speed.value)); };
      const next = () => {
        if (!root.isConnected || (shown === last && !looped)) return pause();
        paint(shown === last ? 0 : shown + 1);
        if (shown === last && !looped) pause(); else wait();
      };
      const play = () => {
        if (timer !== null) return pause();
        draw(toggle, "pause");
        toggle.title = "Pause (space)";
        toggle.setAttribute("aria-label", "Pause");
        paint(shown === last ? 0 : shown + 1);
        if (shown === last && !looped) pause(); else wait();
      };
      const turn = () => {
        looped = !looped;
        loop.setAttribute("aria-pressed", looped);
      };
      button("back", "Step back (←)", () => go(shown - 1));
      const toggle = button("play", "Play", play);
      button("forward", "Step forward (→)", () => go(shown + 1));
      const slider = add(bar, "input",
        { type: "range", min: 0, max: last, step: 1, "aria-label": "Frame" });
      slider.oninput = () => go(Number(slider.value));
      const label = add(bar, "output");
      const loop = button("loop", "Loop (L)", turn);
      loop.setAttribute("aria-pressed", looped);
      const speed = add(bar, "select", { title: "Speed", "aria-label": "Speed" });
      [0.25, 0.5, 1, 2, 4].forEach(times => {
        const option = add(speed, "option", { value: times });
        option.textContent = `${times}×`;
        option.selected = times === 1;
      });
      const keys = {
        " ": play, ArrowLeft: () => go(shown - 1), ArrowRight: () => go(shown + 1),
        Home: () => go(0), End: () => go(last), l: turn,
      };
      const onkey = event => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        // The notebook has its own meaning for these keys.
        event.stopPropagation();
        // A button answers space by itself, the menu of speeds its arrows.
        if (event.target === speed) return;
        if (event.key === " " && event.target.tagName === "BUTTON") return;
        event.preventDefault();
        act();
      };
      root.tabIndex = 0;
      // JupyterLab listens at the document, before any element: only the window comes first.
      root.addEventListener("focusin", () => window.addEventListener("keydown", onkey, true));
      root.addEventListener("focusout", () => window.removeEventListener("keydown", onkey, true));
      pause();
      paint(last);
    });
  };
  const own = document.currentScript && document.currentScript.closest(".lesson-player");
  const waiting = document.querySelectorAll(".lesson-player:not([data-ready])");
  (own ? [own] : [...waiting]).forEach(start);
})();
