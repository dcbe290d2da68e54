import { CONTROL_VERSION, type DescribeReply, type RunRequest } from "@sandpipe/spec/control";
import type { RunReport } from "@sandpipe/spec/v1";
import * as validators from "#validators";
import { describeFaults } from "./describe-faults.js";
import { startAdapter } from "./host-adapter.js";
import { SubjectError, type SessionFault } from "./target.js";
import { createTextTail } from "./text-tail.js";

/** What a session hears of its run. */
export interface RunListener {
  ended(report: RunReport): void;
  /** The adapter broke the control protocol in this run's place, or is gone. */
  failed(fault: SessionFault): void;
}

/** A running adapter that has said who it is. */
export interface HostConnection {
  readonly description: DescribeReply;
  readonly alive: boolean;
  readonly pid: number | undefined;
  run(request: RunRequest, listener: RunListener): void;
  cancel(run: string): void;
  /** Sends any message and resolves with the next `error`, or with undefined at the deadline. */
  provoke(message: Readonly<Record<string, unknown>>, withinMs: number): Promise<string | undefined>;
  /** Runs that have not ended. */
  readonly open: number;
  /** Breaches of the control protocol that belong to no open run. */
  readonly complaints: readonly string[];
  /** Its descriptor 2 and stray lines of stdout, interleaved as they came. */
  readonly said: { readonly length: number; since(length: number): string };
  /** Asks it to exit, kills its group after so many milliseconds; resolves with how it went. */
  stop(withinMs: number): Promise<string>;
  /** Leaves what it has started alone when it goes, until `kill`. */
  spare(): void;
  kill(): Promise<void>;
}

/** Starts an adapter and asks who it is. Rejects with `SubjectError`. */
export async function connectHost(command: readonly string[], withinMs: number): Promise<HostConnection> {
  const said = createTextTail();
  const complaints: string[] = [];
  const open = new Map<string, RunListener>();
  const finished = new Set<string>();
  let gone: string | undefined;
  let describe: ((reply: DescribeReply | string) => void) | undefined;
  let provoked: ((message: string) => void) | undefined;

  const settle = (run: string, act: (listener: RunListener) => void): void => {
    const listener = open.get(run);
    open.delete(run);
    finished.add(run);
    if (listener) act(listener);
  };

  /** A breach that names no open run is the only open run's, if there is one, else nobody's. */
  const complain = (message: string): void => {
    const [only] = open.keys();
    if (open.size === 1 && only !== undefined)
      settle(only, (run) => run.failed({ kind: "adapter", message }));
    else complaints.push(message);
  };

  const takeEnded = (reply: Readonly<Record<string, unknown>>): void => {
    const { run } = reply;
    if (typeof run !== "string" || !(open.has(run) || finished.has(run))) {
      const shown = JSON.stringify(run) ?? "none";
      const known = [...open.keys()].map((name) => JSON.stringify(name)).join(", ") || "none";
      return complain(
        `the adapter sent "ended" with "run" ${shown}; expected one of the open runs, as a string: ${known}`,
      );
    }
    if (!open.has(run))
      return void complaints.push(
        `the adapter sent "ended" twice for run "${run}"; each run has exactly one`,
      );
    const validate: validators.Validator<{ report: RunReport }> = validators.EndedReply;
    if (validate(reply)) return settle(run, (listener) => listener.ended(reply.report));
    const message = `the adapter's "ended" of run "${run}" is not as its schema says: ${describeFaults(validate.errors, reply)}`;
    settle(run, (listener) => listener.failed({ kind: "adapter", message }));
  };

  const take = (reply: Readonly<Record<string, unknown>>, line: string): void => {
    const { op, run } = reply;
    if (op === "ended") return takeEnded(reply);
    if (op === "describe" && describe) {
      const validate: validators.Validator<DescribeReply> = validators.DescribeReply;
      if (validate(reply)) return describe(reply);
      return describe(`its "describe" is not as its schema says: ${describeFaults(validate.errors, reply)}`);
    }
    if (op === "error") {
      const message = String(reply["message"]);
      if (describe) return describe(`it answered "describe" with an error: ${message}`);
      if (provoked) return provoked(message);
      const text = `the adapter answered with an error: ${message}`;
      if (typeof run === "string" && open.has(run)) {
        const fault = `the adapter answered run "${run}" with an error in place of "ended": ${message}`;
        settle(run, (it) => it.failed({ kind: "adapter", message: fault }));
      }
      // A cancel that crosses its run's end is answered with an error by right.
      else if (!(typeof run === "string" && finished.has(run))) complain(text);
      return;
    }
    complain(`the adapter sent a message that the kit doesn't know: ${line.slice(0, 200)}`);
  };

  const adapter = startAdapter(command, {
    reply: take,
    stray: (line) => said.push(`[stdout] ${line}\n`),
    stderr: (text) => said.push(text),
    gone(how) {
      gone = how;
      describe?.(`it ${how} before it answered "describe"`);
      const fault: SessionFault = { kind: "crash", message: `the adapter ${how} while the session ran` };
      for (const run of [...open.keys()]) settle(run, (listener) => listener.failed(fault));
    },
  });

  const answer = await new Promise<DescribeReply | string>((resolve) => {
    describe = resolve;
    setTimeout(resolve, withinMs, `it didn't answer "describe" within ${withinMs} ms`).unref();
    adapter.send({ op: "describe", control: CONTROL_VERSION });
  });
  describe = undefined;
  if (typeof answer === "string" || answer.control !== CONTROL_VERSION) {
    await adapter.kill();
    const why =
      typeof answer === "string"
        ? answer
        : `it speaks control version ${answer.control}, the kit ${CONTROL_VERSION}`;
    throw new SubjectError(`the adapter \`${command.join(" ")}\` can't be used: ${why}`, said.since(0));
  }

  return {
    description: answer,
    pid: adapter.pid,
    get alive() {
      return gone === undefined;
    },
    get open() {
      return open.size;
    },
    complaints,
    said,
    run(request, listener) {
      if (gone !== undefined) return listener.failed({ kind: "crash", message: `the adapter ${gone}` });
      open.set(request.run, listener);
      adapter.send(request);
    },
    cancel: (run) => adapter.send({ op: "cancel", run }),
    provoke(message, withinMs) {
      return new Promise((resolve) => {
        const finish = (text?: string): void => {
          clearTimeout(timer);
          provoked = undefined;
          resolve(text);
        };
        const timer = setTimeout(finish, withinMs);
        provoked = finish;
        adapter.send(message as never);
      });
    },
    async stop(withinMs) {
      await adapter.stop(withinMs);
      return gone ?? "is still there";
    },
    spare: () => adapter.spare(),
    kill: () => adapter.kill(),
  };
}
