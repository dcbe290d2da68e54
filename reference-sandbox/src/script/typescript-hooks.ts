import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync, type Loader } from "esbuild";

/** Module hooks that let Node 20 run TypeScript; stacks point at the author's lines by an inline source map. */

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}
interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: boolean;
}
interface Context {
  readonly parentURL?: string;
}

/** What TypeScript lets one write for each ending, beside the ending itself. */
const ENDINGS: readonly (readonly [written: RegExp, real: string])[] = [
  [/\.js$/, ".ts"],
  [/\.js$/, ".tsx"],
  [/\.mjs$/, ".mts"],
  [/\.cjs$/, ".cts"],
  [/$/, ".ts"],
  [/$/, ".mts"],
  [/$/, "/index.ts"],
];

export async function resolve(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Promise<Resolved>,
): Promise<Resolved> {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^\.{0,2}\//.test(specifier)) throw error;
    for (const [written, real] of ENDINGS) {
      if (!written.test(specifier)) continue;
      try {
        return await next(specifier.replace(written, real), context);
      } catch {
        // The next ending; the first error is the one that the author understands.
      }
    }
    throw error;
  }
}

export async function load(
  url: string,
  context: Context,
  next: (url: string, context: Context) => Promise<Loaded>,
): Promise<Loaded> {
  const ending = /\.[mc]?(tsx?)$/.exec(url);
  if (ending === null || !url.startsWith("file:") || url.includes("/node_modules/"))
    return next(url, context);
  const path = fileURLToPath(url);
  const { code } = transformSync(readFileSync(path, "utf8"), {
    loader: ending[1] as Loader,
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    sourcefile: path,
    supported: { "top-level-await": true },
  });
  return { format: "module", source: code, shortCircuit: true };
}
