import { existsSync, statSync } from "node:fs";
import type { AnyCheck } from "../checks/check.js";
import { CHECKS } from "../checks/index.js";
import { failureText } from "../report/failure-text.js";
import { listFailures, readFailure } from "../report/saved-failure.js";
import { styleFor } from "../report/style.js";
import { decodeCase } from "../runner/case-codec.js";
import { UsageError } from "../runner/usage-error.js";
import type { JudgedBy } from "../runner/judge.js";
import { KIT_VERSION } from "../runner/kit-version.js";
import { replayCase, type Replayed } from "../runner/replay-case.js";
import { roleOfCheck, rowsOf, START } from "../runner/roles.js";
import { seedOf } from "../runner/seed.js";
import { makeCase } from "../runner/shrink.js";
import { parseToken } from "../runner/token.js";
import { wholeName } from "../runner/whole-run.js";
import { SESSIONS } from "../commands/index.js";
import type { JudgedRole, StartOptions, Target, Version } from "../target/target.js";
import { readCommandLine } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import {
  optionalDriver,
  optionalServers,
  requireCommand,
  requireJudged,
  SERVER_FLAGS,
} from "./subject-arguments.js";

const EXAMPLE = "sandpipe replay .sandpipe/failures -- ./my-host-adapter";

/** A case to run again. */
interface Replay {
  readonly protocol: Version;
  readonly check: string;
  readonly token: string;
  readonly given: unknown;
}

/** `sandpipe replay`: runs saved or printed failing cases again, and says of each fixed, failing or error. */
export async function replayCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const line = readCommandLine(args, {
    "timeout-scale": { kind: "number", value: "X", least: 0.01 },
    driver: { kind: "text", value: "FILE" },
    ...SERVER_FLAGS,
  });
  requireCommand(line, EXAMPLE);
  if (line.words.length === 0) throw new UsageError(`what is to be replayed? For instance: ${EXAMPLE}`);
  const replays = line.words.flatMap(findReplays);
  const [first] = replays;
  const role = first && roleOf(first);
  if (first === undefined || role === undefined || replays.some((replay) => roleOf(replay) !== role))
    throw new UsageError("the cases are of several roles: replay DIR/host, DIR/sandbox or DIR/both");
  const command = requireJudged(line, role, `sandpipe replay ${line.words.join(" ")}`);
  const { protocol } = first;
  if (replays.some((replay) => replay.protocol !== protocol))
    throw new UsageError(
      "the cases are of two versions: replay DIR/v0/host, DIR/v0/sandbox, DIR/host or DIR/sandbox",
    );
  const start: StartOptions = {
    ...{ command, protocol, jobs: 1, timeoutScale: line.number("timeout-scale") ?? 1 },
    ...optionalDriver(line, role),
    ...optionalServers(line, role, context.env),
  };
  const [checks, sessions] = [CHECKS[protocol], SESSIONS[protocol]];
  switch (role) {
    case "host": {
      const by = { checks: checks.host, sessions: sessions.host };
      return replayAll(replays, by, await START.host(start), start, context);
    }
    case "sandbox": {
      const by = { checks: checks.sandbox, sessions: sessions.sandbox };
      return replayAll(replays, by, await START.sandbox(start), start, context);
    }
    case "both":
      return replayAll(replays, { checks: checks.both }, await START.both(start), start, context);
  }
}

function findReplays(word: string): readonly Replay[] {
  if (existsSync(word)) {
    const files = statSync(word).isDirectory() ? listFailures(word) : [word];
    if (files.length === 0) throw new UsageError(`${word} holds no saved failures (*.json)`);
    return files.map((file) => {
      const { protocol, check, token, given } = asUsage(() => readFailure(file));
      return { protocol: protocol === 0 ? 0 : 1, check, token, given: decodeCase(given) };
    });
  }
  const token = parseToken(word);
  if (!token)
    throw new UsageError(
      `${JSON.stringify(word)} is no file, no folder and no token; for instance: ${EXAMPLE}`,
    );
  if (token.kit !== KIT_VERSION)
    throw new UsageError(
      `the token is of kit ${token.kit}, this is ${KIT_VERSION}: its cases may differ; replay the saved file instead`,
    );
  const { protocol } = token;
  const role = roleOf(token);
  const check = (CHECKS[protocol][role] as readonly AnyCheck<never, never>[]).find(
    ({ id }) => id === token.check,
  );
  if (!check) throw new UsageError(`this kit has no check of ${token.check}`);
  const sessions = token.whole ? SESSIONS[protocol][role] : undefined;
  const seed = seedOf(token.seed, sessions === undefined ? token.check : wholeName(sessions), token.index);
  const given = makeCase((sessions ?? check).given, seed, token.path);
  return [{ protocol, check: token.check, token: word, given }];
}

function roleOf({ protocol, check }: Pick<Replay, "protocol" | "check">): JudgedRole {
  const role = roleOfCheck(check, protocol);
  if (role === undefined) throw new UsageError(`there is no requirement ${JSON.stringify(check)}`);
  return role;
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function replayAll<Plan, Seen>(
  replays: readonly Replay[],
  { checks, sessions }: JudgedBy<Plan, Seen>,
  target: Target<Plan, Seen>,
  { command, driver, protocol = 1 }: StartOptions,
  context: CliContext,
): Promise<ExitCode> {
  const style = styleFor(context.out, context.env);
  const { role } = target.subject;
  const rows = rowsOf({ protocol, role });
  const head = { role, command, ...(driver === undefined ? {} : { driver }) };
  const seen: Replayed["status"][] = [];
  try {
    for (const { check: id, given, token } of replays) {
      const check = checks.find((candidate) => candidate.id === id);
      if (!check) throw new UsageError(`this kit has no check of ${id}`);
      const { status, reason, result } = await replayCase(
        check,
        rows.get(id),
        { given, token },
        target,
        context.signal,
        sessions,
      );
      seen.push(status);
      const colour = status === "fixed" ? style.green : status === "failing" ? style.red : style.yellow;
      context.out.write(`${colour(status)}  ${id}${reason === undefined ? "" : `: ${reason}`}\n`);
      if (result) context.out.write(`\n${failureText(result, rows.get(id), head, style)}\n\n`);
    }
  } finally {
    await target.close();
  }
  if (seen.includes("failing")) return EXIT.fails;
  return seen.includes("error") ? EXIT.undecided : EXIT.conforms;
}
