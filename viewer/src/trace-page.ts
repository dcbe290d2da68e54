import { VIEWER_SCRIPT } from "#script";
import { escapeXml } from "./escape-xml.js";
import { CONTROLS_STYLE, PAGE_STYLE } from "./page-style.js";
import { VIEWER_STYLE } from "./viewer-style.js";

/** What a page of the viewer holds. */
export interface TracePage {
  readonly title: string;
  /** A trace that is shown at once, as {@link readTrace} takes it. */
  readonly trace?: string;
  /** A trace that a button opens. */
  readonly example?: string;
  /** Markup above the viewer, in place of the title. */
  readonly head?: string;
}

// Nothing may be fetched, whatever an untrusted script put into a trace.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** A viewer as one page of its own: no network, no file beside it. */
export function tracePage({ title, trace, example, head }: TracePage): string {
  const data = (id: string, text: string | undefined): string =>
    text === undefined ? "" : `<script type="text/plain" id="${id}">${dataText(text)}</script>\n`;
  const wants = `${trace === undefined ? "" : ` data-trace="trace"`}${example === undefined ? "" : ` data-example="example"`}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeXml(title)}</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}${VIEWER_STYLE}${CONTROLS_STYLE}</style>
</head>
<body>
<main>
${head ?? `<h1>${escapeXml(title)}</h1>`}
<div id="viewer" data-trace-viewer${wants}></div>
</main>
${data("trace", trace)}${data("example", example)}<script>${VIEWER_SCRIPT}</script>
</body>
</html>
`;
}

/** JSON that no script element can be ended by: outside strings it has no "<". */
function dataText(json: string): string {
  return json.replaceAll("<", "\\u003c");
}
