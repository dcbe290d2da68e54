/**
 * The control protocol between the kit and the adapter of a host under test: JSON lines on the adapter's
 * stdin and stdout. A line ends at byte 0x0A only and holds at most 32 MiB.
 */
import type { Limits, RunReport } from "../v1/index.js";

/** Version of the control protocol. */
export const CONTROL_VERSION = 1;

/** Bytes of one control line, at most. */
export const MAX_CONTROL_LINE_BYTES = 33_554_432;

/** What the kit sends. */
export type ControlRequest = DescribeRequest | RunRequest | CancelRequest | ExitRequest;

/** What the adapter answers. */
export type ControlReply = DescribeReply | EndedReply | ErrorReply;

/** Asks the adapter who it is; the first message. */
export interface DescribeRequest {
  op: "describe";
  /** @TJS-type integer */
  control: number;
}

/** Who the adapter is and what its host can do. */
export interface DescribeReply {
  op: "describe";
  /** @TJS-type integer */
  control: number;
  name: string;
  version: string;
  language: string;
  homepage?: string;
  /**
   * @items.type integer
   * @items.minimum 0
   */
  protocols: ProtocolVersion[];
  transports: ("stdio" | "http")[];
  /** `fixture`, and the optional features of the protocol that the host has. */
  features: string[];
  /**
   * Runs that may be open at once, default 1.
   * @TJS-type integer
   * @minimum 1
   */
  maxRuns?: number;
}

/**
 * @TJS-type integer
 * @minimum 0
 */
export type ProtocolVersion = number;

/** Starts one session; answered by `ended` with the same run, later. */
export interface RunRequest {
  op: "run";
  /** Never used twice. */
  run: string;
  /**
   * What the host spawns in place of its usual runtime, with its environment contract.
   * @minItems 1
   */
  command: string[];
  /** Added to the child's environment. */
  env?: StringMap;
  /**
   * Versions to offer; for 0 alone SANDPIPE_PROTOCOL is left unset.
   * @items.type integer
   * @items.minimum 0
   */
  protocol: ProtocolVersion[];
  /** What the host puts into SANDPIPE_TRANSPORT; for the last two it serves HTTP as in production. */
  transport: "stdio" | "http" | "auto";
  /** What HTTP is served on, where the transport says so. */
  http?: "tcp" | "unix";
  isolation?: "none" | "own";
  session: RunSession;
  /** The whitelist. */
  methods: string[];
  limits: RunLimits;
  /** What the host's store holds during this run (feature `fixture`). */
  fixture?: Fixture;
}

/** Members of an environment. */
export interface StringMap {
  [name: string]: string;
}

/** The scope of the run. */
export interface RunSession {
  projectId: string;
  conversationId?: string;
}

/** The limits of the run; an absent one is the host's default. */
export type RunLimits = Partial<Limits>;

/** Entries have the shapes of the result schemas. */
export interface Fixture {
  projects?: FixtureProject[];
  conversations?: FixtureConversation[];
  files?: FixtureFile[];
}

/** A project of a fixture. */
export interface FixtureProject {
  id: string;
  name: string;
  [metadata: string]: unknown;
}

/** A conversation of a fixture. */
export interface FixtureConversation {
  id: string;
  projectId: string;
  title?: string;
  messages: FixtureMessage[];
}

/** A message of a fixture's conversation. */
export interface FixtureMessage {
  role: string;
  content: string;
  at: string;
}

/** A file of a fixture, with its content; size and hash follow from it. */
export interface FixtureFile {
  id: string;
  projectId: string;
  conversationId?: string;
  name: string;
  mime?: string;
  content: string;
  encoding: "utf8" | "base64";
}

/** Ends one run early: the host kills it, and `ended` follows. */
export interface CancelRequest {
  op: "cancel";
  run: string;
}

/** Ends all runs; then the adapter exits 0. End of stdin means the same. */
export interface ExitRequest {
  op: "exit";
}

/** A run has ended; exactly one for each. A spawn that fails is an `ended` with outcome failed. */
export interface EndedReply {
  op: "ended";
  run: string;
  report: RunReport;
}

/** An unknown `op`, or a cancel of an unknown run. */
export interface ErrorReply {
  op: "error";
  run?: string;
  message: string;
}
