/** The environment contract, host to sandbox. Absent members fall back as each says. */
export interface Environment {
  /** Versions that the host offers, comma-separated. Absent: a host of the founding document, v0. */
  SANDPIPE_PROTOCOL?: string;
  /** Default `auto`. */
  SANDPIPE_TRANSPORT?: "stdio" | "http" | "auto";
  /**
   * A positive integer, milliseconds, for each leg of `auto`. Default 2000.
   * @pattern ^[1-9][0-9]*$
   */
  SANDPIPE_OPEN_TIMEOUT_MS?: string;
  /** `http://127.0.0.1:PORT` or `unix:/absolute/path.sock`. */
  SANDPIPE_HTTP_URL?: string;
  /** Bearer token of this session. */
  SANDPIPE_HTTP_TOKEN?: string;
}

export const ENVIRONMENT = {
  protocol: "SANDPIPE_PROTOCOL",
  transport: "SANDPIPE_TRANSPORT",
  openTimeoutMs: "SANDPIPE_OPEN_TIMEOUT_MS",
  httpUrl: "SANDPIPE_HTTP_URL",
  httpToken: "SANDPIPE_HTTP_TOKEN",
} as const;

/** What of the host's own environment may reach the sandbox (`life:environment:allow-list`). */
export const ENVIRONMENT_ALLOW_LIST = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"] as const;

/** Default of SANDPIPE_OPEN_TIMEOUT_MS. */
export const DEFAULT_OPEN_TIMEOUT_MS = 2_000;

/** Exit codes of a sandbox, after sysexits.h; a script's own exit code passes through. */
export const SANDBOX_EXIT = {
  ok: 0,
  /** The script failed, and the host knows by its result. */
  failed: 1,
  /** A bad value in the environment, or bad arguments. */
  usage: 64,
  /** No version in common, or no transport reaches the host. */
  unavailable: 69,
} as const;
