import { outcomeOf } from "./outcome.js";
import type { Report } from "./report.js";
import { escapeXml } from "@sandpipe/viewer";

const COLOURS: Readonly<Record<Report["verdict"], string>> = {
  conforms: "#2a7d3f",
  "does-not-conform": "#b3261e",
  undecided: "#8a6100",
  "kit-fault": "#5f6368",
};
const CHARACTER_PIXELS = 7;
const PADDING = 12;

/** A verdict as a badge: SVG of its own, no font and no network needed. */
export function badge(report: Report): string {
  const passed = report.checks.filter((result) => outcomeOf(result) === "passed").length;
  const counted = report.checks.filter((result) => outcomeOf(result) !== "skipped").length;
  const left = `sandpipe ${report.role}`;
  const right =
    report.verdict === "conforms"
      ? `conforms (${report.profile})`
      : `${report.verdict.replaceAll("-", " ")} ${passed}/${counted}`;
  const width = (text: string): number => text.length * CHARACTER_PIXELS + PADDING;
  const [first, second] = [width(left), width(right)];
  const label = escapeXml(`${left}: ${right}`);
  const text = (x: number, width_: number, words: string): string =>
    `<text x="${x}" y="14" textLength="${width_ - PADDING}" lengthAdjust="spacingAndGlyphs">${escapeXml(words)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${first + second}" height="20" role="img" aria-label="${label}">
<title>${label}</title>
<clipPath id="r"><rect width="${first + second}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${first}" height="20" fill="#444"/><rect x="${first}" width="${second}" height="20" fill="${COLOURS[report.verdict]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
${text(first / 2, first, left)}
${text(first + second / 2, second, right)}
</g>
</svg>
`;
}
