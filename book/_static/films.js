/* A film inside .plays-itself starts by itself, unless the reader has asked for less motion; then
   its poster stands still, and its controls play it. */
document.addEventListener("DOMContentLoaded", () => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const film of document.querySelectorAll(".plays-itself video")) {
    film.play().catch(() => {}); // a browser that forbids it leaves the poster
  }
});
