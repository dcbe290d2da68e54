import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { SessionOpenResult } from "@sandpipe/spec/v1";

/** Loads a script's module and runs its top-level code; packages and relative imports resolve from its own folder. */
export async function loadScript(path: string): Promise<{ readonly default?: unknown }> {
  const absolute = resolve(path);
  process.argv[1] = absolute;
  if (!("Bun" in globalThis) && /\.[mc]?tsx?$/.test(absolute))
    process.getBuiltinModule("node:module").register("./typescript-hooks.js", import.meta.url);
  try {
    return (await import(fileUrl(absolute))) as { default?: unknown };
  } catch (error) {
    if (error instanceof SyntaxError && !("Bun" in globalThis))
      throw await locateSyntaxError(error, absolute);
    throw error;
  }
}

/** As url.pathToFileURL on POSIX; here for the start, like the modules that are loaded where they are needed. */
function fileUrl(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Node tells the line of a syntax error only where it prints it itself. */
async function locateSyntaxError(error: SyntaxError, path: string): Promise<SyntaxError> {
  try {
    const { transform } = await import("esbuild");
    await transform(readFileSync(path, "utf8"), { sourcefile: path, loader: "ts", logLevel: "silent" });
  } catch (failure) {
    const [first] = (failure as { errors?: { text: string; location: Place | null }[] }).errors ?? [];
    if (first?.location) {
      const { file, line, column } = first.location;
      return new SyntaxError(`${first.text} (${file}:${line}:${column + 1})`, { cause: error });
    }
  }
  return error; // The fault is in a module that it imports, or none to esbuild.
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where the script is that the answer of `session.open` names or brings (feature `lateScript`). */
export function placeScript(
  script: SessionOpenResult["script"],
  scratch: string | undefined,
): string | undefined {
  if (script.path !== undefined) {
    checkDigest(readFileSync(script.path), script.sha256);
    return script.path;
  }
  if (script.source === undefined) return undefined;
  checkDigest(script.source, script.sha256);
  const parent = scratch ?? process.env["TMPDIR"] ?? "/tmp";
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "script-"));
  if (scratch === undefined) process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "script.mts");
  writeFileSync(path, script.source);
  return path;
}

function checkDigest(bytes: string | Uint8Array, expected: string | undefined): void {
  if (expected === undefined) return;
  const actual = process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
  if (actual !== expected.toLowerCase())
    throw new Error(
      `the script is not the one that the host named: sha256 is ${actual}, expected ${expected}`,
    );
}
