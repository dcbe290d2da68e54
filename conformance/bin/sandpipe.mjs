#!/usr/bin/env node
import { runCli } from "../dist/cli/main.js";

// The probe that stands in for a sandbox is started by the same runtime, and under Bun it never answers.
if (process.versions.bun !== undefined) {
  console.error(
    "sandpipe: run the kit by Node 20.19 or newer; under Bun (`bun FILE`, `bunx --bun`) it judges nothing",
  );
  process.exit(69);
}

const interrupted = new AbortController();
let asked = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // The first time the subject is ended and what is known is printed; whoever asks again doesn't want to wait.
    if (asked) process.exit(130);
    asked = true;
    interrupted.abort();
  });
}
// Whoever reads the report may stop reading: `sandpipe list | head`.
process.stdout.on("error", () => process.exit(0));

process.exitCode = await runCli(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  signal: interrupted.signal,
});
