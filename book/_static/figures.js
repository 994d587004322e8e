/* A picture that is wider than the phone scrolls: then, and only then, the keyboard can reach it. */
(() => {
  const names = { tabindex: "0", role: "group", "aria-label": "Picture, scrolls sideways" };
  const follow = () => {
    for (const box of document.querySelectorAll(".mffcnn-picture")) {
      for (const [name, value] of Object.entries(names)) {
        if (box.scrollWidth > box.clientWidth + 1) {
          box.setAttribute(name, value);
        } else {
          box.removeAttribute(name);
        }
      }
    }
  };
  addEventListener("load", follow);
  addEventListener("resize", follow);
})();
