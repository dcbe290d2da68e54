import { createRequire } from "node:module";
import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { Deviations } from "../deviations.js";
import { floatForm, integerForm, shortFloatForm, temporalForm } from "./forms.js";
import { createQueries, type Queries, type Row, type Running } from "./queries.js";

const AGAIN_MS = 10;
const toModule = createRequire(import.meta.url);

/** DuckDB where its package is installed, loaded at the first query; `beforeQuery` is called each time. */
export function openDuckdb(beforeQuery: () => void, deviations: Deviations): Queries | undefined {
  try {
    toModule.resolve("@duckdb/node-api");
  } catch {
    return undefined;
  }
  return createQueries(async (sql, params): Promise<Running> => {
    beforeQuery();
    const { DuckDBInstance } = await import("@duckdb/node-api");
    // Its own decoder drops a byte order mark at the beginning of a value.
    if (!deviations.has("first-mark-dropped"))
      toModule("@duckdb/node-api/lib/vectors/dataAccessors.js").textDecoder = new TextDecoder("utf-8", {
        ignoreBOM: true,
      });
    const instance = await DuckDBInstance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      // data:duckdb:confined
      enable_external_access: String(deviations.has("duckdb-reads-anything")),
      threads: "1",
    });
    const connection = await instance.connect();
    const rows = deviates(sql, deviations) ?? read(connection, sql, params, deviations);
    return {
      rows,
      async stop() {
        // One that comes before the statement has begun is lost.
        const again = setInterval(() => connection.interrupt(), AGAIN_MS);
        connection.interrupt();
        await rows.catch(() => undefined);
        clearInterval(again);
      },
      close() {
        connection.closeSync();
        instance.closeSync();
      },
    };
  }, deviations);
}

/** What a DuckDB does whose extensions are not all there. */
function deviates(sql: string, deviations: Deviations): Promise<Row[]> | undefined {
  if (deviations.has("zones-want-extension") && /at time zone/i.test(sql))
    return Promise.reject(
      new Error("Catalog Error: timezone is in the icu extension, which can't be fetched"),
    );
  if (deviations.has("load-pretended") && /^load /i.test(sql)) return Promise.resolve([]);
  return undefined;
}

async function read(
  connection: DuckDBConnection,
  sql: string,
  params: readonly unknown[],
  deviations: Deviations,
): Promise<Row[]> {
  const api = await import("@duckdb/node-api");
  const reader = await connection.runAndReadAll(sql, [...params] as DuckDBValue[]);
  const [names, types] = [reader.columnNames(), reader.columnTypes()];

  const form = (value: DuckDBValue, type: DuckDBType): unknown => {
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "bigint")
      return deviations.has("bigint-as-text") ? String(value) : integerForm(value);
    if (typeof value === "number")
      return type.typeId === api.DuckDBTypeId.FLOAT ? shortFloatForm(value) : floatForm(value);
    if (value instanceof api.DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
    if (value instanceof api.DuckDBListValue)
      return value.items.map((item) =>
        form(item, (type as typeof type & { valueType: DuckDBType }).valueType),
      );
    if (value instanceof api.DuckDBIntervalValue) return duration(value);
    if (value instanceof api.DuckDBDateValue && !value.isFinite)
      return value.days > 0 ? "infinity" : "-infinity";
    if (value instanceof api.DuckDBTimestampTZValue && value.isFinite) return instant(value.micros);
    const text = String(value);
    if (value instanceof api.DuckDBDecimalValue && deviations.has("decimal-as-number")) return Number(text);
    return /^(?:DATE|TIME)/.test(api.DuckDBTypeId[type.typeId]) ? temporalForm(text) : text;
  };
  return reader
    .getRows()
    .map((row) => row.map((value, at) => [names[at] ?? "", form(value, types[at] as DuckDBType)] as const));
}

function instant(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1_000n)).toISOString().slice(0, -5);
  return temporalForm(`${seconds}.${String(rest).padStart(6, "0")}+00`);
}

function duration({ months, days, micros }: { months: number; days: number; micros: bigint }): string {
  const seconds = Number(micros % 60_000_000n) / 1e6;
  const parts = [
    Math.trunc(months / 12),
    months % 12,
    days,
    micros / 3_600_000_000n,
    (micros / 60_000_000n) % 60n,
  ];
  const [y, m, d, h, min] = parts.map(Number);
  return `P${y}Y${m}M${d}DT${h}H${min}M${seconds}S`;
}
