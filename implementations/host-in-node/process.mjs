/** The child process of a run: started, read, ended, reported. What its frames mean is for host.mjs. */
import { spawn } from "node:child_process";
import { encode, refusal, Splitter } from "./wire.mjs";

const ALLOWED = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"];
const DEFAULTS = { maxFrameBytes: 1048576, maxInFlight: 64, callTimeoutMs: 30000, runTimeoutMs: 600000 };
Object.assign(DEFAULTS, { maxDepth: 64, maxOutputBytes: 16777216, graceMs: 2000 });

export class Child {
  constructor(limits) {
    this.limits = { ...DEFAULTS, ...limits };
    this.records = new Splitter(this.limits);
    this.kept = { 1: { parts: [], size: 0, total: 0 }, 2: { parts: [], size: 0, total: 0 } };
    Object.assign(this, { violations: [], violationCount: 0, skippedBytes: 0, reason: undefined, heard: 0 });
  }

  keep(fd, data) {
    const kept = this.kept[fd];
    const part = data.subarray(0, Math.max(0, this.limits.maxOutputBytes - kept.size));
    if (part.length > 0) kept.parts.push(Buffer.from(part));
    kept.size += part.length;
    kept.total += data.length;
  }

  violate(requirement, detail) {
    this.violationCount++;
    if (this.violations.length < 100) this.violations.push({ requirement, detail });
  }

  write(id, answer) {
    if (this.child.stdin.writable) this.child.stdin.write(encode(id, answer, this.limits.maxFrameBytes));
  }

  take(found) {
    for (const { output, frame, violation } of found) {
      if (output !== undefined) this.keep(1, output);
      if (frame !== undefined) this.receive(frame);
      if (violation === undefined) continue;
      this.skippedBytes += violation.skipped;
      this.violate("frame:violation:not-json", JSON.stringify(violation));
      if (violation.code !== null) this.write(null, refusal(violation.code));
    }
  }

  /** Starts the command, waits for its exit, and reports. */
  async run(command, env) {
    const own = Object.fromEntries(
      ALLOWED.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : [])),
    );
    const told = { SANDPIPE_PROTOCOL: "1", SANDPIPE_TRANSPORT: "stdio" };
    this.child = spawn(command[0], command.slice(1), { env: { ...own, ...told, ...env }, detached: true });
    const { stdin, stdout, stderr } = this.child;
    stdin.on("error", () => {}); // the sandbox is gone; its exit says so
    stdout.on("data", (data) => {
      this.heard = Date.now();
      this.take(this.records.feed(data));
    });
    stderr.on("data", (data) => this.keep(2, data));
    const drained = new Promise((resolve) => stdout.once("close", resolve));
    this.exited = new Promise((resolve) => {
      this.child.once("error", (error) => resolve({ error }));
      this.child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    const timer = setTimeout(() => this.end("timeout"), this.limits.runTimeoutMs);
    const { error, code, signal } = await this.exited;
    clearTimeout(timer);
    this.over = true;
    if (error)
      return this.report(
        {},
        { outcome: "failed", error: { name: "spawn_failed", message: error.message }, calls: 0 },
      );
    this.signalGroup("SIGKILL");
    this.heard = Date.now();
    while (!(await within(drained, 20)) && Date.now() - this.heard < this.limits.graceMs);
    this.take(this.records.close());
    for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
    return this.report(signal ? { signal } : { code }, this.outcome(code));
  }

  /** Ends the run: close, the end of stdin, SIGTERM, SIGKILL. */
  async end(reason) {
    if (this.reason !== undefined || this.over) return;
    this.reason = reason;
    const close = { jsonrpc: "2.0", method: "session.close", params: { reason } };
    if (this.child.stdin.writable) this.child.stdin.end(`\u001e${JSON.stringify(close)}\n`);
    for (const step of ["SIGTERM", "SIGKILL"]) {
      if (await within(this.exited, this.limits.graceMs)) return;
      this.signalGroup(step);
    }
  }

  signalGroup(signal) {
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // nobody of the group is left
    }
  }

  report(exit, outcome) {
    const [out, err] = [this.kept[1], this.kept[2]];
    const text = ({ parts }) => Buffer.concat(parts).toString("base64");
    return {
      ...{ exit, output: text(out), outputBytes: out.total, outputTruncated: out.total > out.size },
      ...{ stderr: text(err), stderrBytes: err.total, stderrTruncated: err.total > err.size, emits: [] },
      ...{
        violations: this.violations,
        violationCount: this.violationCount,
        skippedBytes: this.skippedBytes,
      },
      ...outcome,
    };
  }
}

/** Whether a promise settles within so many milliseconds. */
async function within(promise, ms) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms, false)));
  const done = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return done;
}
