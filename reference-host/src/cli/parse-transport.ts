import type { RunOptions } from "../run/run-options.js";
import { CommandError } from "./command-error.js";

/** How the sandbox is to speak with its host. */
export type TransportArguments = Pick<RunOptions, "transport" | "http">;

/** The options of `parseArgs` that say so. */
export const TRANSPORT_OPTIONS = { transport: { type: "string" }, http: { type: "string" } } as const;

/** Reads their values. Throws CommandError. */
export function readTransport(values: {
  readonly transport?: string | undefined;
  readonly http?: string | undefined;
}): TransportArguments {
  const { transport = "stdio", http } = values;
  if (transport !== "stdio" && transport !== "http" && transport !== "auto") {
    throw new CommandError(`--transport is stdio, http or auto, not ${transport}`);
  }
  if (http === undefined) return { transport };
  if (http !== "tcp" && http !== "unix") throw new CommandError(`--http is tcp or unix, not ${http}`);
  if (transport === "stdio") throw new CommandError("--http needs --transport http or auto beside it");
  return { transport, http };
}
