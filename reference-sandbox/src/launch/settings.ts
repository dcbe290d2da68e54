import { DEFAULT_OPEN_TIMEOUT_MS, ENVIRONMENT, PROTOCOL, SANDBOX_EXIT } from "@sandpipe/spec/v1";

/** What the host asked for by the environment. */
export interface Settings {
  readonly transport: "stdio" | "http" | "auto";
  readonly openTimeoutMs: number;
  readonly httpUrl?: string;
}

/** Why the sandbox can't start: one line for stderr, and the exit code. */
export interface Refusal {
  readonly exit: number;
  readonly line: string;
}

/** Reads the environment contract. Bad values end the sandbox before anything is sent. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings | Refusal {
  const versions = env[ENVIRONMENT.protocol];
  if (versions === undefined)
    return {
      exit: SANDBOX_EXIT.unavailable,
      line: `${ENVIRONMENT.protocol} is not set, so the host speaks version 0: this build speaks only 1; set ${ENVIRONMENT.protocol}=1`,
    };
  // version:offer:none-common
  if (!versions.split(",").some((version) => version.trim() === String(PROTOCOL)))
    return {
      exit: SANDBOX_EXIT.unavailable,
      line: `the host offers protocol ${JSON.stringify(versions)}, this sandbox speaks only ${PROTOCOL}`,
    };

  const transport = env[ENVIRONMENT.transport] ?? "auto";
  // fallback:transport:unknown-value
  if (transport !== "stdio" && transport !== "http" && transport !== "auto")
    return {
      exit: SANDBOX_EXIT.usage,
      line: `${ENVIRONMENT.transport} is ${JSON.stringify(transport)}: use stdio, http or auto`,
    };

  const timeout = env[ENVIRONMENT.openTimeoutMs];
  // fallback:timeout:bad-value; a timer of more than 31 bits would fire at once
  if (timeout !== undefined && (!/^[1-9][0-9]*$/.test(timeout) || Number(timeout) > 2_147_483_647))
    return {
      exit: SANDBOX_EXIT.usage,
      line: `${ENVIRONMENT.openTimeoutMs} is ${JSON.stringify(timeout)}: use a positive integer of milliseconds`,
    };

  const httpUrl = env[ENVIRONMENT.httpUrl];
  return {
    transport,
    openTimeoutMs: timeout === undefined ? DEFAULT_OPEN_TIMEOUT_MS : Number(timeout),
    ...(httpUrl === undefined ? {} : { httpUrl }),
  };
}
