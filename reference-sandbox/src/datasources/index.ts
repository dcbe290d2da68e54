export type { DatasourceClient, QueryOptions } from "./client.js";
export { createDatasources, type Datasources } from "./datasources.js";
export { callSite } from "./failure.js";
export type { LoadableRows, LoadedTable, LoadOptions } from "./load/load-rows.js";
export type { LoadType, TableColumn } from "./load/table-types.js";
export type { Parameter } from "./parameters.js";
export type { RowStream } from "./row-stream.js";
