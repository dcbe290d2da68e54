import { openTransport } from "./launch/open-transport.js";
import { connectV1 } from "./launch/connect-v1.js";
import { say } from "./launch/say.js";
import { readSettings } from "./launch/settings.js";
import { isShowing } from "./launch/is-showing.js";
import { start } from "./launch/start.js";
import { takeToken } from "./launch/token.js";
import { systemClock } from "./session/clock.js";
import { isStdinHeld } from "./wire/watch-stdin.js";

const token = takeToken();
const settings = readSettings(process.env, token);
if ("exit" in settings) {
  say(settings.line);
  process.exit(settings.exit);
}

if (settings.protocol === 0) {
  const { connectV0 } = await import("./v0/connect-v0.js");
  const { connect, early } = await connectV0({ settings, token, clock: systemClock });
  start({ connect, early, endsWithStdin: false });
} else {
  const makeTransport = await openTransport({ settings, token, clock: systemClock, warn: say });
  // Loaded only then, as all that few runs need.
  const showHere = isShowing() ? (await import("./launch/show.js")).showHere : undefined;
  // Only where no other transport can follow may anything happen before the answer of session.open.
  const early = settings.transport === "stdio";
  start({
    early,
    endsWithStdin: isStdinHeld(),
    connect(onStop) {
      const connected = connectV1({ makeTransport, pipelined: early, clock: systemClock, onStop });
      return showHere?.(connected) ?? connected;
    },
  });
}
