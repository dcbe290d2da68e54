import type { CheckResult } from "./report.js";
import { checkLine } from "./pretty.js";
import { wasInterrupted } from "./interrupted.js";
import type { Style } from "./style.js";

/** What a person sees while a run goes on. */
export interface Progress {
  start(total: number): void;
  result(result: CheckResult): void;
  stop(): void;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_CELLS = 24;

/** On a terminal one bar that is drawn anew, below lines for whatever isn't fine; in a pipe one line a check. */
export function createProgress(stream: Stream, style: Style): Progress {
  const live = stream.isTTY === true;
  let total = 0;
  let ended = 0;
  let shown = false;

  const clear = (): void => {
    if (shown) stream.write("\r\u001b[2K");
    shown = false;
  };
  const draw = (last: string): void => {
    const cells = total === 0 ? 0 : Math.round((ended / total) * BAR_CELLS);
    const bar = `${"█".repeat(cells)}${"░".repeat(BAR_CELLS - cells)} ${ended}/${total} ${last}`;
    stream.write(`\r\u001b[2K${bar.slice(0, (stream.columns ?? 80) - 1)}`);
    shown = true;
  };

  return {
    start(count) {
      total = count;
      if (live) draw("");
    },
    result(result) {
      ended++;
      // Told once: under its cause, or as one of so many.
      if (result.verdict === "blocked" || wasInterrupted(result)) return;
      if (!live) return void stream.write(`${checkLine(result, style)}\n`);
      const fine = ["pass", "not-applicable", "informational"].includes(result.verdict);
      if (!fine) {
        clear();
        stream.write(`${checkLine(result, style)}\n`);
      }
      draw(result.id);
    },
    stop: clear,
  };
}
