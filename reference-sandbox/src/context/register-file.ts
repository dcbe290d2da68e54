import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { RPC_ERROR, type FileInfo } from "@sandpipe/spec/v1";
import { SandpipeError } from "../errors.js";
import type { Row } from "../values/index.js";
import type { Files } from "./files.js";

/** What a file is read as. */
export type FileFormat = "csv" | "parquet" | "json";

/** A file that DuckDB knows by a name. */
export interface RegisteredFile {
  readonly name: string;
  /** Types as DuckDB names them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** What registering needs. */
export interface RegisterFileParts {
  readonly files: Pick<Files, "get" | "materialize" | "stream">;
  readonly query: (sql: string) => Promise<Row[]>;
  /** Where bytes go that the host can't lay out. */
  readonly folder: string;
}

const READERS: Readonly<Record<FileFormat, string>> = {
  csv: "read_csv",
  parquet: "read_parquet",
  json: "read_json",
};
const EXTENSIONS: Readonly<Record<string, FileFormat>> = {
  csv: "csv",
  tsv: "csv",
  txt: "csv",
  parquet: "parquet",
  json: "json",
  jsonl: "json",
  ndjson: "json",
};

/** Makes a view of a file: nothing is loaded before it is queried. */
export async function registerFile(
  { files, query, folder }: RegisterFileParts,
  name: string,
  fileId: string,
  asked: FileFormat | undefined,
): Promise<RegisteredFile> {
  const info = await files.get(fileId);
  const reader = READERS[asked ?? formatOf(info)];
  const path = await place(files, fileId, folder);
  const view = `"${name.replaceAll('"', '""')}"`;
  await query(`create or replace view ${view} as select * from ${reader}('${path.replaceAll("'", "''")}')`);
  const described = await query(`describe ${view}`);
  return {
    name,
    columns: described.map((row) => ({ name: String(row["column_name"]), type: String(row["column_type"]) })),
  };
}

/** At no wire cost where the host can; else the bytes are fetched. */
async function place(files: RegisterFileParts["files"], fileId: string, folder: string): Promise<string> {
  try {
    return await files.materialize(fileId);
  } catch (error) {
    if (!(error instanceof SandpipeError) || error.code !== RPC_ERROR.methodNotFound) throw error;
  }
  await mkdir(folder, { recursive: true });
  const path = join(await mkdtemp(join(folder, "file-")), "content");
  await pipeline(files.stream(fileId), createWriteStream(path));
  return path;
}

function formatOf({ id, name, mime }: FileInfo): FileFormat {
  const byName = EXTENSIONS[/\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? ""];
  if (byName !== undefined) return byName;
  const byMime = /\b(csv|parquet|json)\b/.exec(mime ?? "")?.[1];
  if (byMime !== undefined) return byMime as FileFormat;
  const message = `file ${id} (${JSON.stringify(name)}) can't be told to be CSV, Parquet or JSON: pass {format}`;
  throw new SandpipeError({ code: "invalid_file", message, data: { fileId: id } });
}
