/** Types for analysis scripts: `import type { Context } from "@sandpipe/sandbox"`. */
export type { Context, Datasource } from "./context/context.js";
export type { Duckdb } from "./context/duckdb.js";
export type { FileRange, Files } from "./context/files.js";
export { SandpipeError } from "./errors.js";
export type { Failure, LocalErrorCode } from "./errors.js";
export type { CallOptions } from "./session/calls.js";
export type { Form, Row } from "./values/index.js";
