import * as fc from "fast-check";
import type { EnvironmentFound, ProcessFound } from "@sandpipe/spec/control";
import { sandboxCheck } from "../check.js";
import { countFact, exitFact, failedFact, resultFact } from "./facts.js";
import { barrier, BARRIER, give } from "./steps.js";

const PLANTED = "SANDPIPE_KIT_PLANTED";
const PRELOADED = "SANDPIPE_KIT_PRELOADED";
const PRELOAD = `process.env.${PRELOADED} = "1"; console.log("${PRELOADED}");\n`;

/** What runtimes look for where they are started: each would show, by a variable, a print or a connection. */
const TRAPS: Readonly<Record<string, string>> = {
  ".env": `${PLANTED}=1\nNODE_OPTIONS=--import=./preload.mjs\n`,
  ".env.local": `${PLANTED}=1\n`,
  "bunfig.toml": `preload = ["./preload.mjs"]\n[install]\nregistry = "{elsewhere}"\nauto = "force"\n`,
  ".bunfig.toml": `preload = ["./preload.mjs"]\n`,
  ".npmrc": "registry={elsewhere}\n",
  "preload.mjs": PRELOAD,
  "deno.json": `{"imports":{"sandpipe-kit-absent":"./preload.mjs"}}`,
  "tsconfig.json": `{"compilerOptions":{"paths":{"sandpipe-kit-absent":["./preload.mjs"]}}}`,
  "sitecustomize.py": `import os\nos.environ["${PRELOADED}"] = "1"\nprint("${PRELOADED}")\n`,
  "usercustomize.py": `import os\nos.environ["${PRELOADED}"] = "1"\nprint("${PRELOADED}")\n`,
};

const noLocalConfig = sandboxCheck("life:start:no-local-config", {
  given: fc.uniqueArray(fc.constantFrom(...Object.keys(TRAPS)), {
    minLength: 3,
    maxLength: Object.keys(TRAPS).length,
  }),
  needs: ["environment", "import", "other-folder"],
  // The server is there for its other address only, which stands for a package registry.
  when: (names) => ({
    http: "tcp",
    folder: Object.fromEntries([...names, "preload.mjs"].map((name) => [name, TRAPS[name] ?? ""])),
    env: { npm_config_registry: "{elsewhere}", BUN_CONFIG_REGISTRY: "{elsewhere}" },
    steps: [
      give(
        { n: 1, do: "environment", name: PLANTED },
        { n: 2, do: "environment", name: PRELOADED },
        { n: 3, do: "import", name: "sandpipe-kit-absent" },
      ),
      { do: "await-done", of: [1, 2, 3] },
      ...barrier(),
    ],
  }),
  then: (seen) => {
    const found = (n: number): unknown => (Object(seen.done(n)[0]?.result) as EnvironmentFound).seen;
    const printed = [seen.output, seen.stderr].some((bytes) => Buffer.from(bytes).includes(PRELOADED));
    return [
      { about: "a variable of .env in the script's environment", expected: false, actual: found(1) },
      { about: "a variable of a preload in the script's environment", expected: false, actual: found(2) },
      { about: "a print of a preload", expected: false, actual: printed },
      failedFact(seen, 3),
      { about: "connections to a package registry", expected: 0, actual: seen.strays },
      resultFact(seen, BARRIER, "barrier"),
    ];
  },
  reach: { count: (_, names) => names.length, floor: 12 },
  runs: 8,
});

const isRuntime = sandboxCheck("life:pid:runtime", {
  given: fc.constant(null),
  needs: ["process", "own-command"],
  when: () => ({ steps: [give({ n: 1, do: "process" }), { do: "await-done", of: [1] }] }),
  then: (seen) => [
    {
      about: "the script's process is the one that was started",
      expected: seen.pid,
      actual: (Object(seen.done(1)[0]?.result) as ProcessFound).pid,
    },
    countFact(seen, "session.result", 1),
    exitFact(seen, 0),
  ],
  reach: { count: (seen) => seen.done(1).length },
  runs: 2,
});

/** Checks of the area `life` that are about how the process begins. */
export const lifeStartChecks = [noLocalConfig, isRuntime];
