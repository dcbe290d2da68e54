const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Signals to this process end what runs in an orderly way; so does a reader of stdout that has gone. */
export function listenForSignals(): {
  readonly signal: AbortSignal;
  /** The signal that came, or nothing. */
  by(): string;
  stop(): void;
} {
  const controller = new AbortController();
  let by = "";
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      by = signal;
      controller.abort(`The host got ${signal}`);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  const onBroken = (): void => controller.abort("The reader of stdout has gone");
  process.stdout.on("error", onBroken);
  process.stderr.on("error", onBroken);
  return {
    signal: controller.signal,
    by: () => by,
    stop() {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
