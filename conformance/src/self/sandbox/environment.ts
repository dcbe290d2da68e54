import { DEFAULT_OPEN_TIMEOUT_MS, PROTOCOL, SANDBOX_EXIT } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import { addressOf } from "./http-carrier.js";

/** How to start, or why not to. */
export type Start =
  | {
      readonly transport: "stdio" | "http" | "auto";
      readonly openTimeoutMs: number;
      /** Where HTTP is, if anywhere. */
      readonly url?: string;
    }
  | { readonly protocol: 0 }
  | { readonly exit: number; readonly line: string };

/** Reads the environment contract. Pure. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  deviations: Deviations,
): Start {
  const offered = environment["SANDPIPE_PROTOCOL"];
  // version:offer:absent-is-v0
  const told = offered !== undefined || deviations.has("absent-is-v1");
  if (!told) return { protocol: 0 };
  if (!deviations.has("version-guessed") && !(offered ?? "1").split(",").includes(String(PROTOCOL))) {
    const exit = deviations.has("version-exit-1") ? 1 : SANDBOX_EXIT.unavailable;
    return { exit, line: `this sandbox speaks protocol ${PROTOCOL}; the host offers ${offered}` };
  }
  const timeout = environment["SANDPIPE_OPEN_TIMEOUT_MS"];
  let openTimeoutMs = Number(timeout ?? DEFAULT_OPEN_TIMEOUT_MS);
  if (timeout !== undefined && !/^[1-9][0-9]*$/.test(timeout)) {
    if (deviations.has("timeout-parsed-by-prefix") && Number.parseInt(timeout, 10) > 0)
      openTimeoutMs = Number.parseInt(timeout, 10);
    else if (deviations.has("bad-timeout-default")) openTimeoutMs = DEFAULT_OPEN_TIMEOUT_MS;
    else return usage(`SANDPIPE_OPEN_TIMEOUT_MS must be a positive integer, not "${timeout}"`);
  }
  const transport = environment["SANDPIPE_TRANSPORT"] ?? "auto";
  const url = environment["SANDPIPE_HTTP_URL"];
  const known = url === undefined ? {} : { url };
  if (url !== undefined && transport !== "stdio" && addressOf(url, deviations) === undefined)
    return usage(`SANDPIPE_HTTP_URL must be http://127.0.0.1:PORT or unix:/PATH, not "${url}"`);
  if (transport === "stdio" || transport === "auto") return { transport, openTimeoutMs, ...known };
  if (transport === "http" && url !== undefined) return { transport, openTimeoutMs, url };
  if (transport === "http" && !deviations.has("http-taken-as-stdio"))
    return {
      exit: SANDBOX_EXIT.unavailable,
      line: "SANDPIPE_TRANSPORT is http, but SANDPIPE_HTTP_URL is not set",
    };
  if (transport === "http" || deviations.has("unknown-transport-taken"))
    return { transport: "stdio", openTimeoutMs };
  const line = `SANDPIPE_TRANSPORT must be stdio, http or auto, not "${transport}"`;
  return deviations.has("unknown-transport-exit-1") ? { exit: 1, line } : usage(line);
}

function usage(line: string): Start {
  return { exit: SANDBOX_EXIT.usage, line };
}
