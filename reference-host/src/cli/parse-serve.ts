import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Address } from "../http/bind.js";
import type { LogLevel } from "../observation/log.js";
import type { Version } from "../v0/stdout-reader.js";
import { CommandError } from "./command-error.js";
import { readLogLevel } from "./log-level.js";
import { readProtocols } from "./parse-protocol.js";

/** What `sandpipe-host serve` was asked to do. */
export interface ServeArguments {
  readonly address: Address;
  readonly imports: readonly string[];
  readonly project: string;
  readonly conversation: string | undefined;
  readonly store: string | undefined;
  readonly idleMs: number | undefined;
  /** Versions of the protocol to offer. */
  readonly protocols: readonly Version[];
  readonly trace: string | undefined;
  /** Modules of the host's own methods. */
  readonly methods: readonly string[];
  readonly logLevel: LogLevel;
}

const MAX_PORT = 65_535;

/** Reads the arguments after `serve`; undefined asks for help. Throws CommandError. */
export function parseServe(args: readonly string[]): ServeArguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [script] = positionals;
  if (script !== undefined) {
    throw new CommandError(
      `serve takes no script, and got ${script}: start it by hand with what serve prints, or use run`,
    );
  }
  const { port, socket } = values;
  if (port !== undefined && socket !== undefined) {
    throw new CommandError("--port and --socket exclude each other: serve listens in one place");
  }
  return {
    address:
      socket === undefined ? { kind: "tcp", port: readPort(port) } : { kind: "unix", path: resolve(socket) },
    imports: values.import ?? [],
    project: values.project ?? "default",
    conversation: values.conversation,
    store: values.store,
    idleMs: values.idle === undefined ? undefined : readIdle(values.idle),
    protocols: readProtocols(values.protocol),
    trace: values.trace,
    methods: values.methods ?? [],
    logLevel: readLogLevel(values["log-level"], "warn"),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: "string" },
        socket: { type: "string" },
        import: { type: "string", multiple: true },
        project: { type: "string" },
        conversation: { type: "string" },
        store: { type: "string" },
        idle: { type: "string" },
        protocol: { type: "string" },
        trace: { type: "string" },
        methods: { type: "string", multiple: true },
        "log-level": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [sentence] = (error as Error).message.split(". ");
    throw new CommandError(`${sentence}: see sandpipe-host serve --help`);
  }
}

function readPort(text = "0"): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= MAX_PORT) return port;
  throw new CommandError(`--port is a number from 0 (any free one) to ${MAX_PORT}, not ${text}`);
}

function readIdle(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return Math.max(1, Math.round(seconds * 1000));
  throw new CommandError(`--idle is a number of seconds above 0, not ${text}`);
}
