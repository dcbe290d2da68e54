import type { ProbeAction, ProbeReport } from "../probe/messages.js";
import type { HostInbox } from "./host-inbox.js";
import { encodeParts } from "./host-parts.js";
import type { Part } from "./host-plan.js";
import type { Told } from "./host-seen.js";
import { withoutInherited } from "./inherited-descriptors.js";
import type { ProbeHub } from "./probe-hub.js";
import type { Version } from "./target.js";
import type { Recorder } from "./transcript.js";

/** What a session's probe stands on. */
export interface HostProbeParts {
  readonly hub: ProbeHub;
  readonly recorder: Recorder;
  readonly inbox: HostInbox;
  readonly speaks: Version;
  /** Notes the first time that something happened. */
  mark(name: string): void;
  note(text: string): number;
  /** A request goes out. */
  sent(id: string | number, method: string): void;
  awaitNamed(about: string, holds: () => boolean): Promise<boolean>;
  /** Something came that may be awaited. */
  notify(): void;
}

/** The probe of one session: what it is told to do, and what is heard of it. */
export interface HostProbe {
  /** The command line that the host must spawn. */
  readonly command: readonly string[];
  /** Once it has connected. */
  readonly pid: number | undefined;
  readonly gone: boolean;
  /** Tells it to do something; returns the number under which it says that it is done. */
  tell(action: ProbeAction): number;
  isDone(n: number): boolean;
  valueOf(n: number): unknown;
  write(parts: readonly Part[], stream?: "stdout" | "stderr", cuts?: readonly number[]): void;
  /** Whether all that was written so far has gone into the pipes. */
  hasWritten(): boolean;
  request(id: string | number, method: string, params: unknown): void;
  /** Asks for a part of its surroundings; undefined when nothing comes. */
  tellOf(what: "environment" | "descriptors" | "process"): Promise<Told | undefined>;
  close(): void;
}

/** Creates a session's probe, which connects when the host starts it. */
export function createHostProbe(parts: HostProbeParts): HostProbe {
  const { recorder, inbox, mark, note, notify } = parts;
  const done = new Map<number, Extract<ProbeReport, { e: "done" }>>();
  let pid: number | undefined;
  let gone = false;
  let commands = 0;
  let lastWrite = 0;

  const link = parts.hub.expect({
    hello(process) {
      pid = process;
      mark("hello");
      note(`the host started the probe, process ${process}`);
      notify();
    },
    input(bytes) {
      const before = inbox.notifications.length;
      inbox.push(bytes);
      if (inbox.notifications.slice(before).some((frame) => frame.value["method"] === "session.close"))
        mark("close");
      notify();
    },
    report(event) {
      if (event.e === "eof" || event.e === "term") {
        mark(event.e);
        note(event.e === "eof" ? "the host ended stdin" : "SIGTERM came");
      } else if (event.e === "done") {
        done.set(event.n, event);
        if (event.error !== undefined) note(`the probe: ${event.error}`);
      }
      notify();
    },
    gone() {
      gone = true;
      mark("exit");
      note("the probe is gone");
      notify();
    },
  });

  const tell = (action: ProbeAction, body?: Uint8Array): number => {
    const n = ++commands;
    link.send({ ...action, n }, body);
    return n;
  };
  const write: HostProbe["write"] = (written, stream = "stdout", cuts = []) => {
    const encoded = encodeParts(written);
    for (const { text, writes } of encoded.shown(cuts))
      recorder.record("to-subject", stream === "stdout" ? "wire" : "stderr", text, writes);
    for (const { id, method } of encoded.requests) parts.sent(id, method);
    const fd = stream === "stdout" ? 1 : 2;
    lastWrite = tell({ do: "write", fd, segments: encoded.segments, cuts }, encoded.body);
  };

  return {
    command: link.command,
    get pid() {
      return pid;
    },
    get gone() {
      return gone;
    },
    tell: (action) => tell(action),
    isDone: (n) => done.has(n),
    valueOf: (n) => done.get(n)?.value,
    write,
    hasWritten: () => lastWrite === 0 || done.has(lastWrite),
    request(id, method, params) {
      const request = { id, method, params };
      write([parts.speaks === 0 ? { line: request } : { frame: { jsonrpc: "2.0", ...request } }]);
    },
    async tellOf(what) {
      const n = tell({ do: "tell", what });
      await parts.awaitNamed(`the probe's ${what}`, () => done.has(n));
      const value = done.get(n)?.value;
      return value === undefined ? undefined : withoutInherited(value as Told);
    },
    close: () => link.close(),
  };
}
