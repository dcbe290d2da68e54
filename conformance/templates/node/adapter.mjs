/**
 * Plugs a host into Sandpipe's conformance kit: the kit's messages come as JSON lines on stdin, replies go out as JSON
 * lines on stdout, stderr is free text. The kit ends when `exit` or the end of stdin comes.
 *
 *   npx sandpipe smoke host -- node adapter.mjs    is it wired up? It is, as it stands.
 *   npx sandpipe test host -- node adapter.mjs     is the host right? The one below isn't: put your own in its place.
 */
import { spawn } from "node:child_process";

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const open = new Map();

/** Calls `take` with each whole line, as bytes. A line ends at LF only: readers of text also end it elsewhere. */
function onLines(stream, take) {
  let rest = Buffer.alloc(0);
  stream.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end; (end = rest.indexOf(10)) >= 0; rest = rest.subarray(end + 1))
      take(rest.subarray(0, end + 1));
  });
  return () => rest;
}

// ---- Your host. All from here to the next line is what your own library does, better. ----

/** Runs one session; resolves with the report of how it ended. Calls `started` with what cancels it. */
function runSession({ command, env = {}, session, methods, limits }, started) {
  return new Promise((resolve) => {
    const contract = { SANDPIPE_PROTOCOL: "1", SANDPIPE_TRANSPORT: "stdio" };
    const child = spawn(command[0], command.slice(1), {
      env: { PATH: process.env.PATH, ...contract, ...env },
      detached: true,
    });
    started(() => child.kill("SIGKILL"));
    const output = [];
    let result;
    let calls = 0;
    const answer = (id, body) =>
      child.stdin.write(`\u001e${JSON.stringify({ jsonrpc: "2.0", id, ...body })}\n`);
    const take = ({ id, method, params }) => {
      if (method === "session.open") {
        const told = methods.map((name) => ({ name, idempotent: false }));
        const open = { protocol: 1, session: { id: "s1", ...session }, methods: told, limits };
        answer(id, { result: { ...open, datasources: [], script: {}, features: [] } });
      } else if (method === "session.result") {
        result = params.value;
        answer(id, { result: {} });
      } else if (method === "conformance.echo") {
        calls++;
        answer(id, { result: params });
      } else answer(id, { error: { code: -32601, message: "unknown method" } });
    };
    const unfinished = onLines(child.stdout, (line) => {
      if (line[0] === 0x1e) take(JSON.parse(line.subarray(1).toString()));
      else output.push(line);
    });
    child.stdin.on("error", () => {});
    const end = (outcome, exit, more = {}) => {
      const text = Buffer.concat([...output, unfinished()]).toString("base64");
      resolve({ outcome, exit, output: text, stderr: "", emits: [], violations: [], calls, ...more });
    };
    child.on("error", ({ message }) => end("failed", {}, { error: { name: "spawn_failed", message } }));
    child.on("close", (code, signal) => {
      if (signal) end("killed", { signal });
      else end(code === 0 && result !== undefined ? "ok" : "failed", { code }, { result });
    });
  });
}

// ---- The adapter: nothing below need be changed, but what `describe` says. ----

const DESCRIPTION = {
  name: "my-host",
  version: "0.0.0",
  language: "javascript",
  protocols: [1],
  transports: ["stdio"],
  // Declare what your host has: fixture, emit, upload, materialize, adopt, files.write, progress, isolation…
  features: [],
  maxRuns: 4,
};

async function run(message) {
  const report = await runSession(message, (cancel) => open.set(message.run, cancel));
  open.delete(message.run);
  say({ op: "ended", run: message.run, report });
}

function exit() {
  for (const cancel of open.values()) cancel();
  process.exit(0);
}

onLines(process.stdin, (line) => {
  const message = JSON.parse(line.toString());
  if (message.op === "describe") say({ op: "describe", control: 1, ...DESCRIPTION });
  else if (message.op === "run") void run(message);
  else if (message.op === "cancel" && open.has(message.run)) open.get(message.run)();
  else if (message.op === "exit") exit();
  else say({ op: "error", run: message.run, message: `unsupported: ${message.op}` });
});
process.stdin.on("end", exit);
