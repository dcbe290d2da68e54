import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Datasource } from "@sandpipe/spec/v1";
import type { IsolationMode } from "../isolation/isolation-mode.js";
import type { ResourceLimits } from "../isolation/resource-limits.js";
import { CommandError } from "./command-error.js";

/** Where a script runs, what it may use and reach. */
export interface PlaceArguments {
  readonly isolation: IsolationMode;
  readonly readable: readonly string[];
  readonly datasources: readonly Datasource[];
  readonly memoryBytes: number | undefined;
  readonly resources: ResourceLimits;
}

/** The options of `parseArgs` that say so. */
export const PLACE_OPTIONS = {
  isolation: { type: "string" },
  readable: { type: "string", multiple: true },
  datasource: { type: "string", multiple: true },
  memory: { type: "string" },
  cpu: { type: "string" },
  "file-size": { type: "string" },
  "open-files": { type: "string" },
} as const;

/** The values of these options. */
export interface PlaceValues {
  readonly isolation?: string | undefined;
  readonly readable?: readonly string[] | undefined;
  readonly datasource?: readonly string[] | undefined;
  readonly memory?: string | undefined;
  readonly cpu?: string | undefined;
  readonly "file-size"?: string | undefined;
  readonly "open-files"?: string | undefined;
}

const MIB = 1_048_576;

const KINDS: Readonly<Record<string, Datasource["kind"]>> = {
  ...{ "postgres:": "postgres", "postgresql:": "postgres" },
  ...{ "mysql:": "mysql", "mariadb:": "mysql" },
};

/** Reads what they say. Throws CommandError. */
export function readPlace(values: PlaceValues): PlaceArguments {
  const { isolation = "auto", memory, cpu } = values;
  if (isolation !== "auto" && isolation !== "bwrap" && isolation !== "none") {
    throw new CommandError(`--isolation is auto, bwrap or none, not ${isolation}`);
  }
  const size = values["file-size"];
  const files = values["open-files"];
  return {
    isolation,
    readable: values.readable ?? [],
    datasources: (values.datasource ?? []).map(readDatasource),
    memoryBytes: memory === undefined ? undefined : readCount("memory", memory) * MIB,
    resources: {
      ...(cpu !== undefined && { cpuSeconds: readCount("cpu", cpu) }),
      ...(size !== undefined && { fileBytes: readCount("file-size", size) * MIB }),
      ...(files !== undefined && { openFiles: readCount("open-files", files) }),
    },
  };
}

/** What is wrong is said without the URL, which may hold a password. */
function readDatasource(text: string): Datasource {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(equals, 0));
  if (name === "") {
    throw new CommandError("--datasource is NAME=URL, such as shop=postgres://reader@db.example:5432/shop");
  }
  const url = text.slice(equals + 1);
  const kind = KINDS[/^[a-z]+:/i.exec(url)?.[0].toLowerCase() ?? ""];
  if (kind !== undefined) return { name, kind, url, readOnly: true };
  const file = url.startsWith("file:") ? fileURLToPath(url) : resolve(url);
  if (url === "" || url.includes("://") || !existsSync(file)) {
    throw new CommandError(
      `--datasource ${name} needs a postgres://, mysql:// or mariadb:// URL, or a DuckDB file that is there`,
    );
  }
  return { name, kind: "duckdb", url: file, readOnly: true };
}

function readCount(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value * MIB) || value < 1) {
    throw new CommandError(`--${name} is a whole number above 0, not ${text}`);
  }
  return value;
}
