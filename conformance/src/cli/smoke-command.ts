import { subjectWords } from "../report/failure-text.js";
import { styleFor } from "../report/style.js";
import { readCommandLine } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { smokeHost } from "./smoke-host.js";
import { smokeSandbox } from "./smoke-sandbox.js";
import {
  optionalDriver,
  PROTOCOL_FLAG,
  protocolOf,
  requireCommand,
  requireRole,
  SIDES,
} from "./subject-arguments.js";

/** One thing that a smoke test looked at. */
export interface SmokeStep {
  readonly what: string;
  /** What is wrong and what to do; absent when it is fine. */
  readonly wrong?: string;
}

/** `sandpipe smoke`: is the adapter or driver wired up at all? */
export async function smokeCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const line = readCommandLine(args, {
    ...PROTOCOL_FLAG,
    "timeout-scale": { kind: "number", value: "X", least: 0.01 },
    driver: { kind: "text", value: "FILE" },
  });
  const role = requireRole(line.words, "smoke", SIDES);
  const command = requireCommand(line, `sandpipe smoke ${role} -- ./my-${role}`);
  const options = {
    ...{ command, jobs: 1, protocol: protocolOf(line), timeoutScale: line.number("timeout-scale") ?? 1 },
    ...optionalDriver(line, role),
  };
  const style = styleFor(context.out, context.env);
  let wrong = 0;
  const tell = ({ what, wrong: fault }: SmokeStep): void => {
    if (fault === undefined) return void context.out.write(`${style.green("✓")} ${what}\n`);
    wrong++;
    context.out.write(`${style.red("✗")} ${what}\n    ${fault}\n`);
  };
  await (role === "host"
    ? smokeHost(options, tell, context.signal)
    : smokeSandbox(options, tell, context.signal));
  const version = options.protocol === 0 ? " --protocol 0" : "";
  const next = `npx sandpipe test ${role}${version} ${subjectWords(options)}`;
  context.out.write(
    wrong === 0
      ? `It is wired up. Next: ${next}\n`
      : `${wrong} of these must be mended before a test tells anything.\n`,
  );
  return wrong === 0 ? EXIT.conforms : EXIT.fails;
}
