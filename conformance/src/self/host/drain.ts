import type { Deviations } from "./deviations.js";
import type { Child } from "./spawn-child.js";

/** More than both pipes hold: what comes beyond it was written after the exit. */
const PIPES_BYTES = 4_194_304;

/**
 * Goes on at the end of both pipes, or when so long no byte came: somebody outside the group holds them. Somebody who
 * goes on writing isn't waited for either (`life:end:stranger-writes`): that long after the exit it is over once the
 * pipes were found empty, or more than they hold was read.
 */
export function drain(child: Child, quietMs: number, deviations: Deviations, then: () => void): void {
  let open = [child.stdout, child.stderr].filter((stream) => !stream.readableEnded && !stream.destroyed);
  let quiet: NodeJS.Timeout | undefined;
  let late = false;
  let bytes = 0;
  const finish = (): void => {
    clearTimeout(quiet);
    clearTimeout(stranger);
    open = [];
    then();
  };
  const heard = (chunk?: Buffer): void => {
    bytes += chunk?.length ?? 0;
    if (open.length === 0) return;
    if (late && bytes > PIPES_BYTES) return finish();
    clearTimeout(quiet);
    // Whatever the pipes hold is read within one turn of the loop after the other: a pause says that they are empty.
    quiet = setTimeout(finish, late ? 10 : quietMs);
  };
  const stranger = setTimeout(() => {
    if (deviations.has("stranger-holds-report")) return;
    late = true;
    heard();
  }, quietMs);
  if (open.length === 0) return finish();
  for (const stream of open) {
    stream.on("data", heard);
    stream.once("close", () => {
      if (!open.includes(stream)) return;
      open = open.filter((other) => other !== stream);
      if (open.length === 0) finish();
    });
    stream.resume();
  }
  heard();
}
