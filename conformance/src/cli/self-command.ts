import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UsageError } from "../runner/usage-error.js";
import { nearest, readCommandLine } from "./command-line.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { mutantsOf } from "../mutants/index.js";
import { odditiesOf } from "../oddities/index.js";
import { requireRole, SIDES } from "./subject-arguments.js";

/** `sandpipe self`: the kit's own host as an adapter, or its own sandbox, with a fault, an oddity, several (`a+b`) or none. */
export async function selfCommand(args: readonly string[]): Promise<ExitCode> {
  const line = readCommandLine(args, { fault: { kind: "text", value: "NAME" } });
  const [roleWord, script] = line.words;
  const role = requireRole(roleWord === undefined ? [] : [roleWord], "self", SIDES);
  const fault = line.text("fault");
  const names = [...mutantsOf(role), ...odditiesOf(role)].map(({ name }) => name);
  for (const one of fault?.split("+") ?? []) requireDeviation(one, names);
  if (role === "host") {
    const { runSelfHost } = await import("../self/host/main.js");
    await runSelfHost(fault);
    return EXIT.conforms;
  }
  if (script === undefined)
    throw new UsageError(
      "which script? For instance: sandpipe test sandbox -- npx sandpipe self sandbox {script}",
    );
  return runSelfSandbox([...(fault === undefined ? [] : ["--fault", fault]), script]);
}

/** The launcher in a child, as Node can't replace its own process; signals go to it, its exit code comes back. */
async function runSelfSandbox(args: readonly string[]): Promise<ExitCode> {
  const launcher = fileURLToPath(new URL("../../bin/sandpipe-self-sandbox", import.meta.url));
  const child = spawn(launcher, args, { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal !== null) process.kill(process.pid, "SIGKILL");
      resolve((code ?? EXIT.kit) as ExitCode);
    });
  });
}

function requireDeviation(fault: string, names: readonly string[]): void {
  if (names.includes(fault)) return;
  const near = nearest(fault, names).slice(0, 3);
  const hint = near.length > 0 ? `did you mean ${near.join(", ")}?` : "`sandpipe list` shows them";
  const lists = "(`sandpipe list --mutants` and `--oddities`)";
  throw new UsageError(`there is neither a fault nor an oddity ${JSON.stringify(fault)} ${lists}; ${hint}`);
}
