import { escapeXml, headOf, markup, visible } from "@sandpipe/viewer";
import type { Decoded, Step } from "./decode-input.js";
import { charactersOf, writeBytes } from "./escaped-text.js";

const MAX_STEPS = 200;
const MAX_CHARACTERS = 4_000;
/** More bytes are decoded as well, and not drawn one by one. */
export const MAX_PLACES = 2_000;

/** What a stream comes to, step by step. `cite` names a requirement. Markup. */
export function stepsMarkup({ steps, same, piece }: Decoded, cite: (requirement: string) => string): string {
  const shown = steps
    .slice(0, MAX_STEPS)
    .map(
      (step) =>
        `<li class="${step.kind}"${step.kind === "frame" && step.faults.length > 0 ? " data-faulty" : ""}>${stepMarkup(step, cite)}</li>`,
    );
  const left = steps.length > MAX_STEPS ? `<p>and ${steps.length - MAX_STEPS} more</p>` : "";
  const chunking = same
    ? `<p class="passed">✓ the same whole, ${piece === 1 ? "byte by byte" : `in pieces of ${piece} bytes`}, and with your cuts</p>`
    : `<p class="failed">✗ differs with the cuts: a fault of this decoder, please report it</p>`;
  return `${chunking}${steps.length === 0 ? `<p class="muted">No bytes, no frame, no output.</p>` : ""}<ol>${shown.join("\n")}</ol>${left}`;
}

function stepMarkup(step: Step, cite: (requirement: string) => string): string {
  switch (step.kind) {
    case "frame": {
      const faults = step.faults.map(
        ({ requirement, words }) => `<p class="failed">${cite(requirement)} ${escapeXml(visible(words))}</p>`,
      );
      return `<strong>${escapeXml(step.what)}</strong>${faults.join("")}<pre tabindex="0" aria-label="Frame">${markup(jsonText(step.value))}</pre>`;
    }
    case "output":
      return `<strong>output</strong> <span class="muted">${step.bytes.length.toLocaleString("en-US")} bytes</span><pre tabindex="0" aria-label="Output">${markup(outputText(step.bytes))}</pre>`;
    case "violation": {
      const skipped = step.skipped > 0 ? ` ${step.skipped.toLocaleString("en-US")} bytes skipped` : "";
      return `<strong class="failed">violation: ${escapeXml(step.name)}</strong>${skipped} ${cite(step.requirement)}`;
    }
    case "answer":
      return `<strong>the host answers</strong> <code>${step.code}</code> under id <code>${escapeXml(visible(JSON.stringify(step.id) ?? "null"))}</code>`;
  }
}

/** A requirement's id, as a link where it is explained. Markup. */
export function citationMarkup(id: string, address: string | undefined): string {
  const code = `<code>${escapeXml(id)}</code>`;
  return address === undefined ? code : `<a href="${escapeXml(address)}">${code}</a>`;
}

function jsonText(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value, undefined, 2).split("\n").map(visible).join("\n");
  } catch {
    return "a value that is nested too deep to be shown";
  }
  return text.length <= MAX_CHARACTERS ? text : `${headOf(text, MAX_CHARACTERS)} …`;
}

function outputText(bytes: Uint8Array): string {
  const text = charactersOf(bytes.subarray(0, MAX_CHARACTERS))
    .map(({ character, from, to }) =>
      character === undefined ? writeBytes(bytes.subarray(from, to), "text") : visible(character),
    )
    .join("");
  return bytes.length > MAX_CHARACTERS ? `${text} …` : text;
}

/** The bytes in a row, each of which can be clicked to end a read before it. Markup. */
export function stripMarkup(bytes: Uint8Array, cuts: ReadonlySet<number>): string {
  const places = charactersOf(bytes.subarray(0, MAX_PLACES));
  const cells = places.map(({ from, to, character }) => {
    const inside = Array.from({ length: to - from - 1 }, (_, at) => from + at + 1).filter((at) =>
      cuts.has(at),
    );
    // A character that is cut in two is shown as its bytes.
    if (inside.length > 0 || character === undefined)
      return Array.from({ length: to - from }, (_, at) =>
        cell(from + at, cuts, `<i>${hex(bytes[from + at])}</i>`),
      ).join("");
    return cell(from, cuts, markup(visible(character === " " ? "\u00a0" : character)), to - from);
  });
  const left =
    bytes.length > MAX_PLACES ? ` … ${(bytes.length - MAX_PLACES).toLocaleString("en-US")} more bytes` : "";
  return cells.join("") + left;
}

function cell(at: number, cuts: ReadonlySet<number>, shown: string, length = 1): string {
  const name = cuts.has(at) && at > 0 ? ` class="cut"` : "";
  return `<span data-at="${at}" data-length="${length}"${name}>${shown}</span>`;
}

const hex = (byte = 0): string => byte.toString(16).padStart(2, "0");
