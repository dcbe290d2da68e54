import { isAbsolute, relative } from "node:path";
import type {
  ContentEncoding,
  FileInfo,
  FilesListParams,
  FilesReadResult,
  Limits,
  Methods,
} from "@sandpipe/spec/v1";
import { callSite } from "../datasources/failure.js";
import { messageOf, SandpipeError } from "../errors.js";
import type { CsvOptions, CsvRow } from "./csv.js";
import { pointPiecesTo, pointTo } from "./point-to.js";
import { readAhead, stepAfter } from "./read-ahead.js";
import { upload, type FileContent } from "./upload.js";

/** The files that the session may see. */
export interface Files {
  /**
   * All files in scope, over all pages; with a conversation's id (as text or in params) only that one's.
   *
   * @example
   * const [orders] = await ctx.files.list("c1");
   */
  list(filter?: string | Omit<FilesListParams, "cursor">): Promise<FileInfo[]>;
  /** What is known of one file. Rejects with 1003 `not_found` for an id that isn't in scope. */
  get(fileId: string): Promise<FileInfo>;
  /**
   * One range: `offset` and `length` in bytes, default from the start and as much as fits one frame; `encoding`
   * default `utf8`, which shortens to whole characters.
   */
  read(fileId: string, range?: FileRange): Promise<FilesReadResult>;
  /** The whole file as text. */
  text(fileId: string): Promise<string>;
  /** The whole file, parsed as JSON. Rejects with `invalid_file` where it is none. */
  json(fileId: string): Promise<unknown>;
  /**
   * The rows of a CSV file by the names in its first line; every value is text. Rejects with `invalid_file`, and with
   * `limit_exceeded` above 1,000,000 rows: `ctx.duckdb.registerFile` has no limit, and finds the types.
   *
   * @example
   * const rows = await ctx.files.csv("f1", { delimiter: ";" });
   * const total = rows.reduce((sum, row) => sum + Number(row["amount"]), 0);
   */
  csv(fileId: string, options?: CsvOptions): Promise<CsvRow[]>;
  /** The whole file as bytes. */
  bytes(fileId: string): Promise<Uint8Array>;
  /**
   * The file's bytes in pieces of one frame each, read a little ahead of the consumer and in bounded memory.
   *
   * @example
   * let bytes = 0;
   * for await (const piece of ctx.files.stream("f1")) bytes += piece.length;
   */
  stream(fileId: string, range?: Omit<FileRange, "encoding">): AsyncGenerator<Uint8Array, void, undefined>;
  /** A path of the file on this machine, readable by DuckDB without any bytes on the wire. */
  materialize(fileId: string): Promise<string>;
  /**
   * Stores a new file: text, bytes, or pieces of these as they come (a stream of any size). What doesn't fit one frame
   * is sent by parts, and is visible only when it is whole.
   *
   * @example
   * await ctx.files.write("report.md", "# Orders", { mime: "text/markdown" });
   * await ctx.files.write("copy.bin", ctx.files.stream("f1"));
   */
  write(name: string, content: FileContent, options?: { readonly mime?: string }): Promise<FileInfo>;
  /**
   * Stores a file that the script wrote into `ctx.scratch`, without sending its bytes: a plain name there, or its path.
   *
   * @example
   * await ctx.duckdb.query(`copy (select 42 a) to '${ctx.scratch}/a.parquet'`);
   * await ctx.files.adopt("a.parquet", { name: "answers.parquet" });
   */
  adopt(path: string, options?: { readonly name?: string; readonly mime?: string }): Promise<FileInfo>;
}

/** A range of a file, in bytes. */
export interface FileRange {
  readonly offset?: number;
  readonly length?: number;
  readonly encoding?: ContentEncoding;
}

/** A call of one of the contract's methods. */
export type Call = <M extends keyof Methods>(
  method: M,
  params: Methods[M]["params"],
) => Promise<Methods[M]["result"]>;

/** Ranges of one file that are asked for at once. */
const PARALLEL_RANGES = 4;

/** What `ctx.files` needs. */
export interface FilesParts {
  readonly call: Call;
  readonly limits: () => Pick<Limits, "maxFrameBytes">;
  readonly scratch: () => string | undefined;
  /** The path at which DuckDB may read a file that the host laid out. */
  readonly admit: (path: string) => Promise<string>;
}

/** Creates `ctx.files` over the calls of the contract. */
export function createFiles({ call, limits, scratch, admit }: FilesParts): Files {
  const read = (fileId: string, range: FileRange = {}): Promise<FilesReadResult> =>
    call("files.read", { fileId, encoding: "utf8", ...range });

  const text = async (fileId: string): Promise<string> => {
    let whole = "";
    for (let offset = 0; ;) {
      const part = await read(fileId, { offset });
      whole += part.content;
      if (part.eof || part.length === 0) return whole;
      offset = part.offset + part.length;
    }
  };

  const bytes = async (fileId: string): Promise<Uint8Array> => {
    const first = await read(fileId, { encoding: "base64" });
    const whole = new Uint8Array(first.size);
    whole.set(Buffer.from(first.content, "base64"));
    if (first.eof || first.length === 0) return whole;
    const step = stepAfter(first);
    let next = first.length;
    const take = async (): Promise<void> => {
      while (next < first.size) {
        let offset = next;
        const until = Math.min(first.size, (next += step));
        while (offset < until) {
          const part = await read(fileId, { offset, length: until - offset, encoding: "base64" });
          whole.set(Buffer.from(part.content, "base64"), offset);
          if (part.length === 0) return;
          offset += part.length;
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_RANGES }, take));
    return whole;
  };

  const stream: Files["stream"] = (fileId, { offset = 0, length } = {}) => {
    const site = callSite(stream);
    const pieces = readAhead(
      (from, most) =>
        call("files.read", {
          fileId,
          offset: from,
          encoding: "base64",
          ...(most === undefined ? {} : { length: most }),
        }),
      offset,
      length,
    );
    return pointPiecesTo(site, pieces);
  };

  // Not async, both: in Bun such a function isn't found in its own stack, and an error would point nowhere.
  const csv: Files["csv"] = (fileId, options = {}) => {
    const site = callSite(csv);
    const pieces = stream(fileId);
    const load = import("./csv.js");
    return pointTo(
      site,
      load.then(({ parseCsv }) => parseCsv(fileId, pieces, options)),
    );
  };
  const write: Files["write"] = (name, content, { mime } = {}) =>
    pointTo(callSite(write), upload(call, { name, mime }, content, limits()));

  return {
    async list(filter = {}) {
      const params = typeof filter === "string" ? { conversationId: filter } : filter;
      const files: FileInfo[] = [];
      let cursor: string | undefined;
      do {
        const page = await call("files.list", cursor === undefined ? params : { ...params, cursor });
        // A host of version 0 answers with a bare array.
        if (Array.isArray(page)) return page as FileInfo[];
        files.push(...page.files);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return files;
    },
    get: (fileId) => call("files.get", { fileId }),
    read,
    text,
    bytes,
    stream,
    async json(fileId) {
      const content = await text(fileId);
      try {
        return JSON.parse(content.startsWith("\ufeff") ? content.slice(1) : content) as unknown;
      } catch (cause) {
        const message = `file ${fileId} is no JSON: ${messageOf(cause)}`;
        throw new SandpipeError({ code: "invalid_file", message, data: { fileId }, cause });
      }
    },
    csv,
    async materialize(fileId) {
      const { path } = await call("files.materialize", { fileId });
      return admit(path);
    },
    write,
    adopt(path, options = {}) {
      const folder = scratch();
      const name = isAbsolute(path) && folder !== undefined ? relative(folder, path) : path;
      return call("files.adopt", { path: name, ...options });
    },
  };
}
