/** Plugs the host into the conformance kit: its control protocol on stdin and stdout, and its methods. */
import { setTimeout as sleep } from "node:timers/promises";
import { Session } from "./host.mjs";
import { Refused } from "./wire.mjs";

function methods() {
  const counts = new Map();
  const echo = (params) => params;
  const every = {
    echo,
    hidden: echo,
    delay: async ({ ms, value }) => sleep(ms, value),
    fail: ({ code, message, data }) => {
      throw new Refused(code, message, data);
    },
    throw: () => {
      throw new Error("secret of the host");
    },
    count: ({ key }) => counts.set(key, (counts.get(key) ?? 0) + 1).get(key),
    bytes: ({ size }) => "x".repeat(size),
  };
  return new Map(Object.entries(every).map(([name, method]) => [`conformance.${name}`, method]));
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const sessions = new Map();
const runs = new Set();

async function run({ run: name, session: scope, methods: allowed, limits, command, env = {} }) {
  const offered = methods();
  const granted = new Map(allowed.map((method) => [method, offered.get(method)]));
  const session = new Session(granted, { id: name, ...scope }, limits);
  sessions.set(name, session);
  const report = await session.run(command, env);
  sessions.delete(name);
  say({ op: "ended", run: name, report });
}

function take(message) {
  const { op, run: name } = message;
  const about = {
    name: "host-in-node",
    version: "1",
    language: "javascript",
    protocols: [1],
    transports: ["stdio"],
  };
  if (op === "describe") say({ op, control: 1, ...about, features: ["progress"], maxRuns: 8 });
  else if (op === "run") {
    const running = run(message).finally(() => runs.delete(running));
    runs.add(running);
  } else if (op === "cancel" && sessions.has(name)) void sessions.get(name).end("killed");
  else if (op === "exit") process.stdin.destroy();
  else say({ op: "error", message: `unknown op ${op} or run ${name}`, ...(name && { run: name }) });
}

// A line ends at LF only, so it is split as bytes: readers of text also end lines at other characters.
let rest = Buffer.alloc(0);
process.stdin.on("data", (data) => {
  rest = Buffer.concat([rest, data]);
  for (let end; (end = rest.indexOf(10)) >= 0; rest = rest.subarray(end + 1))
    take(JSON.parse(rest.subarray(0, end)));
});
process.stdin.on("close", async () => {
  for (const session of sessions.values()) void session.end("killed");
  await Promise.all(runs);
  process.exit(); // whatever a method still waits for
});
