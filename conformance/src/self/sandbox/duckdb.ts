import { createRequire } from "node:module";

/** Queries that run in this process. */
export interface Queries {
  query(sql: string, params?: readonly unknown[]): Promise<unknown>;
}

/** DuckDB where its package is installed, loaded at the first query; `beforeQuery` is called each time. */
export function openDuckdb(beforeQuery: () => void): Queries | undefined {
  const require = createRequire(import.meta.url);
  try {
    require.resolve("@duckdb/node-api");
  } catch {
    return undefined;
  }
  return {
    async query(sql, params = []) {
      beforeQuery();
      const { DuckDBInstance } = await import("@duckdb/node-api");
      const instance = await DuckDBInstance.create(":memory:", {
        autoinstall_known_extensions: "false",
        autoload_known_extensions: "false",
      });
      const connection = await instance.connect();
      try {
        const reader = await connection.runAndReadAll(sql, [...params] as never);
        return reader.getRowObjectsJson();
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    },
  };
}
