/* A picture or a formula that is wider than its place scrolls: then, and only then, the keyboard can
   reach it. */
(() => {
  const follow = () => {
    for (const box of document.querySelectorAll(".mffcnn-picture, mjx-container[display=true]")) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
      } else {
        box.removeAttribute("tabindex");
      }
    }
  };
  addEventListener("load", () => {
    follow();
    window.MathJax?.startup?.promise?.then(follow);
  });
  addEventListener("resize", follow);
})();
