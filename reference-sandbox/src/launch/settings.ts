import { DEFAULT_OPEN_TIMEOUT_MS, ENVIRONMENT, PROTOCOL, SANDBOX_EXIT } from "@sandpipe/spec/v1";
import { readHttpUrl, type HttpAddress } from "../http/http-url.js";

/** What the host asked for by the environment. */
export interface Settings {
  readonly protocol: 0 | 1;
  readonly transport: "stdio" | "http" | "auto";
  readonly openTimeoutMs: number;
  /** From SANDPIPE_HTTP_URL; with transport `http` it is there. */
  readonly http?: HttpAddress;
}

/** Why the sandbox can't start: one line for stderr, and the exit code. */
export interface Refusal {
  readonly exit: number;
  readonly line: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const LONGEST_TIMER_MS = 2_147_483_647;
/** What may stand in an Authorization header (RFC 6750). */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Reads the environment contract. Bad values end the sandbox before anything is sent. */
export function readSettings(env: Env, token: string | undefined): Settings | Refusal {
  const protocol = readProtocol(env[ENVIRONMENT.protocol]);
  if (typeof protocol === "object") return protocol;

  const transport = env[ENVIRONMENT.transport] ?? "auto";
  // fallback:transport:unknown-value
  if (transport !== "stdio" && transport !== "http" && transport !== "auto")
    return usage(ENVIRONMENT.transport, transport, "use stdio, http or auto");

  const timeout = env[ENVIRONMENT.openTimeoutMs];
  // fallback:timeout:bad-value; a timer of more than 31 bits would fire at once
  if (timeout !== undefined && (!/^[1-9][0-9]*$/.test(timeout) || Number(timeout) > LONGEST_TIMER_MS))
    return usage(ENVIRONMENT.openTimeoutMs, timeout, "use a positive integer of milliseconds");

  const settings: Settings = {
    protocol,
    transport,
    openTimeoutMs: timeout === undefined ? DEFAULT_OPEN_TIMEOUT_MS : Number(timeout),
  };
  const url = env[ENVIRONMENT.httpUrl];
  if (transport === "stdio") return settings;
  if (url === undefined) {
    if (transport === "auto") return settings;
    // fallback:http:no-url
    const line = `${ENVIRONMENT.transport} is http, but there is no ${ENVIRONMENT.httpUrl}: set it to http://127.0.0.1:PORT or unix:/absolute/path.sock`;
    return { exit: SANDBOX_EXIT.unavailable, line };
  }
  const http = readHttpUrl(url);
  if (http === undefined)
    return usage(ENVIRONMENT.httpUrl, url, "use http://127.0.0.1:PORT or unix:/absolute/path.sock");
  if (token !== undefined && !TOKEN.test(token))
    return {
      exit: SANDBOX_EXIT.usage,
      line: `${ENVIRONMENT.httpToken} is no bearer token: use letters, digits and -._~+/ only`,
    };
  return { ...settings, http };
}

function readProtocol(offered: string | undefined): 0 | 1 | Refusal {
  // `version:offer:absent-is-v0`: a host of the founding document knows no such variable.
  if (offered === undefined) return 0;
  const versions = offered.split(",").map((version) => version.trim());
  if (versions.includes(String(PROTOCOL))) return PROTOCOL;
  if (versions.includes("0")) return 0;
  // version:offer:none-common
  const line = `the host offers protocol ${JSON.stringify(offered)} by ${ENVIRONMENT.protocol}, this sandbox speaks 0 and ${PROTOCOL}`;
  return { exit: SANDBOX_EXIT.unavailable, line };
}

function usage(name: string, value: string, advice: string): Refusal {
  return { exit: SANDBOX_EXIT.usage, line: `${name} is ${JSON.stringify(value)}: ${advice}` };
}
