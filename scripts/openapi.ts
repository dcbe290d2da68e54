import { readComponents, readExamples } from "./method-table.js";
import type { Schema } from "./schema-shape.js";

const BASE = "#/components/schemas/";
const ref = (name: string): Schema => ({ $ref: `${BASE}${name}` });
const json = (schema: Schema, examples: Schema): Schema => ({ "application/json": { schema, examples } });

/** An answer that is no success: an error object with id null (`http:error:body`). */
function refused(description: string, code: number, kind?: string): Schema {
  const error = { code, message: description, ...(kind !== undefined && { data: { kind } }) };
  const value = { jsonrpc: "2.0", id: null, error };
  return { description, content: json(ref("ErrorResponse"), { refused: { value } }) };
}

const REFUSED = {
  "401": refused("No, a wrong, a foreign or an ended token", 1011, "unauthorized"),
  "403": refused("A foreign, missing, double or malformed Host, any Origin, or another scope", -32600),
};

/** The OpenAPI document of v1's HTTP binding, made from the types and the fixtures. */
export function openapiDocument(): Schema {
  const examples = readExamples();
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "http://json-schema.org/draft-07/schema#",
    info: {
      title: "Sandpipe protocol over HTTP",
      version: "1.0.0-draft",
      description: "The HTTP binding of a session: see spec/v1/transports.md.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [
      {
        url: "http://127.0.0.1:{port}",
        description: "Loopback; the same on a Unix socket",
        variables: { port: { default: "8000" } },
      },
    ],
    security: [{ session: [] }],
    paths: {
      "/api/mcp/rpc": { post: rpc(examples) },
      "/api/mcp/files": { get: list(examples) },
      "/api/mcp/files/{id}": { get: info(examples) },
      "/api/mcp/files/{id}/content": { get: content() },
    },
    components: {
      securitySchemes: {
        session: { type: "http", scheme: "bearer", description: "256 random bits, one token a session" },
      },
      schemas: readComponents(BASE),
    },
  };
}

type Examples = ReadonlyMap<string, unknown>;

function rpc(examples: Examples): Schema {
  const value = (type: string): Schema => ({ value: examples.get(type) });
  return {
    operationId: "rpc",
    summary: "One frame's JSON, without RS and LF",
    requestBody: {
      required: true,
      content: json(
        { anyOf: [ref("Request"), ref("Notification")] },
        { request: value("Request"), notification: value("Notification") },
      ),
    },
    responses: {
      "200": {
        description: "The response of a request",
        content: json(
          { anyOf: [ref("SuccessResponse"), ref("ErrorResponse")] },
          { success: value("SuccessResponse"), error: value("ErrorResponse") },
        ),
      },
      "202": { description: "A notification, or an object that deserves no answer" },
      "400": refused("No JSON object", -32700),
      ...REFUSED,
      "413": refused("More than maxFrameBytes", 1005, "limit_exceeded"),
      "415": refused("Another content type than application/json", -32600),
    },
  };
}

const parameter = (
  name: string,
  where: "path" | "query" | "header",
  schema: Schema,
  example: unknown,
): Schema => ({
  name,
  in: where,
  required: where === "path",
  schema,
  example,
});
const text = { type: "string" };

function list(examples: Examples): Schema {
  return {
    operationId: "listFiles",
    summary: "files.list",
    parameters: [
      parameter("project_id", "query", text, "p1"),
      parameter("conversation_id", "query", text, "c1"),
      parameter("cursor", "query", text, "next"),
      parameter("limit", "query", { type: "integer", minimum: 1 }, 10),
    ],
    responses: {
      "200": {
        description: "The files in scope",
        content: json(ref("FilesListResult"), { full: { value: examples.get("FilesListResult") } }),
      },
      ...REFUSED,
    },
  };
}

const NOT_FOUND = { "404": refused("No such file in scope", 1003, "not_found") };

function info(examples: Examples): Schema {
  return {
    operationId: "getFile",
    summary: "files.get",
    parameters: [parameter("id", "path", text, "f1")],
    responses: {
      "200": {
        description: "What is known of the file",
        content: json(ref("FileInfo"), { full: { value: examples.get("FileInfo") } }),
      },
      ...REFUSED,
      ...NOT_FOUND,
    },
  };
}

function content(): Schema {
  const bytes = { "application/octet-stream": {} };
  return {
    operationId: "getFileContent",
    summary: "The bytes of a file",
    parameters: [parameter("id", "path", text, "f1"), parameter("Range", "header", text, "bytes=0-99")],
    responses: {
      "200": { description: "The whole file", content: bytes },
      "206": { description: "The range that was asked for", content: bytes },
      ...REFUSED,
      ...NOT_FOUND,
      "416": refused("A range beyond the end", -32602),
    },
  };
}
