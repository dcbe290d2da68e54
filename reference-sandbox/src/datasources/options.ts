/** `options` of a datasource's descriptor, all optional. Times in milliseconds, sizes in bytes. */
export interface DatasourceSettings {
  /** How long a statement may run unless a call says otherwise; 0 is without end. Default 60,000. */
  readonly statementTimeoutMs: number;
  /** How long connecting may take. Default 10,000. */
  readonly connectTimeoutMs: number;
  /** Queries that run at once; the others wait. Default 8. */
  readonly maxConnections: number;
  /** What `query()` takes into memory; above it fails and names `stream()`. Default 1,000,000 rows and 256 MiB, as DuckDB's. */
  readonly maxRows: number;
  readonly maxBytes: number;
  /** The certificate authority (PEM) to trust in place of the system's, for tls `verify`. */
  readonly ca?: string;
  /** The client's own certificate and key (PEM). */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate is for, where it isn't the host that is dialled. */
  readonly servername?: string;
}

/** What a datasource gets whose descriptor says nothing. */
export const DEFAULT_OPTIONS = {
  statementTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
  maxConnections: 8,
  maxRows: 1_000_000,
  maxBytes: 256 * 1024 * 1024,
} as const;

const TEXTS = ["ca", "cert", "key", "servername"] as const;
const NUMBERS = Object.keys(DEFAULT_OPTIONS) as (keyof typeof DEFAULT_OPTIONS)[];

/**
 * Reads a descriptor's options over the defaults.
 *
 * @throws Error that names an option that isn't known or has a wrong value.
 */
export function readOptions(given: { readonly [name: string]: unknown }): DatasourceSettings {
  const settings: Record<string, unknown> = { ...DEFAULT_OPTIONS };
  for (const [name, value] of Object.entries(given)) {
    if ((TEXTS as readonly string[]).includes(name)) {
      if (typeof value !== "string") throw new Error(`has the option ${name}, which must be text`);
    } else if ((NUMBERS as readonly string[]).includes(name)) {
      const least = name === "statementTimeoutMs" ? 0 : 1;
      if (!Number.isSafeInteger(value) || (value as number) < least)
        throw new Error(`has the option ${name}, which must be an integer of ${least} or more`);
    } else {
      throw new Error(
        `has the option ${JSON.stringify(name)}, which isn't known; known: ${[...NUMBERS, ...TEXTS].join(", ")}`,
      );
    }
    settings[name] = value;
  }
  return settings as unknown as DatasourceSettings;
}
