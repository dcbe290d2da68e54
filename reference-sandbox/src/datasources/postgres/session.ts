import type { ClientBase } from "pg";
import type { ArrayTypes } from "./types.js";

/**
 * What every session is set to, so that text forms don't depend on the server's configuration. With
 * client_connection_check_interval (PostgreSQL 14 on) the server notices by itself that a sandbox was killed and stops
 * its query (R60).
 */
export const SESSION_SETTINGS = [
  "SET datestyle = 'ISO, YMD'",
  "SET intervalstyle = 'iso_8601'",
  "SET timezone = 'UTC'",
  "SET bytea_output = 'hex'",
  "SET extra_float_digits = 1",
  "SET client_encoding = 'UTF8'",
  "SET standard_conforming_strings = on",
  `DO $$ BEGIN
     IF current_setting('server_version_num')::int >= 140000 THEN
       PERFORM set_config('client_connection_check_interval', '500ms', false);
     END IF;
   EXCEPTION WHEN OTHERS THEN NULL; END $$`,
].join("; ");

/** Asks the server for its array types, users' own among them; those with a delimiter of their own (box) stay text. */
export async function loadArrayTypes(client: ClientBase): Promise<ArrayTypes> {
  const { rows } = await client.query<{ array: number; member: number }>(
    `SELECT typarray::int8::text AS "array", oid::int8::text AS "member"
       FROM pg_catalog.pg_type WHERE typarray <> 0 AND typdelim = ','`,
  );
  return new Map(rows.map(({ array, member }) => [Number(array), Number(member)]));
}
