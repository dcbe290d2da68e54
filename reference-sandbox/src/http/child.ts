/** The process of `sendFromChild`: sends the notifications that it reads on stdin, in order, and ends. */
import { readFileSync } from "node:fs";
import { systemClock } from "../session/clock.js";
import { createHttpClient } from "./http-client.js";
import { createNotifier } from "./notifier.js";
import type { ChildOrder } from "./send-from-child.js";

const MAX_BODY_BYTES = 64 * 1024;

const order = JSON.parse(readFileSync(0, "utf8")) as ChildOrder;
const client = createHttpClient({ ...order, clock: systemClock, maxBodyBytes: MAX_BODY_BYTES });
const notifier = createNotifier({
  client,
  clock: systemClock,
  timeoutMs: () => order.maxMs,
  sendElsewhere: () => {},
  onFailed: () => {},
});
for (const notification of order.notifications) notifier.send(notification);
notifier.whenIdle(() => process.exit(0));
