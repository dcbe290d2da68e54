/**
 * Bundles the sandbox: one file holds all that every start needs, others what few scripts use. Each file less to find
 * and parse is 0.7 ms of a start. What `index` exports is in that file too, so that a script's SandpipeError is the
 * sandbox's own.
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown, type InputOptions, type OutputOptions } from "rolldown";

const PACKAGE = "reference-sandbox";
const OUT = join(PACKAGE, "dist");
const MAIN = join(process.cwd(), PACKAGE, "src/main.ts");

/** What a process or thread of its own starts with: these share nothing with the sandbox. */
const ALONE: Readonly<Record<string, string>> = {
  run: "run.ts",
  types: "types/main.ts",
  child: "http/child.ts",
  watchdog: "watchdog/watch.ts",
  "typescript-hooks": "script/typescript-hooks.ts",
};

const INPUT: InputOptions = {
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  // Drivers and engines are packages of their own; the specification is constants.
  external: (id) => /^[^./#]/.test(id) && !id.startsWith("@sandpipe/spec"),
};
const OUTPUT: OutputOptions = {
  dir: OUT,
  format: "esm",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  comments: false,
  // Never the name of a way in.
  chunkFileNames: "part-[name].js",
};

type Info = { readonly importedIds: readonly string[] } | null;

/** Everything that a module imports, and that these import, without what they import later. */
function reached(from: string, infoOf: (id: string) => Info, found = new Set<string>()): Set<string> {
  if (found.has(from)) return found;
  found.add(from);
  for (const id of infoOf(from)?.importedIds ?? []) reached(id, infoOf, found);
  return found;
}

for (const name of readdirSync(OUT)) if (name.endsWith(".js")) rmSync(join(OUT, name));

let start: Set<string> | undefined;
const sandbox = await rolldown({ ...INPUT, input: { main: MAIN, index: `${PACKAGE}/src/index.ts` } });
await sandbox.write({
  ...OUTPUT,
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      {
        debugName: "start",
        name(id, modules) {
          start ??= reached(MAIN, (imported) => modules.getModuleInfo(imported));
          return id !== MAIN && start.has(id) ? "start" : null;
        },
      },
    ],
  },
});

for (const [name, file] of Object.entries(ALONE)) {
  const alone = await rolldown({ ...INPUT, input: { [name]: join(PACKAGE, "src", file) } });
  await alone.write({ ...OUTPUT, codeSplitting: false });
}
