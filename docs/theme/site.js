// What scrolls by itself is reached by keyboard, and only that.
const reachable = () => {
  for (const box of document.querySelectorAll(
    ".scrolling, .tsd-typography pre, .tsd-signature, figure.diagram",
  )) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("load", reachable);
addEventListener("resize", reachable);
