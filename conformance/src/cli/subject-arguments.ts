import { existsSync } from "node:fs";
import { UsageError } from "../runner/usage-error.js";
import { PAIR_MARK, splitPair } from "../target/split-pair.js";
import type { JudgedRole, Role, Version } from "../target/target.js";
import { environmentServers, type ServerUrls } from "../databases/server.js";
import { suggest, type CommandLine, type Flags } from "./command-line.js";

/** Either side of the protocol, alone. */
export const SIDES: readonly Role[] = ["host", "sandbox"];
/** What can be judged. */
export const JUDGED: readonly JudgedRole[] = ["host", "sandbox", "both"];

/** The role that a command's first word names. Throws `UsageError`. */
export function requireRole<R extends JudgedRole>(
  words: readonly string[],
  command: string,
  roles: readonly R[],
): R {
  const [word, ...rest] = words;
  const role = roles.find((name) => name === word);
  const example = `sandpipe ${command} host -- ./my-host-adapter`;
  if (role === undefined) {
    const what =
      word === undefined
        ? `one of ${roles.join(", ")} is missing`
        : `${JSON.stringify(word)} is none of ${roles.join(", ")}`;
    throw new UsageError(
      `${what}${word === undefined ? "" : suggest(word, roles)}; for instance: ${example}`,
    );
  }
  if (rest.length > 0)
    throw new UsageError(
      `${JSON.stringify(rest[0])} is one word too many; the subject's command comes after --: ${example}`,
    );
  return role;
}

/** The subject's command line. Throws `UsageError` with an example when it is missing. */
export function requireCommand(line: CommandLine, example: string): readonly string[] {
  if (line.command === undefined || line.command.length === 0 || line.command[0] === "")
    throw new UsageError(`the subject's command is missing: it comes after --, for instance: ${example}`);
  return line.command;
}

/** What a command line looks like that judges this role. */
export function exampleOf(role: JudgedRole, command: string): string {
  if (role === "both") return `${command} -- ./my-host-adapter ${PAIR_MARK} my-sandbox {script}`;
  return `${command} -- ./my-${role}`;
}

/** The command line of what is judged: of a pair two, with their mark between. Throws `UsageError` with an example. */
export function requireJudged(line: CommandLine, role: JudgedRole, command: string): readonly string[] {
  const example = exampleOf(role, command);
  const words = requireCommand(line, example);
  if (role === "both" && splitPair(words) === undefined)
    throw new UsageError(`the host's command comes after --, the sandbox's after ${PAIR_MARK}: ${example}`);
  if (role !== "both" && words.includes(PAIR_MARK))
    throw new UsageError(
      `${PAIR_MARK} stands between the two of a pair: ${exampleOf("both", "sandpipe test both")}`,
    );
  return words;
}

/** The flags of a command that may be given database servers. */
export const SERVER_FLAGS = {
  postgres: { kind: "text", value: "URL" },
  mysql: { kind: "text", value: "URL" },
} as const satisfies Flags;

/** The database servers that are named, by flag or by the environment. Throws `UsageError` where there is no use for them. */
export function optionalServers(
  line: CommandLine,
  role: JudgedRole,
  env: Readonly<Record<string, string | undefined>>,
): { readonly servers?: ServerUrls } {
  const [postgres, mysql] = [line.text("postgres"), line.text("mysql")];
  if (role !== "sandbox") {
    if (postgres === undefined && mysql === undefined) return {};
    const why = role === "host" ? "a host connects to no database" : "a pair is judged without databases";
    throw new UsageError(`--postgres and --mysql are for sandboxes; ${why}`);
  }
  const named = {
    ...(postgres === undefined ? {} : { postgres }),
    ...(mysql === undefined ? {} : { mysql }),
  };
  return { servers: { ...environmentServers(env), ...named } };
}

/** The driver's path, if one is named. Throws `UsageError` when the file isn't there. */
export function optionalDriver(line: CommandLine, role: JudgedRole): { readonly driver?: string } {
  const driver = line.text("driver");
  if (driver === undefined) return {};
  if (role === "host") throw new UsageError("--driver is for sandboxes; a host has none");
  if (!existsSync(driver)) throw new UsageError(`--driver ${driver}: there is no such file`);
  return { driver };
}

/** The flag that says which version is meant. */
export const PROTOCOL_FLAG = { protocol: { kind: "choice", choices: ["0", "1"] } } as const satisfies Flags;

/** The version that was asked for, default 1. */
export function protocolOf(line: CommandLine): Version {
  return line.text("protocol") === "0" ? 0 : 1;
}

/** The version by which this role is judged. Throws `UsageError` for a pair in version 0. */
export function requireProtocol(line: CommandLine, role: JudgedRole): Version {
  const protocol = protocolOf(line);
  if (role === "both" && protocol === 0)
    throw new UsageError("a pair is judged by version 1; judge each of the two alone by --protocol 0");
  return protocol;
}
