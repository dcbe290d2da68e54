import type { Client } from "pg";
import type { Deviations } from "../deviations.js";
import type { Reach } from "./descriptor.js";
import { floatForm, integerForm, temporalForm } from "./forms.js";
import { createQueries, type Queries, type Running } from "./queries.js";

/** Array types whose members have forms of their own. */
const MEMBERS: Readonly<Record<number, number>> = { 1005: 21, 1007: 23, 1016: 20, 1231: 1700 };
const INTEGERS = [20, 21, 23, 26];
const FLOATS = [700, 701];
const TEMPORAL = [1082, 1083, 1114, 1184, 1266];
/** So that the server itself writes what the table of forms says. */
const SETTINGS = "-c TimeZone=UTC -c IntervalStyle=iso_8601 -c DateStyle=ISO";

/** Queries on a PostgreSQL server. */
export function openPostgres(reach: Reach, deviations: Deviations): Queries {
  const connect = async (tls: boolean): Promise<Client> => {
    const { default: pg } = await import("pg");
    const { tls: mode, readOnly: _, ...to } = reach;
    const ssl = tls ? { rejectUnauthorized: mode === "verify" } : false;
    const client = new pg.Client({ ...to, ssl, options: SETTINGS });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const open = (): Promise<Client> => {
    const wanted = reach.tls !== "off";
    if (!wanted || !deviations.has("tls-downgraded")) return connect(wanted);
    return connect(true).catch(() => connect(false));
  };
  return createQueries(async (sql, params): Promise<Running> => {
    const client = await open();
    const { processID } = client as Client & { processID: number };
    const run = async (): ReturnType<typeof read> => {
      if (reach.readOnly) await client.query("begin read only");
      return read(client, sql, params);
    };
    return {
      rows: run(),
      async stop() {
        const other = await open();
        await other.query("select pg_cancel_backend($1)", [processID]);
        await other.end();
      },
      close: () => client.end(),
    };
  }, deviations);
}

async function read(
  client: Client,
  sql: string,
  params: readonly unknown[],
): Promise<(readonly [string, unknown])[][]> {
  const types = { getTypeParser: () => (text: string) => text };
  const query = { text: sql, values: [...params], rowMode: "array" as const, types };
  const { rows, fields } = await client.query<(string | null)[]>(query as never);
  return rows.map((row) =>
    row.map((text, at) => [fields[at]?.name ?? "", form(text, fields[at]?.dataTypeID ?? 25)] as const),
  );
}

function form(text: string | null, type: number): unknown {
  if (text === null) return null;
  if (INTEGERS.includes(type)) return integerForm(BigInt(text));
  if (FLOATS.includes(type)) return floatForm(Number(text));
  if (type === 16) return text === "t";
  if (TEMPORAL.includes(type)) return temporalForm(text);
  if (type === 17) return Buffer.from(text.slice(2), "hex").toString("base64");
  const member = MEMBERS[type];
  if (member === undefined) return text;
  const items = text === "{}" ? [] : text.slice(1, -1).split(",");
  return items.map((item) => form(item === "NULL" ? null : item, member));
}
