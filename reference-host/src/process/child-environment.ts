import { ENVIRONMENT, ENVIRONMENT_ALLOW_LIST } from "@sandpipe/spec/v1";

/** Variables by name. */
export interface Variables {
  readonly [name: string]: string | undefined;
}

/** What the environment contract tells this session's sandbox. */
export interface Contract {
  /** The versions offered, joined by commas; undefined for version 0 alone, whose hosts know no such variable. */
  readonly protocol: string | undefined;
  readonly transport: "stdio" | "http" | "auto";
  /** Where HTTP is served, unless the transport is stdio. */
  readonly http?: { readonly url: string; readonly token: string; readonly openTimeoutMs: number };
}

/**
 * The environment of a sandbox: what of the host's own is on the allow list (`life:environment:allow-list`), what
 * the run adds, and the contract, which nothing overrides (`life:environment:contract`).
 */
export function childEnvironment(
  own: Variables,
  added: Variables,
  contract: Contract,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of ENVIRONMENT_ALLOW_LIST) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const [name, value] of Object.entries(added)) {
    if (value !== undefined) environment[name] = value;
  }
  // `life:environment:no-version`
  if (contract.protocol === undefined) delete environment[ENVIRONMENT.protocol];
  else environment[ENVIRONMENT.protocol] = contract.protocol;
  environment[ENVIRONMENT.transport] = contract.transport;
  if (contract.http) {
    environment[ENVIRONMENT.httpUrl] = contract.http.url;
    environment[ENVIRONMENT.httpToken] = contract.http.token;
    environment[ENVIRONMENT.openTimeoutMs] = String(contract.http.openTimeoutMs);
  }
  return environment;
}
