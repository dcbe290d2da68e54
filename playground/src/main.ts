/** The script of the playground's page. */
import { exampleOf, type VectorData } from "./examples.js";
import { mountPlayground } from "./playground.js";

const root = document.querySelector<HTMLElement>("[data-playground]");
const vectors = JSON.parse(document.getElementById("vectors")?.textContent ?? "[]") as readonly VectorData[];
if (root !== null) mountPlayground(root, vectors.map(exampleOf), root.dataset["requirements"] ?? "");
