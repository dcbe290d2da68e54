/** Protocol version 0, the founding document as it stands: its types and constants. Frozen. */
export type { Request, Params, SuccessResponse, ErrorResponse, Response } from "./frames.js";
export type { FilesListParams, HttpFilesQuery } from "./files.js";

/** The version that these types describe. */
export const PROTOCOL = 0;
