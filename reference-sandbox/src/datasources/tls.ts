import { checkServerIdentity, type PeerCertificate } from "node:tls";

/**
 * What a datasource demands of its connection. `off`: plain text. `require`: encrypted, whoever answers. `verify`:
 * encrypted, by a certificate of a trusted authority for the server's own name. None ever turns into a
 * lesser one (`data:query:tls-never-downgraded`).
 */
export type TlsMode = "off" | "require" | "verify";

/** The words of PostgreSQL's and MySQL's own clients beside ours. */
const WORDS: ReadonlyMap<string, TlsMode> = new Map([
  ["off", "off"],
  ["disable", "off"],
  ["disabled", "off"],
  ["require", "require"],
  ["required", "require"],
  ["verify", "verify"],
  ["verify-full", "verify"],
  ["verify_identity", "verify"],
]);

/** Words of the drivers that may end in plain text, or leave the server's name unchecked. */
const LESSER: ReadonlySet<string> = new Set([
  "allow",
  "prefer",
  "preferred",
  "verify-ca",
  "verify_ca",
  "no-verify",
]);

/**
 * The demand of a descriptor's `tls` and its url's parameter: `verify` by default, `off` on a Unix socket (R66).
 *
 * @throws Error on a word that isn't known, that is weaker than it sounds, or when the two differ.
 */
export function tlsMode(
  member: string | undefined,
  url: { readonly parameter: string; readonly word: string } | undefined,
  unixSocket: boolean,
): TlsMode {
  const own = member === undefined ? undefined : readWord("tls", member);
  const asked = url === undefined ? undefined : readWord(url.parameter, url.word);
  if (own !== undefined && asked !== undefined && own !== asked)
    throw new Error(`asks for tls ${own}, but its url for ${asked}: name one`);
  return own ?? asked ?? (unixSocket ? "off" : "verify");
}

function readWord(parameter: string, word: string): TlsMode {
  const lower = word.toLowerCase();
  const mode = WORDS.get(lower);
  if (mode !== undefined) return mode;
  const why = LESSER.has(lower) ? "promises less than it says" : "isn't known";
  throw new Error(`has ${parameter}=${JSON.stringify(word)}, which ${why}; expected off, require or verify`);
}

/** Options for `tls.connect` that both drivers pass on. */
export interface TlsOptions {
  rejectUnauthorized: boolean;
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  host?: string;
  checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/** Makes the TLS options of a demand; undefined is plain text. `name` is what the certificate must be for. */
export function tlsOptions(
  mode: TlsMode,
  name: string,
  files: { readonly ca?: string; readonly cert?: string; readonly key?: string },
): TlsOptions | undefined {
  if (mode === "off") return undefined;
  const client = {
    ...(files.ca === undefined ? {} : { ca: files.ca }),
    ...(files.cert === undefined ? {} : { cert: files.cert }),
    ...(files.key === undefined ? {} : { key: files.key }),
  };
  if (mode === "require")
    return { ...client, rejectUnauthorized: false, checkServerIdentity: () => undefined };
  return {
    ...client,
    rejectUnauthorized: true,
    host: name,
    // pg puts the address it dials in place of a name that was given: the check must not follow it.
    checkServerIdentity: (_dialled, certificate) => checkServerIdentity(name, certificate),
  };
}
