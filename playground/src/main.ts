/** The script of the playground's page. */
import { exampleOf, type VectorData } from "./examples.js";
import { mountPlayground } from "./playground.js";

interface PageData {
  readonly vectors: readonly VectorData[];
  readonly requirements: Readonly<Record<string, string>>;
}

const root = document.querySelector<HTMLElement>("[data-playground]");
const text = document.getElementById("data")?.textContent ?? "";
if (root !== null) {
  const { vectors, requirements } = JSON.parse(text) as PageData;
  mountPlayground(root, vectors.map(exampleOf), requirements);
}
