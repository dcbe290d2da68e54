import type { Capture } from "./capture.js";
export function installBunConsole(capture: Capture): void {
  const inspect = (globalThis as unknown as { Bun: { inspect(v: unknown, o: object): string } }).Bun.inspect;
  const line =
    (stream: "stdout" | "stderr") =>
    (...values: unknown[]): void => {
      const text = values.map((v) => (typeof v === "string" ? v : inspect(v, { depth: 2 }))).join(" ");
      capture.print(stream, text + "\n");
    };
  Object.assign(console, {
    log: line("stdout"),
    info: line("stdout"),
    debug: line("stdout"),
    error: line("stderr"),
    warn: line("stderr"),
  });
}
