import { isUtf8 } from "node:buffer";
import type { RunReport } from "@sandpipe/spec/v1";
import { formatResult } from "./format-result.js";
import { visibleLines, visibleText } from "./visible-text.js";

/** The report as one JSON object; output and stderr as text where they are text, else under `…Base64`. */
export function reportJson(report: RunReport): string {
  const { output, stderr, ...rest } = report;
  return `${JSON.stringify({ ...rest, ...decoded("output", output), ...decoded("stderr", stderr) })}\n`;
}

function decoded(name: string, base64: string): Record<string, string> {
  const bytes = Buffer.from(base64, "base64");
  return isUtf8(bytes) ? { [name]: bytes.toString("utf8") } : { [`${name}Base64`]: base64 };
}

/** What goes to stdout and what to stderr at the end of a run, for people. */
export function reportText(report: RunReport): { readonly out: string; readonly err: string } {
  const err: string[] = [];
  for (const { requirement, detail } of report.violations.slice(0, 5)) {
    err.push(`warning: ${requirement}: ${visibleText(detail)}`);
  }
  if (report.violations.length > 5) err.push(`warning: ${report.violationCount ?? ""} violations in all`);
  if (report.outcome !== "ok" && report.error) {
    const { name, message, stack } = report.error;
    err.push(visibleLines(stack?.includes(message) ? stack : `${name}: ${message}`));
  }
  const unknown = (report.effects ?? []).filter(({ state }) => state === "unknown");
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map(({ method }) => method))].map(visibleText).join(", ");
    err.push(`warning: ${unknown.length} calls may or may not have taken effect: ${names}`);
  }
  return {
    out: report.outcome === "ok" && report.result !== null ? formatResult(report.result) : "",
    err: err.map((line) => `${line}\n`).join(""),
  };
}
