import type { Capture, Stream } from "./capture.js";
import { createNativePrint, type NativePrint } from "./native-print.js";

type Print = (...values: unknown[]) => void;

/** Where the plain methods print; of the others the runtime itself decides. */
const PLAIN: Readonly<Record<string, Stream>> = {
  log: "stdout",
  info: "stdout",
  debug: "stdout",
  error: "stderr",
  warn: "stderr",
};
const FORMATTED = [
  "assert",
  "clear",
  "count",
  "countReset",
  "dir",
  "dirxml",
  "group",
  "groupCollapsed",
  "groupEnd",
  "table",
  "time",
  "timeEnd",
  "timeLog",
  "trace",
] as const;

/** What this file uses of Bun. */
interface BunInspect {
  inspect(value: unknown, options: { depth: number }): string;
}

/**
 * Brings the native console of Bun into the capture: the text is what Bun itself prints when nothing is captured
 * (R38), and its order with process.stdout is kept (R33).
 */
export function installBunConsole(capture: Capture): void {
  // One by one: a spread would also make the console's own streams, which costs more than the rest.
  const names = [...Object.keys(PLAIN), ...FORMATTED];
  const native = Object.fromEntries(
    names.map((name) => [name, (console as unknown as Record<string, Print>)[name]]),
  );
  let nativePrint: NativePrint | undefined;
  let tried = false;
  let printing = false;
  let groups = 0;

  const formatted =
    (method: string): Print =>
    (...values) => {
      const print = native[method] as Print;
      // A getter that prints while it is printed writes to the same place, in its order.
      if (printing) return print.apply(console, values);
      if (!tried) nativePrint = createNativePrint();
      tried = true;
      if (nativePrint === undefined) return printByInspect(capture, PLAIN[method] ?? "stdout", values);
      printing = true;
      try {
        const { stdout, stderr } = nativePrint(() => print.apply(console, values));
        capture.print("stdout", stdout);
        capture.print("stderr", stderr);
      } finally {
        printing = false;
      }
    };

  const methods: Record<string, unknown> = {};
  for (const method of FORMATTED) methods[method] = formatted(method);
  for (const [method, stream] of Object.entries(PLAIN)) {
    const slow = formatted(method);
    // One plain text, the commonest print by far, is what it is: no format, no indentation.
    methods[method] = (...values: unknown[]): void => {
      if (values.length === 1 && typeof values[0] === "string" && groups === 0 && !printing)
        capture.print(stream, `${values[0]}\n`);
      else slow(...values);
    };
  }
  const { group, groupCollapsed, groupEnd } = methods as Record<string, Print>;
  methods["group"] = (...values: unknown[]) => (groups++, group?.(...values));
  methods["groupCollapsed"] = (...values: unknown[]) => (groups++, groupCollapsed?.(...values));
  methods["groupEnd"] = () => ((groups = Math.max(0, groups - 1)), groupEnd?.());
  methods["write"] = (...chunks: (string | Uint8Array)[]): number => {
    for (const chunk of chunks) capture.print("stdout", chunk);
    return chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0);
  };
  for (const [name, method] of Object.entries(methods)) {
    Object.defineProperty(method, "name", { value: name });
    Object.defineProperty(console, name, {
      value: method,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

function printByInspect(capture: Capture, stream: Stream, values: readonly unknown[]): void {
  const { inspect } = (globalThis as unknown as { Bun: BunInspect }).Bun;
  const shown = values.map((value) => {
    try {
      return typeof value === "string" ? value : inspect(value, { depth: 2 });
    } catch {
      return "[a value that can't be shown]";
    }
  });
  capture.print(stream, `${shown.join(" ")}\n`);
}
