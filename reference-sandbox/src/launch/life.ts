import type { Capture } from "../capture/capture.js";
import type { Transport } from "../session/transport.js";
import type { Watchdog } from "../watchdog/watchdog.js";

/** What ends the process, with everything printed before on its way. */
export interface Life {
  /** Ends the process; exit handlers of the script run, and their prints arrive. */
  exit(code: number): never;
  /** The host takes nothing any more: what is still to be sent gets only this long. */
  limitFlush(ms: number): void;
}

/** Makes every way out flush first: the script's own exit, a signal to itself, the natural end (`output:exit:flushed`). */
export function createLife(
  transport: Pick<Transport, "flushSync" | "setSynchronous">,
  capture: Capture,
  watchdog?: Watchdog,
): Life {
  let flushMs = Infinity;
  const flush = (): void => {
    capture.flush();
    transport.flushSync(flushMs);
  };
  const beLast = (): void => {
    capture.setSynchronous();
    transport.setSynchronous(flushMs);
    if (watchdog === undefined) flush();
    else watchdog.during(flush);
  };

  const exit = process.exit.bind(process);
  const { reallyExit } = process as unknown as { reallyExit(code?: number): never };
  const kill = process.kill.bind(process);
  const abort = process.abort.bind(process);
  // The first listener: prints of the script's own exit handlers are synchronous from here on.
  process.on("exit", beLast);
  Object.assign(process, {
    exit(code?: number): never {
      beLast();
      return exit(code);
    },
    reallyExit(code?: number): never {
      beLast();
      return reallyExit.call(process, code);
    },
    kill(pid: number, signal?: string | number): true {
      if (pid === process.pid || pid <= 0) flush();
      return kill(pid, signal);
    },
    abort(): void {
      flush();
      abort();
    },
  });
  return {
    exit(code) {
      beLast();
      return exit(code);
    },
    limitFlush(ms) {
      flushMs = ms;
    },
  };
}
