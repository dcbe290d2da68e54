import { basename } from "node:path";
import type { DatabaseServer, ServerKind } from "../databases/server.js";
import type { Subject } from "./target.js";

/** What the kit finds of a command line by itself, as features: it starts in any folder; no package runner stands before it. */
export const OTHER_FOLDER = "other-folder";
export const OWN_COMMAND = "own-command";
/** Queries that the kit can judge: on any engine, on a real server. */
export const ANY_ENGINE = "sql.any";
export const ANY_SERVER = "sql.server";

/** An engine that a check's queries can be put to. */
export type Engine = "duckdb" | ServerKind;

const RUNNERS = ["npx", "npm", "pnpm", "yarn", "bunx", "uv", "uvx", "pipx", "poetry", "hatch", "deno"];

/** Whether the command goes through a program that starts the real one as its child. */
export function isRunner([file = ""]: readonly string[]): boolean {
  return RUNNERS.includes(basename(file));
}

/** The servers that a subject can be judged with; `withEngines` has named them. */
export function serversOf(subject: Pick<Subject, "features">): readonly ServerKind[] {
  return (["postgres", "mysql"] as const).filter((kind) => subject.features.includes(`server.${kind}`));
}

/** The same with DuckDB, where the subject has it. */
export function enginesOf(subject: Pick<Subject, "features">): readonly Engine[] {
  return [...(subject.features.includes("sql.duckdb") ? (["duckdb"] as const) : []), ...serversOf(subject)];
}

/** Adds what follows from the servers that the kit was given, and says what to do about what it lacks. */
export function withEngines(
  subject: Subject,
  servers: ReadonlyMap<ServerKind, DatabaseServer>,
): { readonly subject: Subject; readonly lacks: ReadonlyMap<string, string> } {
  const told = subject.features;
  const usable = [...servers.keys()].filter((kind) => told.includes(`sql.${kind}`));
  const queries = told.some((name) => name.startsWith("sql."));
  const lacks = new Map([
    [OWN_COMMAND, `the command goes through a package runner; judge the sandbox's own command`],
    [OTHER_FOLDER, `${subject.name} doesn't start in another working folder`],
  ]);
  if (told.some((name) => name === "sql.postgres" || name === "sql.mysql")) {
    const flags = "the kit has no server: give it --postgres URL or --mysql URL";
    lacks.set(ANY_SERVER, flags).set(ANY_ENGINE, flags);
  }
  const features = [
    ...told,
    ...(queries ? ["sql"] : []),
    ...usable.map((kind) => `server.${kind}`),
    ...(usable.length > 0 ? [ANY_SERVER] : []),
    ...(usable.length > 0 || told.includes("sql.duckdb") ? [ANY_ENGINE] : []),
  ];
  return { subject: { ...subject, features }, lacks };
}
