/**
 * The tap: stands in a sandbox's place between it and its host. It starts the sandbox's own command, copies every byte
 * both ways as it comes, and tells `sandpipe trace` of each on the socket that its first argument names. Whatever
 * becomes of that socket, the run goes on.
 */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { encodeLinkMessage } from "../probe/link-codec.js";
import type { TapMessage } from "./tap-message.js";

const [socketPath = "", file = "", ...args] = process.argv.slice(2);
/** What a shell says of a command that isn't there. */
const NOT_FOUND = 127;

const link = connect(socketPath);
link.on("error", () => link.destroy());
const say = (message: TapMessage, body?: Uint8Array): void => {
  if (!link.destroyed) link.write(encodeLinkMessage(message, body));
};
const leave = (act: () => void): void => {
  if (link.destroyed) act();
  else link.end(act);
};

// The group's signals reach the sandbox by themselves; what is sent to this process alone is handed on.
const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => child.kill(name));

process.stdin.on("data", (bytes: Buffer) => {
  say({ tap: "bytes", source: "host" }, bytes);
  if (child.stdin.destroyed || child.stdin.write(bytes)) return;
  process.stdin.pause();
  child.stdin.once("drain", () => process.stdin.resume());
});
process.stdin.on("end", () => {
  say({ tap: "end" });
  child.stdin.end();
});
// An end that is gone is gone for the other side too, as it would be without a tap.
child.stdin.on("error", () => process.stdin.destroy());
process.stdin.on("error", () => child.stdin.destroy());
child.stdout.on("data", (bytes: Buffer) => {
  say({ tap: "bytes", source: "sandbox" }, bytes);
  if (process.stdout.write(bytes)) return;
  child.stdout.pause();
  process.stdout.once("drain", () => child.stdout.resume());
});
process.stdout.on("error", () => child.stdout.destroy());

child.on("spawn", () => say({ tap: "start", pid: child.pid ?? -1, command: [file, ...args] }));
child.on("error", (error) => {
  if (child.pid !== undefined) return;
  process.stderr.write(`sandpipe trace: ${file} can't be started: ${error.message}\n`);
  leave(() => process.exit(NOT_FOUND));
});
child.on("close", (code, signal) => {
  say({ tap: "exit", code, signal });
  leave(() => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
});
