/* Paper is white: print in the light theme whatever the screen shows. */
(() => {
  const root = document.documentElement;
  const print = window.matchMedia("print");
  let theme;
  const follow = () => {
    if (print.matches) {
      theme = root.dataset.theme;
      root.dataset.theme = "light";
    } else if (theme) {
      root.dataset.theme = theme;
    }
  };
  print.addEventListener("change", follow);
})();
