import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

/** A pair of pipes for a child's stdin and stdout. Node's own "pipes" are sockets. */
export interface Pipes {
  readonly stdin: Socket;
  readonly stdout: Socket;
  /** The child's ends, for its stdio. */
  readonly theirs: readonly [number, number];
  /** Closes the child's ends here, once it has its own. */
  closeTheirs(): void;
}

const run = promisify(execFile);
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Makes two pipes; their names in the folder are gone again when it resolves. */
export async function openPipes(folder: string): Promise<Pipes> {
  const names = [join(folder, "stdin"), join(folder, "stdout")] as const;
  await run("mkfifo", [...names]);
  // The reading end first: a writing end without a reader can't be opened.
  const [stdin, stdout] = names.map((name) => ({
    reads: openSync(name, O_RDONLY | O_NONBLOCK),
    writes: openSync(name, O_WRONLY | O_NONBLOCK),
  })) as [Ends, Ends];
  await Promise.all(names.map((name) => rm(name)));
  return {
    stdin: new Socket({ fd: stdin.writes, readable: false, writable: true }),
    stdout: new Socket({ fd: stdout.reads, readable: true, writable: false }),
    theirs: [stdin.reads, stdout.writes],
    closeTheirs() {
      closeSync(stdin.reads);
      closeSync(stdout.writes);
    },
  };
}

interface Ends {
  readonly reads: number;
  readonly writes: number;
}
