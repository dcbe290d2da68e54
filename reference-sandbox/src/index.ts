/** Types for analysis scripts: `import type { Context } from "@sandpipe/sandbox"`. */
export type { CallableMethods, Context } from "./context/context.js";
export type { CsvOptions, CsvRow } from "./context/csv.js";
export type { FileFormat } from "./context/register-file.js";
export type { Duckdb, DuckdbOptions, RegisteredFile } from "./context/duckdb.js";
export type {
  DatasourceClient,
  LoadableRows,
  LoadedTable,
  LoadOptions,
  LoadType,
  Parameter,
  QueryOptions,
  RowStream,
  TableColumn,
} from "./datasources/index.js";
export type { FileRange, Files } from "./context/files.js";
export type { FileContent } from "./context/upload.js";
export type { TableOptions } from "./context/emit-forms.js";
export { SandpipeError } from "./errors.js";
export type { Failure, LocalErrorCode } from "./errors.js";
export type { CallOptions } from "./session/calls.js";
/**
 * The host's own methods, by name: `{params, result}` each. Empty here; `sandpipe-sandbox types` writes a declaration
 * that fills it, so that `ctx.call` knows them.
 */
// oxlint-disable-next-line typescript/no-empty-interface
export interface HostMethods {}
export type { Column, Form, Row } from "./values/index.js";
