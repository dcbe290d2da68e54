/** What a page's script does: every element with `data-trace-viewer` becomes a viewer. */
import { mountViewer } from "./viewer.js";

const textOf = (id: string | undefined): string | undefined =>
  id === undefined ? undefined : (document.getElementById(id)?.textContent ?? undefined);

for (const root of document.querySelectorAll<HTMLElement>("[data-trace-viewer]")) {
  root.id ||= "trace-viewer";
  mountViewer(root, textOf(root.dataset["trace"]), textOf(root.dataset["example"]));
}
