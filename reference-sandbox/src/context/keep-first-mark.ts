import { createRequire } from "node:module";

/**
 * Has DuckDB's package decode a text as it is: its decoder drops a byte order mark (U+FEFF) at the beginning of a value,
 * which is a character of it (`data:query:value-forms`).
 */
export function keepFirstMark(): void {
  const accessors = createRequire(import.meta.url)("@duckdb/node-api/lib/vectors/dataAccessors.js") as {
    textDecoder: InstanceType<typeof TextDecoder>;
  };
  accessors.textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
}
