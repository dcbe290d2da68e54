import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command line's own file. */
export const BIN = fileURLToPath(new URL("../../bin/sandpipe.mjs", import.meta.url));
/** The kit's own host, right. */
export const SELF_HOST = [process.execPath, BIN, "self", "host"];

/** Runs `sandpipe` in a folder as a process of its own. */
export function runSandpipe(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const options = { cwd, maxBuffer: 2 ** 26, env: { ...process.env, ...env } };
    execFile(process.execPath, [BIN, ...args], options, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}
