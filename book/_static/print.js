/* Paper is white and cannot be opened: print in the light theme whatever the screen shows, and lists
   (not code, not quizzes) with their entries open. */
(() => {
  const root = document.documentElement;
  const print = window.matchMedia("print");
  let theme;
  const follow = () => {
    if (print.matches) {
      for (const entry of document.querySelectorAll(".mffcnn-details details")) {
        entry.open = true;
      }
      theme = root.dataset.theme;
      root.dataset.theme = "light";
    } else if (theme) {
      root.dataset.theme = theme;
    }
  };
  print.addEventListener("change", follow);
})();
