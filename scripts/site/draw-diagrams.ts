import { renderMermaidSVG } from "beautiful-mermaid";
import { sequenceDiagram } from "./sequence-diagram.js";

const COLOURS = {
  bg: "var(--diagram-ground)",
  fg: "var(--diagram-ink)",
  muted: "var(--diagram-muted)",
  line: "var(--diagram-line)",
  transparent: true,
  padding: 8,
};

/** A page with every Mermaid block drawn: SVG in the page itself, in its colours, with nothing to load. */
export function drawDiagrams(text: string): string {
  let count = 0;
  return text.replaceAll(
    /^```mermaid(?: (.*))?\n([^]*?)^```$/gm,
    (_, label: string | undefined, block: string) => {
      const svg = block.trimStart().startsWith("sequenceDiagram")
        ? sequenceDiagram(block)
        : stateDiagram(block, ++count);
      const name = label ?? "Diagram of what the text around it says";
      return `<figure class="diagram" role="img" aria-label="${name}">${svg}</figure>`;
    },
  );
}

function stateDiagram(block: string, number: number): string {
  return renderMermaidSVG(block, COLOURS)
    .replaceAll(/^.*@import.*$\n/gm, "")
    .replaceAll(/font-family: [^;]*;/g, "font-family: inherit;")
    .replaceAll(/(id="|url\(#)/g, `$1d${number}-`)
    .replaceAll(/\n\s*/g, " ");
}
