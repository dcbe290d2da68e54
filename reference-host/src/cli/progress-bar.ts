import type { SessionProgressParams } from "@sandpipe/spec/v1";
import { visibleText } from "./visible-text.js";

/** One line on a terminal that shows how far a script is. */
export interface ProgressBar {
  show(progress: SessionProgressParams): void;
  /** Takes the line away, so that something else can be printed there. */
  hide(): void;
}

/** The part of a terminal that a bar needs. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CELLS = 24;
const ERASE_LINE = "\r\u001b[2K";

/** Creates a bar; on what is no terminal it shows nothing. */
export function createProgressBar(terminal: Terminal): ProgressBar {
  let shown = false;
  return {
    show({ fraction, message }) {
      if (!terminal.isTTY) return;
      const parts: string[] = [];
      if (fraction !== undefined) {
        const full = Math.round(fraction * CELLS);
        parts.push(`${"█".repeat(full)}${"░".repeat(CELLS - full)} ${Math.round(fraction * 100)} %`);
      }
      if (message !== undefined) parts.push(visibleText(message));
      // One row at most: a wrapped line couldn't be taken away again.
      const text = [...parts.join("  ")].slice(0, (terminal.columns || 80) - 1).join("");
      terminal.write(ERASE_LINE + text);
      shown = true;
    },
    hide() {
      if (shown) terminal.write(ERASE_LINE);
      shown = false;
    },
  };
}
