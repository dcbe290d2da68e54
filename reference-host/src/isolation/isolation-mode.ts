import { execFile } from "node:child_process";
import { findCommand } from "../process/find-command.js";
import { NAMESPACE_OPTIONS, systemMounts } from "./bwrap-arguments.js";

/** What is asked for: isolation where it works (`auto`), isolation or no run (`bwrap`), none. */
export type IsolationMode = "auto" | "bwrap" | "none";

/** What there really is. */
export type Isolation =
  | { readonly kind: "bwrap"; readonly program: string }
  /** `because` is there when isolation was asked for. */
  | { readonly kind: "none"; readonly because?: string };

/** Isolation was demanded, and this machine has none. */
export class IsolationError extends Error {
  override readonly name = "isolation_unavailable";
}

let tried: Promise<Isolation> | undefined;

/**
 * Finds out, once per process, whether bubblewrap works here: kernels and containers may forbid namespaces although
 * it is installed.
 * @throws IsolationError for `bwrap` where it doesn't
 */
export async function resolveIsolation(mode: IsolationMode): Promise<Isolation> {
  if (mode === "none") return { kind: "none" };
  const isolation = await (tried ??= tryBwrap());
  if (mode === "bwrap" && isolation.kind === "none") {
    throw new IsolationError(
      `Isolation by bubblewrap isn't possible here: ${isolation.because}. ` +
        "Make it work, or ask for auto or none to run the script with all that this user may do.",
    );
  }
  return isolation;
}

async function tryBwrap(): Promise<Isolation> {
  let program: string;
  try {
    program = findCommand("bwrap", process.env["PATH"]);
  } catch {
    return { kind: "none", because: "bwrap is in no folder of PATH (apt-get install bubblewrap)" };
  }
  const because = await new Promise<string | undefined>((resolve) => {
    const args = [...NAMESPACE_OPTIONS, ...systemMounts(), "--", "true"];
    execFile(program, args, { timeout: 10_000 }, (error, _out, stderr) =>
      resolve(error ? stderr.trim().split("\n")[0] || error.message : undefined),
    );
  });
  return because === undefined ? { kind: "bwrap", program } : { kind: "none", because };
}
