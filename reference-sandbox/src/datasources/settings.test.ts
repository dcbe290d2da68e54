import type { Datasource } from "@sandpipe/spec/v1";
import { assert, constantFrom, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { SandpipeError } from "../errors.js";
import { connectSettings, type ConnectSettings } from "./settings.js";

function settings(more: Partial<Datasource>): ConnectSettings {
  return connectSettings({ name: "db", kind: "postgres", readOnly: true, ...more });
}

function refusal(more: Partial<Datasource>): string {
  try {
    settings(more);
  } catch (error) {
    if (error instanceof SandpipeError) return error.message;
    throw error;
  }
  return "";
}

describe("a url", () => {
  test.each<[string, object]>([
    [
      "postgres://me:p%40ss@db.example:6543/sales",
      {
        address: { host: "db.example", port: 6543 },
        user: "me",
        password: "p@ss",
        database: "sales",
        tls: "verify",
      },
    ],
    ["postgresql://me@[::1]/sales", { address: { host: "::1", port: 5432 }, database: "sales" }],
    ["postgres://me@db.example", { database: "me" }],
    ["postgres://me@/sales?host=/run/pg/x.sock", { address: { path: "/run/pg/x.sock" }, tls: "off" }],
    ["postgres://%2Frun%2Fpg/sales?user=me", { address: { path: "/run/pg" }, user: "me" }],
    [
      "postgres://db.example/sales?user=me&password=x&port=7000&dbname=other",
      { address: { host: "db.example", port: 7000 }, user: "me", password: "x", database: "other" },
    ],
    ["postgres://db/x?sslmode=disable&user=me", { tls: "off" }],
    ["postgres://db/x?sslmode=verify-full&user=me", { tls: "verify" }],
    ["postgres://db/x?ssl-mode=REQUIRED&user=me", { tls: "require" }],
  ])("%s is read", (url, expected) => expect(settings({ url })).toMatchObject(expected));

  test("of MySQL has its own scheme, port and socket", () => {
    expect(settings({ kind: "mysql", url: "mariadb://me@db.example/x" }).address).toEqual({
      host: "db.example",
      port: 3306,
    });
    expect(settings({ kind: "mysql", url: "mysql://me@/x?socket=/run/my.sock" }).address).toEqual({
      path: "/run/my.sock",
    });
    expect(refusal({ kind: "mysql", url: "postgres://db/x" })).toContain("mysql: or mariadb:");
  });
});

describe("a descriptor is refused with words that help", () => {
  test.each<[Partial<Datasource>, string]>([
    [{ kind: "duckdb" }, "is a file"],
    [{}, "neither a server (url) nor a Unix socket (socket)"],
    [{ socket: "run/pg.sock" }, "no absolute path"],
    [{ url: "nonsense" }, "postgres://user@host:5432/database"],
    [{ url: "postgres://a@db/x", user: "b" }, "user twice"],
    [{ url: "postgres://db/x?sslmode=bogus" }, 'sslmode="bogus", which isn\'t known'],
    [{ url: "postgres://db/x?sslmode=prefer" }, "promises less than it says"],
    [{ url: "postgres://db/x?sslmode=verify-ca" }, "promises less than it says"],
    [{ url: "postgres://db/x?sslmode=require&sslmode=disable" }, "both"],
    [{ url: "postgres://db/x?sslmode=require", tls: "off" }, "name one"],
    [{ url: "postgres://db/x", tls: "on" as never }, "expected off, require or verify"],
    [{ url: "postgres://db/x?sslrootcert=/x" }, "isn't known; known: host"],
    [{ url: "postgres://db/x?port=70000" }, "which is none"],
    [{ url: "postgres://db/x", options: { maxrows: 1 } }, 'option "maxrows", which isn\'t known'],
    [{ url: "postgres://db/x", options: { maxRows: 0 } }, "an integer of 1 or more"],
    [{ url: "postgres://db/x", options: { ca: 1 } }, "must be text"],
    [{ kind: "mysql", url: "mysql://me@10.0.0.1/x" }, "options.servername"],
  ])("%j", (descriptor, words) => expect(refusal(descriptor)).toContain(words));
});

test("no refusal tells the password", () => {
  const given = process.env["SANDPIPE_TEST_SEED"];
  assert(
    property(
      string({ minLength: 6 }),
      constantFrom("?sslmode=bogus", "?x=1", "?port=0", ":port", "?sslmode=require&ssl=off"),
      (secret, fault) => {
        const message = refusal({ url: `postgres://me:${encodeURIComponent(`pw-${secret}`)}@db/x${fault}` });
        expect(message).not.toContain(encodeURIComponent(`pw-${secret}`));
        expect(message).not.toContain(`pw-${secret}`);
      },
    ),
    given === undefined ? {} : { seed: Number(given) },
  );
});
