import { closeSync, readFileSync } from "node:fs";
import { readEnvironment } from "./environment.js";
import { deviationNamed } from "./deviations.js";
import { runScript } from "./run.js";
import { runLines } from "./v0/run-lines.js";

/** `[--fault NAME] [SCRIPT]`, with the wire on descriptors 3 and 4: what the launcher ends in. */
const TOKEN_FD = 5;
const args = process.argv.slice(2);
const fault = args[0] === "--fault" ? args.splice(0, 2)[1] : undefined;
const [script] = args;
const deviations = deviationNamed(fault);
const token = takeToken();
if (deviations.has("token-in-proc")) delete process.env["SANDPIPE_HTTP_TOKEN"];
const start = readEnvironment(process.env, deviations);
if ("protocol" in start && script === undefined) {
  console.error("version 0 has no script but the one that the command names");
  process.exit(64);
} else if ("protocol" in start) runLines(String(script), deviations);
else if ("exit" in start) {
  console.error(start.line);
  process.exit(start.exit);
} else runScript(script, start, deviations, token);

/** The launcher hands it on by a descriptor: what a process was started with stays in /proc. */
function takeToken(): string {
  try {
    const text = readFileSync(TOKEN_FD, "utf8").trimEnd();
    closeSync(TOKEN_FD);
    return text;
  } catch {
    return "";
  }
}
