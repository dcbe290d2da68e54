/** Types for analysis scripts: `import type { Context } from "@sandpipe/sandbox"`. */
export type { Context } from "./context/context.js";
export type { Duckdb } from "./context/duckdb.js";
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
export { SandpipeError } from "./errors.js";
export type { Failure, LocalErrorCode } from "./errors.js";
export type { CallOptions } from "./session/calls.js";
export type { Column, Form, Row } from "./values/index.js";
