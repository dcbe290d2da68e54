import { spawn } from "node:child_process";
import type { ProbeHub } from "./probe-hub.js";

/** What starting the probe and an echo through it take at most on a machine that isn't slow. */
const CALM_MS = 250;
/** However slow the machine, deadlines grow by no more than this. */
const MAX_PACE = 20;

/**
 * How slow this machine is just now (R53), at least 1: deadlines are multiplied by it. The kit starts its own probe, sends
 * it something and waits for it to come back; no subject takes part, so that a slow one gains nothing.
 */
export async function measurePace(hub: ProbeHub): Promise<number> {
  const start = performance.now();
  let came: () => void = () => undefined;
  const echo = new Promise<void>((done) => (came = done));
  const link = hub.expect({
    hello: () => undefined,
    input: () => came(),
    report: () => undefined,
    gone: () => came(),
  });
  const [file = "", ...args] = link.command;
  const child = spawn(file, args, { stdio: ["pipe", "ignore", "ignore"] });
  const exit = new Promise<void>((done) => child.once("close", () => done()).once("error", () => done()));
  child.stdin.on("error", () => undefined);
  child.stdin.write("?");
  const timer = setTimeout(came, CALM_MS * MAX_PACE);
  await Promise.race([echo, exit]);
  clearTimeout(timer);
  const tookMs = performance.now() - start;
  link.close();
  child.kill("SIGKILL");
  await exit;
  return Math.min(MAX_PACE, Math.max(1, tookMs / CALM_MS));
}
