/** The report page's script: search, filter, copying. Without it everything is there, unfiltered. */
export const PAGE_SCRIPT = `
"use strict";
(() => {
  const form = document.querySelector("form.filter");
  if (form) {
    form.hidden = false;
    const search = form.querySelector("input[type=search]");
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    const items = [...document.querySelectorAll("[data-outcome]")];
    const rows = items.filter((item) => item.tagName === "TR");
    const status = form.querySelector("[role=status]");
    const apply = () => {
      const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      for (const item of items) {
        const text = item.dataset.text;
        item.hidden = !(item.dataset.outcome.split(" ").some((one) => wanted.has(one)) && words.every((word) => text.includes(word)));
      }
      status.textContent = rows.filter((row) => !row.hidden).length + " of " + rows.length + " shown";
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
        event.preventDefault();
        search.focus();
      } else if (event.key === "Escape" && document.activeElement === search) {
        search.value = "";
        apply();
      }
    });
    // A link to what is filtered away must still lead there.
    addEventListener("hashchange", () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target && target.hidden) {
        search.value = "";
        for (const box of boxes) box.checked = true;
        apply();
        target.scrollIntoView();
      }
    });
    apply();
  }
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected: press Ctrl+C";
      }
    });
  }
})();
`;
