import type { Datasource } from "@sandpipe/spec/v1";
import type { DatasourceClient } from "../index.js";
import { plain, withSources, type Case, type Place } from "./case.js";

/** What a case that runs on both engines gets. */
export interface Bench {
  readonly kind: "postgres" | "mysql";
  readonly db: DatasourceClient;
  /** Connections of their own to the same server. */
  readonly observer: DatasourceClient;
  readonly url: string;
  /** A text that no other case has in its statements. */
  readonly marker: string;
  readonly place: Place;
}

/** A case on PostgreSQL and on MariaDB; one `expected` of its own each, or one for both. */
export function onBoth(
  name: string,
  expected: { readonly postgres: unknown; readonly mysql: unknown } | { readonly both: unknown },
  run: (bench: Bench) => Promise<unknown>,
  descriptor: Partial<Datasource> = {},
): Case {
  const on = (kind: "postgres" | "mysql", place: Place): Promise<unknown> => {
    const { url } = place[kind];
    const marker = `case_${process.pid}_${kind}_${name.replace(/\W/g, "").slice(0, 40)}`;
    return withSources([plain("db", url, descriptor), plain("observer", url)], (get) =>
      run({ kind, db: get("db"), observer: get("observer"), url, marker, place }),
    );
  };
  return {
    name,
    expected: "both" in expected ? { postgres: expected.both, mysql: expected.both } : expected,
    async run(place) {
      return { postgres: await on("postgres", place), mysql: await on("mysql", place) };
    },
  };
}
