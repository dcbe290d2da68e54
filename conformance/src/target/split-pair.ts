/** The command lines of a pair. */
export interface Pair {
  readonly host: readonly string[];
  readonly sandbox: readonly string[];
}

/** What stands between a pair's two command lines. */
export const PAIR_MARK = "----";

/** The two command lines of `HOST… ---- SANDBOX…`; undefined where one of them is missing. */
export function splitPair(command: readonly string[]): Pair | undefined {
  const at = command.indexOf(PAIR_MARK);
  const [host, sandbox] = [command.slice(0, Math.max(at, 0)), command.slice(at + 1)];
  return at < 1 || sandbox.length === 0 ? undefined : { host, sandbox };
}
