import type { ContentEncoding, FileInfo, FilesListParams, FilesReadResult, Methods } from "@sandpipe/spec/v1";

/** The files that the session may see. */
export interface Files {
  /** All files in scope, over all pages; with a conversation's id (as text or in params) only that one's. */
  list(filter?: string | Omit<FilesListParams, "cursor">): Promise<FileInfo[]>;
  get(fileId: string): Promise<FileInfo>;
  /**
   * One range: `offset` and `length` in bytes, default from the start and as much as fits one frame; `encoding`
   * default `utf8`, which shortens to whole characters.
   */
  read(fileId: string, range?: FileRange): Promise<FilesReadResult>;
  /** The whole file as text. */
  text(fileId: string): Promise<string>;
  /** The whole file, parsed as JSON. */
  json(fileId: string): Promise<unknown>;
  /** The whole file as bytes. */
  bytes(fileId: string): Promise<Uint8Array>;
  /** A path of the file on this machine, readable by DuckDB without any bytes on the wire. */
  materialize(fileId: string): Promise<string>;
  /** Stores a new file; bytes go as base64. The content fits one frame. */
  write(name: string, content: string | Uint8Array, options?: { readonly mime?: string }): Promise<FileInfo>;
}

/** A range of a file, in bytes. */
export interface FileRange {
  readonly offset?: number;
  readonly length?: number;
  readonly encoding?: ContentEncoding;
}

type Call = <M extends keyof Methods>(
  method: M,
  params: Methods[M]["params"],
) => Promise<Methods[M]["result"]>;

/** Ranges of one file that are asked for at once. */
const PARALLEL_RANGES = 4;

/** Creates `ctx.files` over the calls of the contract; `admit` gives the path at which DuckDB may read a file. */
export function createFiles(call: Call, admit: (path: string) => Promise<string>): Files {
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
    let next = first.length;
    const take = async (): Promise<void> => {
      while (next < first.size) {
        let offset = next;
        const until = Math.min(first.size, (next += first.length));
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

  return {
    async list(filter = {}) {
      const params = typeof filter === "string" ? { conversationId: filter } : filter;
      const files: FileInfo[] = [];
      let cursor: string | undefined;
      do {
        const page = await call("files.list", cursor === undefined ? params : { ...params, cursor });
        files.push(...page.files);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return files;
    },
    get: (fileId) => call("files.get", { fileId }),
    read,
    text,
    bytes,
    async json(fileId) {
      const content = await text(fileId);
      return JSON.parse(content.startsWith("\ufeff") ? content.slice(1) : content) as unknown;
    },
    async materialize(fileId) {
      const { path } = await call("files.materialize", { fileId });
      return admit(path);
    },
    write(name, content, { mime } = {}) {
      const body =
        typeof content === "string"
          ? { content, encoding: "utf8" as const }
          : { content: Buffer.from(content).toString("base64"), encoding: "base64" as const };
      return call("files.write", { name, ...body, ...(mime === undefined ? {} : { mime }) });
    },
  };
}
