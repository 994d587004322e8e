/* A picture, a table or a formula that is wider than its place scrolls: then, and only then, the
   keyboard can reach it, and pictures and tables say that there is more to see. */
(() => {
  const WITH_A_LINE = ".mffcnn-picture, .mffcnn-table-box, .pst-scrollable-table-container";
  const follow = () => {
    for (const box of document.querySelectorAll(`${WITH_A_LINE}, mjx-container[display=true]`)) {
      const wider = box.scrollWidth > box.clientWidth + 1;
      box.classList.toggle("scrolls", wider && box.matches(WITH_A_LINE));
      if (wider) {
        box.tabIndex = 0;
      } else if (!box.hasAttribute("role")) { /* a table's box is a region with a name */
        box.removeAttribute("tabindex");
      }
    }
  };
  addEventListener("load", () => {
    follow();
    window.MathJax?.startup?.promise?.then(follow);
  });
  addEventListener("resize", follow);
  addEventListener("toggle", follow, true); /* what was folded away had no width */
})();
