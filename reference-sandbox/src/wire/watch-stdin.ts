import { fstatSync } from "node:fs";
import { createReceiver } from "./receiver.js";
import { IN_DESCRIPTOR } from "./stdio-transport.js";

/** Whether a program holds the other end of stdin: cron gives `/dev/null`, a person a terminal (`life:eof:http`). */
export function isStdinHeld(): boolean {
  const stat = fstatSync(IN_DESCRIPTOR);
  return stat.isFIFO() || stat.isSocket();
}

/** Tells the end of stdin where a program holds it, and keeps nothing alive; what comes on it is nobody's. */
export function watchStdin(onEnd: () => void): void {
  if (isStdinHeld()) createReceiver({ descriptor: IN_DESCRIPTOR, onBytes: () => {}, onEnd }).hold(false);
}
