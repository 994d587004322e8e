/* Figures that a reader moves (made by mffcnn_book.pages.explore_*).  Each is found by its
   data-explore and works on what stands in it; without this script it stands still. */
(() => {
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const place = (tile, number) => {
    const last = tile.dataset.places - 1;
    tile.style.objectPosition = `${last ? (100 * number) / last : 0}% 0`;
  };

  const windows = (root) => {
    const flows = Number(root.dataset.flows);
    const step = Number(root.dataset.step);
    const start = root.querySelector(".explore-start");
    const length = root.querySelector(".explore-length");
    const film = root.querySelector(".explore-film");
    const mark = root.querySelector(".explore-window");
    const show = () => {
      const size = Number(length.value);
      start.max = Math.floor((flows - size) / step);
      const first = start.value * step;
      mark.style.left = `${(100 * first) / flows}%`;
      mark.style.width = `${(100 * size) / flows}%`;
      for (const tile of all(root, "[data-length]")) {
        tile.hidden = tile.dataset.length !== length.value;
        if (!tile.hidden) place(tile, start.value);
      }
      place(root.querySelector(".explore-face"), first + Math.floor(size / 2));
      const text = `flows ${first + 1} to ${first + size} of ${flows}`;
      root.querySelector("output").value = text;
      start.setAttribute("aria-valuetext", text);
    };
    const drag = (event) => {
      if (!(event.buttons & 1)) return;
      const box = film.getBoundingClientRect();
      const centre = ((event.clientX - box.left) / box.width) * flows;
      start.value = Math.round((centre - length.value / 2) / step);
      show();
    };
    film.addEventListener("pointerdown", drag);
    film.addEventListener("pointermove", drag);
    film.addEventListener("dragstart", (event) => event.preventDefault());
    start.addEventListener("input", show);
    length.addEventListener("change", show);
    show();
  };

  const fusion = (root) => {
    const none = root.querySelector("[data-none]");
    const show = () => {
      const way = root.querySelector("input[type=radio]:checked").value;
      const stages = all(root, "input[type=checkbox]:checked").map((box) => box.value);
      for (const product of all(root, "g[data-way]")) {
        const wanted = way === "both" || product.dataset.way === way;
        const shown = wanted && stages.includes(product.dataset.stage);
        product.style.display = shown ? "" : "none";
      }
      const key = stages.length ? `${way}:${stages.join(",")}` : "none";
      const rows = all(root, "tr[data-key]");
      for (const row of rows) row.hidden = row.dataset.key !== key;
      none.hidden = rows.some((row) => !row.hidden);
    };
    root.addEventListener("change", show);
    show();
  };

  const threshold = (root) => {
    const clips = JSON.parse(root.dataset.clips);
    const range = root.querySelector("input");
    const rows = all(root, "tbody tr").map((row) => all(row, "td"));
    const show = () => {
      const answered = clips.filter((clip) => clip[2] >= range.value);
      const right = answered.filter((clip) => clip[0] === clip[1]).length;
      const counts = rows.map((row) => row.map(() => 0));
      for (const [truth, said] of answered) counts[truth][said] += 1;
      rows.forEach((row, i) => {
        const sum = counts[i].reduce((a, b) => a + b, 0);
        row.forEach((cell, j) => {
          cell.textContent = counts[i][j];
          cell.style.setProperty("--share", `${sum ? (45 * counts[i][j]) / sum : 0}%`);
        });
      });
      const share = answered.length ? `${((100 * right) / answered.length).toFixed(1)}%` : "none";
      root.querySelector(".explore-said").textContent =
        `Threshold ${Number(range.value).toFixed(2)}: ${answered.length} of ${clips.length} ` +
        `clips answered, ${share} of them right.`;
    };
    range.addEventListener("input", show);
    show();
  };

  const kinds = { windows, fusion, threshold };
  const start = () => {
    for (const root of all(document, "[data-explore]")) {
      for (const controls of all(root, ".explore-controls")) controls.hidden = false;
      kinds[root.dataset.explore](root);
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
