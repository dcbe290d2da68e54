import { existsSync } from "node:fs";
import { UsageError } from "../runner/usage-error.js";
import type { Role, Version } from "../target/target.js";
import { environmentServers, type ServerUrls } from "../databases/server.js";
import { suggest, type CommandLine, type Flags } from "./command-line.js";

const ROLES: readonly Role[] = ["host", "sandbox"];

/** The role that a command's first word names. Throws `UsageError`. */
export function requireRole(words: readonly string[], command: string): Role {
  const [word, ...rest] = words;
  const role = ROLES.find((name) => name === word);
  const example = `sandpipe ${command} host -- ./my-host-adapter`;
  if (role === undefined) {
    const what =
      word === undefined
        ? "host or sandbox is missing"
        : `${JSON.stringify(word)} is neither host nor sandbox`;
    throw new UsageError(
      `${what}${word === undefined ? "" : suggest(word, ROLES)}; for instance: ${example}`,
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

/** The flags of a command that may be given database servers. */
export const SERVER_FLAGS = {
  postgres: { kind: "text", value: "URL" },
  mysql: { kind: "text", value: "URL" },
} as const satisfies Flags;

/** The database servers that are named, by flag or by the environment. Throws `UsageError` for a host. */
export function optionalServers(
  line: CommandLine,
  role: Role,
  env: Readonly<Record<string, string | undefined>>,
): { readonly servers?: ServerUrls } {
  const [postgres, mysql] = [line.text("postgres"), line.text("mysql")];
  if (role === "host") {
    if (postgres === undefined && mysql === undefined) return {};
    throw new UsageError("--postgres and --mysql are for sandboxes; a host connects to no database");
  }
  const named = {
    ...(postgres === undefined ? {} : { postgres }),
    ...(mysql === undefined ? {} : { mysql }),
  };
  return { servers: { ...environmentServers(env), ...named } };
}

/** The driver's path, if one is named. Throws `UsageError` when the file isn't there. */
export function optionalDriver(line: CommandLine, role: Role): { readonly driver?: string } {
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
