import { parseArgs } from "node:util";
import type { LogLevel } from "../observation/log.js";
import { CommandError } from "./command-error.js";
import { readLogLevel } from "./log-level.js";
import { PLACE_OPTIONS, readPlace } from "./parse-place.js";
import type { Version } from "../v0/stdout-reader.js";
import type { PlaceArguments } from "./parse-place.js";
import { readProtocols } from "./parse-protocol.js";
import { TRANSPORT_OPTIONS, readTransport } from "./parse-transport.js";
import type { TransportArguments } from "./parse-transport.js";

/** What `sandpipe-host run` was asked to do. */
export interface RunArguments {
  readonly script: string;
  readonly imports: readonly string[];
  readonly project: string;
  readonly conversation: string | undefined;
  readonly params: unknown;
  readonly store: string | undefined;
  readonly runtime: string | undefined;
  readonly sandbox: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly trace: string | undefined;
  /** Modules of the host's own methods. */
  readonly methods: readonly string[];
  readonly logLevel: LogLevel;
  readonly json: boolean;
  readonly place: PlaceArguments;
  readonly transport: TransportArguments;
  readonly protocols: readonly Version[];
}

/** Reads the arguments after `run`; undefined asks for help. Throws CommandError. */
export function parseRun(args: readonly string[]): RunArguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [script, ...more] = positionals;
  if (script === undefined) throw new CommandError("run needs a SCRIPT: sandpipe-host run report.ts");
  if (more.length > 0) {
    throw new CommandError(
      `run takes one SCRIPT, and got ${more[0]} as well: give it data by --param NAME=VALUE`,
    );
  }
  const { runtime } = values;
  if (runtime !== undefined && runtime !== "bun" && runtime !== "node") {
    throw new CommandError(`--runtime is bun or node, not ${runtime}`);
  }
  return {
    script,
    imports: values.import ?? [],
    project: values.project ?? "default",
    conversation: values.conversation,
    params: readParams(values.params, values.param ?? []),
    store: values.store,
    runtime,
    sandbox: values.sandbox,
    timeoutMs: values.timeout === undefined ? undefined : readTimeout(values.timeout),
    trace: values.trace,
    methods: values.methods ?? [],
    logLevel: readLogLevel(values["log-level"], "silent"),
    json: values.json ?? false,
    place: readPlace(values),
    transport: readTransport(values),
    protocols: readProtocols(values.protocol),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        import: { type: "string", multiple: true },
        project: { type: "string" },
        conversation: { type: "string" },
        params: { type: "string" },
        param: { type: "string", multiple: true },
        store: { type: "string" },
        runtime: { type: "string" },
        sandbox: { type: "string" },
        timeout: { type: "string" },
        trace: { type: "string" },
        methods: { type: "string", multiple: true },
        "log-level": { type: "string" },
        ...PLACE_OPTIONS,
        ...TRANSPORT_OPTIONS,
        protocol: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [sentence] = (error as Error).message.split(". ");
    throw new CommandError(`${sentence}: see sandpipe-host run --help`);
  }
}

function readParams(whole: string | undefined, members: readonly string[]): unknown {
  let params: unknown = undefined;
  if (whole !== undefined) {
    try {
      params = JSON.parse(whole);
    } catch {
      throw new CommandError(`--params must be JSON, such as '{"year":2024}', and ${whole} is not`);
    }
  }
  if (members.length === 0) return params;
  if (params !== undefined && (typeof params !== "object" || params === null || Array.isArray(params))) {
    throw new CommandError("--param adds members to an object: --params must be one, or be left out");
  }
  const named = members.map((member) => {
    const equals = member.indexOf("=");
    if (equals < 1) throw new CommandError(`--param is NAME=VALUE, and ${member} is not`);
    return [member.slice(0, equals), readValue(member.slice(equals + 1))] as const;
  });
  return { ...params, ...Object.fromEntries(named) };
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readTimeout(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0) || !Number.isFinite(seconds)) {
    throw new CommandError(`--timeout is a number of seconds above 0, not ${text}`);
  }
  return Math.max(1, Math.round(seconds * 1000));
}
