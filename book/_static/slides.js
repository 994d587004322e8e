// Arrow keys, space and clicks on the margins move; n shows the speaker's notes.
const slides = [...document.querySelectorAll(".slide")];
const at = () => Math.max(0, slides.findIndex((one) => one.getBoundingClientRect().bottom > 80));
const go = (number) =>
  slides[Math.min(Math.max(number, 0), slides.length - 1)].scrollIntoView({ block: "start" });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, video")) return;
  const steps = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    go(at() + steps[event.key]);
  } else if (event.key === "Home" || event.key === "End") {
    event.preventDefault();
    go(event.key === "Home" ? 0 : slides.length - 1);
  } else if (event.key === "n") {
    document.body.classList.toggle("with-notes");
  }
});
