import { createWriteStream } from "node:fs";
import { createRedact } from "../report/redact.js";
import { UsageError } from "../runner/usage-error.js";
import { runTraced } from "../trace/run-traced.js";
import { readCommandLine, type Flags } from "./command-line.js";
import type { CliContext } from "./context.js";
import type { ExitCode } from "./exit-code.js";
import { requireCommand } from "./subject-arguments.js";

const FLAGS = { to: { kind: "text", value: "FILE" }, full: { kind: "switch" } } as const satisfies Flags;
const EXAMPLE = "sandpipe trace -- sandpipe-host run --sandbox '{tap} sandpipe-sandbox' analysis.ts";
const SHOWN_CHARACTERS = 240;

/** `sandpipe trace`: runs a host and shows the frames between it and its sandbox as they go by. */
export async function traceCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const line = readCommandLine(args, FLAGS);
  if (line.words.length > 0) throw new UsageError(`"${line.words[0]}" is one word too many: ${EXAMPLE}`);
  const command = requireCommand(line, EXAMPLE);
  const path = line.text("to");
  const file = path === undefined ? undefined : createWriteStream(path);
  // stdout is the host's own.
  const write = (text: string): void => void (file ?? context.err).write(`${text}\n`);
  let failure: Error | undefined;
  file?.on("error", (error) => (failure = error));
  const { code, sandboxes } = await runTraced({
    ...{ command, signal: context.signal, line: write, redact: createRedact(context.env) },
    most: line.has("full") ? Number.MAX_SAFE_INTEGER : SHOWN_CHARACTERS,
  });
  if (file !== undefined) await new Promise<void>((done) => file.end(() => done())).catch(() => undefined);
  if (failure !== undefined) throw new UsageError(`--to ${path} can't be written: ${failure.message}`);
  if (sandboxes === 0)
    context.err.write(
      `sandpipe trace: the host started no sandbox through the tap; put {tap} before the sandbox's command ` +
        `(or $SANDPIPE_TAP in the host's own configuration), and switch its isolation off: ${EXAMPLE}\n`,
    );
  return code as ExitCode;
}
