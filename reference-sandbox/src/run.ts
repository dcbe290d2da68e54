/**
 * For analyses that are started by hand, against a backend that runs apart (`sandpipe-host serve`):
 *
 * ```ts
 * import "@sandpipe/sandbox/run";
 * export default async (ctx: Context) => …;
 * ```
 *
 * `bun run analysis.ts` then runs it in a real sandbox over HTTP, as SANDPIPE_HTTP_URL and SANDPIPE_HTTP_TOKEN say, and
 * shows its prints and its result. Under a host the import does nothing.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { INSIDE } from "./launch/inside.js";

const COMMAND = fileURLToPath(new URL("../bin/sandpipe-sandbox", import.meta.url));
const FORWARDED = ["SIGTERM", "SIGHUP"] as const;

if (!(INSIDE in globalThis)) {
  const [, script = "", ...rest] = process.argv;
  const runtime = "Bun" in globalThis ? "bun" : "node";
  const child = spawn(COMMAND, ["--runtime", runtime, "--show", "--", script, ...rest], { stdio: "inherit" });
  // Ctrl-C reaches both: the child decides, and this process tells its end.
  process.on("SIGINT", () => undefined);
  for (const signal of FORWARDED) process.on(signal, () => void child.kill(signal));
  // The rest of the script must not run here too: the import never ends.
  await new Promise<never>(() => {
    child.on("error", (error) => {
      process.stderr.write(`@sandpipe/sandbox/run: can't start ${COMMAND}: ${error.message}\n`);
      process.exit(1);
    });
    child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
  });
}
