export { playgroundPage, type PlaygroundPage } from "./playground-page.js";
export type { VectorData } from "./examples.js";
