import type { RunRequest } from "@sandpipe/spec/control";
import type { Grandchild } from "../probe/messages.js";
import type { HttpAsk } from "./http-ask.js";
import type { InsideStep } from "./isolation-bait.js";
import type { Version } from "./target.js";

/** One whole session against a host under test, as data: what its adapter is told, and what the probe does. */
export interface HostPlan {
  /** Version in which the probe's own steps speak and responses are read; default the one that is judged. */
  readonly speaks?: Version;
  /** Members of the `run` message that differ from the standard session. */
  readonly run?: Partial<Omit<RunRequest, "op" | "run">>;
  /** A whole session before this one, of whose token requests here may make use; what it showed is `seen.earlier`. */
  readonly earlier?: HostPlan;
  /**
   * The host spawns the probe of isolated runs, which does this by itself: no step can tell it anything, so they are
   * `linger` alone. What it found is in `seen.inside`.
   */
  readonly inside?: readonly InsideStep[];
  readonly steps: readonly HostStep[];
}

/** Bytes to write, as data that a person can read in a saved session. */
export type Part =
  | { readonly frame: unknown }
  /** A request of version 0, or its response: a bare line. */
  | { readonly line: unknown }
  /** RS, this text, LF: a record whose JSON no serialiser would make. */
  | { readonly record: string }
  | { readonly text: string }
  | { readonly base64: string }
  /** `text` so many times, made in the probe. */
  | { readonly repeat: { readonly text: string; readonly count: number } };

/** What the probe (or the kit) does, in order. */
export type HostStep =
  /**
   * Sends a valid `session.open` under id "open"; goes on at its answer, or at once when pipelined. Over HTTP it makes
   * the session's result go over HTTP as well.
   */
  | { readonly do: "open"; readonly pipelined?: boolean; readonly protocol?: number; readonly over?: "http" }
  /** Sends a request to the session's HTTP address, by default on a connection of its own; goes on at its answer. */
  | {
      readonly do: "http";
      readonly as: string;
      readonly ask: HttpAsk;
      readonly connection?: string;
      /** Goes on at once. */
      readonly held?: boolean;
    }
  /** POSTs each frame on a connection of its own, all at once; responses count as frames, to be awaited by their ids. */
  | { readonly do: "post"; readonly parts: readonly Part[] }
  /** Goes on when these exchanges have their answer. */
  | { readonly do: "await-http"; readonly of: readonly string[] }
  /** Breaks the connections of these exchanges before their answer. */
  | { readonly do: "cut-http"; readonly of: readonly string[] }
  /** Leaves every connection idle for so long: the situation, not a judgement. */
  | { readonly do: "idle"; readonly ms: number }
  /** Looks up which addresses the session's HTTP port is bound to. */
  | { readonly do: "bound" }
  /** Writes all parts as one sequence of bytes, in separate writes cut at these offsets. */
  | {
      readonly do: "write";
      readonly stream?: "stdout" | "stderr";
      readonly parts: readonly Part[];
      readonly cuts?: readonly number[];
    }
  /** Goes on when each of these ids has a response; a missing one at the deadline is a fault by itself. */
  | { readonly do: "await"; readonly ids: readonly (string | number)[] }
  /** Goes on when so many more error responses with id null have come. */
  | { readonly do: "await-refusals"; readonly count: number }
  /** Sends an echo of its own and goes on at its answer: what was written before has been read by then. */
  | { readonly do: "barrier" }
  /** Goes on when all that was written so far has gone into the pipes. */
  | { readonly do: "written" }
  /** Calls with one more parameter, a member of an earlier answer's result. */
  | {
      readonly do: "call-from";
      readonly id: string;
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly of: string;
      readonly member: string;
      readonly as: string;
    }
  /** Calls under `id-1`, `id-2`… as long as an answer has a `nextCursor`. */
  | {
      readonly do: "pages";
      readonly id: string;
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>>;
    }
  /** Stops and starts reading stdin. */
  | { readonly do: "pause" | "resume" }
  | { readonly do: "close"; readonly fd: 0 | 1 | 2 }
  /** Starts a process that inherits the descriptors and sleeps, or goes on writing; its liveness is in `seen.grandchildren`. */
  | ({ readonly do: "spawn" } & Grandchild)
  /** The probe tells about itself; the answers are in `seen.told`. */
  | { readonly do: "tell"; readonly what: "environment" | "descriptors" | "process" }
  /** Acts on the session's files in place of the script; what came of it is in `seen.files`. */
  | { readonly do: "file"; readonly file: FileAct }
  /** Takes the memory of the probe's parent, the host; it is in `seen.memory` under the mark. */
  | { readonly do: "memory"; readonly mark: string }
  /** Goes on when the processes that the probe started in its own group are gone; marks `gone`. */
  | { readonly do: "await-grandchildren" }
  /** The kit tells the adapter to cancel the run. */
  | { readonly do: "cancel-run" }
  /** Kills the host itself by SIGKILL, adapter included; no report comes, and what is left of the probe is seen. */
  | { readonly do: "kill-host" }
  /** Goes on when the host has ended stdin, or when the notification `session.close` has come. */
  | { readonly do: "await-eof" | "await-close" }
  /** What the probe does on SIGTERM from here on; the default is to die. */
  | { readonly do: "on-term"; readonly then: "ignore" | "exit" }
  /** Stays alive until the host ends it; the default after the last step is `end`. */
  | { readonly do: "linger" }
  | { readonly do: "exit"; readonly code: number }
  | { readonly do: "signal"; readonly name: "SIGKILL" | "SIGTERM" | "SIGSEGV" }
  /** Sends an ok result, waits for its acknowledgement and exits 0; in version 0 prints it, if there is one, and exits. */
  | { readonly do: "end"; readonly value?: unknown };

/** What a script could do with the session's files. A path is that of an answer's result, a name one in the scratch folder. */
export type FileAct =
  | { readonly act: "read"; readonly of: string | number }
  /** Makes it writable and puts other text in its place. */
  | { readonly act: "spoil"; readonly of: string | number; readonly text: string }
  /** `text` is a file's content, a symbolic link's target, or the name that a hard link is to. */
  | {
      readonly act: "place";
      readonly name: string;
      readonly kind: "file" | "folder" | "symlink" | "hard-link" | "fifo";
      readonly text: string;
    };
