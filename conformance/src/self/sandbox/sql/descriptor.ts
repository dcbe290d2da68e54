import type { Datasource } from "@sandpipe/spec/v1";
import type { Deviations } from "../deviations.js";

/** How to reach a server, by its entry in the answer of `session.open`. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: "off" | "require" | "verify";
  readonly readOnly: boolean;
}

const WORDS: Readonly<Record<string, Reach["tls"]>> = {
  off: "off",
  disable: "off",
  require: "require",
  verify: "verify",
  "verify-full": "verify",
};

/** Reads an entry that has a url; an unknown word for TLS is an error (`data:query:tls-never-downgraded`). */
export function readDescriptor(source: Datasource, deviations: Deviations): Reach {
  const url = new URL(source.url ?? "");
  const word = url.searchParams.get("sslmode") ?? url.searchParams.get("ssl-mode");
  const asked = word === null ? undefined : WORDS[word];
  if (word !== null && asked === undefined && !deviations.has("tls-word-ignored"))
    throw new Error(`"${word}" is no word for TLS: off, require and verify are`);
  return {
    host: url.hostname,
    port: Number(url.port),
    user: source.user ?? "",
    password: source.password ?? "",
    database: source.database ?? "",
    tls: source.tls ?? asked ?? (word === null ? "verify" : "off"),
    readOnly: source.readOnly && !deviations.has("datasource-writable"),
  };
}
