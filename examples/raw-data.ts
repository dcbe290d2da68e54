/** The data sets as they are, read without any of the project's code: what the tests compute their numbers from. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = (createRequire(import.meta.url).resolve.paths("vega-datasets") ?? [])
  .map((modules) => join(modules, "vega-datasets", "data"))
  .find((path) => existsSync(path));
if (folder === undefined) throw new Error("The package vega-datasets isn't installed: run npm install");
const data: string = folder;

/** Path of a data set. */
export function dataPath(name: string): string {
  return join(data, name);
}

/** Entries of a JSON data set. */
export function readJson(name: string): Record<string, unknown>[] {
  return JSON.parse(readFileSync(dataPath(name), "utf8")) as Record<string, unknown>[];
}

/** Rows of a CSV data set by the names in its first line (RFC 4180). */
export function readCsv(name: string): Record<string, string>[] {
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of readFileSync(dataPath(name), "utf8").matchAll(cells)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "") break;
    if (end !== ",") rows.push([]);
  }
  const [names = [], ...values] = rows.filter((row) => row.length > 1);
  return values.map((row) => Object.fromEntries(names.map((column, n) => [column, row[n] ?? ""])));
}

/** The entries by what `key` says of each. */
export function groupBy<T>(entries: readonly T[], key: (entry: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const group = groups.get(key(entry));
    if (group) group.push(entry);
    else groups.set(key(entry), [entry]);
  }
  return groups;
}

/** Their mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
