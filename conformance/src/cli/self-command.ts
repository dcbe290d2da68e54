import { UsageError } from "../runner/judge.js";
import { nearest, readCommandLine } from "./command-line.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { mutantsOf } from "./list-command.js";
import { requireRole } from "./subject-arguments.js";

/** `sandpipe self`: the kit's own host as an adapter, or its own sandbox, with one fault or none. */
export async function selfCommand(args: readonly string[]): Promise<ExitCode> {
  const line = readCommandLine(args, { fault: { kind: "text", value: "NAME" } });
  const [roleWord, script] = line.words;
  const role = requireRole(roleWord === undefined ? [] : [roleWord], "self");
  const fault = line.text("fault");
  if (fault !== undefined)
    requireFault(
      fault,
      mutantsOf(role).map(({ name }) => name),
    );
  if (role === "host") {
    const { runSelfHost } = await import("../self/host/main.js");
    await runSelfHost(fault);
    return EXIT.conforms;
  }
  if (script === undefined)
    throw new UsageError(
      "which script? For instance: sandpipe test sandbox -- npx sandpipe self sandbox {script}",
    );
  throw new UsageError("not yet");
}

function requireFault(fault: string, names: readonly string[]): void {
  if (names.includes(fault)) return;
  const near = nearest(fault, names).slice(0, 3);
  const hint = near.length > 0 ? `did you mean ${near.join(", ")}?` : "`sandpipe list --mutants` shows them";
  throw new UsageError(`there is no fault ${JSON.stringify(fault)}; ${hint}`);
}
