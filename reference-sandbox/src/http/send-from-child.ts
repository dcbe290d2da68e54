import { join } from "node:path";
import type { HttpAddress } from "./http-url.js";

/** What a child is told, on its stdin: the token is in no argument and no environment. */
export interface ChildOrder {
  readonly address: HttpAddress;
  readonly token: string | undefined;
  readonly notifications: readonly string[];
  readonly maxMs: number;
}

/**
 * Sends notifications before it returns, by a process of its own: at the end of this one nothing may wait for the
 * event loop, and a connection can't be opened without it (`output:exit:flushed`).
 */
export function sendFromChild(order: ChildOrder): void {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const flags = "Bun" in globalThis ? ["--no-install", "--no-env-file", "--config=/dev/null"] : [];
  spawnSync(process.execPath, [...flags, join(import.meta.dirname, "child.js")], {
    input: JSON.stringify(order),
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
    timeout: order.maxMs,
  });
}
