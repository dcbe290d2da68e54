import { PAGE_STYLE } from "@sandpipe/viewer";
import { PLAYGROUND_SCRIPT } from "#script";
import type { VectorData } from "./examples.js";
import { PLAYGROUND_STYLE } from "./playground-style.js";

/** What the page is made of. */
export interface PlaygroundPage {
  readonly vectors: readonly VectorData[];
  /** By id: the address of a requirement; of others the id alone is shown. */
  readonly requirements: Readonly<Record<string, string>>;
  /** Markup above the playground. */
  readonly head: string;
}

// Nothing may be fetched, whatever is pasted.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** The playground as one page of its own: no network, no file beside it. */
export function playgroundPage({ vectors, requirements, head }: PlaygroundPage): string {
  const data = JSON.stringify({ vectors, requirements }).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Playground: bytes, decoded as you type</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}${PLAYGROUND_STYLE}</style>
</head>
<body>
<main>
${head}
<div data-playground></div>
</main>
<script type="application/json" id="data">${data}</script>
<script>${PLAYGROUND_SCRIPT}</script>
</body>
</html>
`;
}
