/** Writes schemas/v1/openrpc.json and openapi.json. `--check` exits 1 where a committed one differs. */
import { openapiDocument } from "./openapi.js";
import { openrpcDocument } from "./openrpc.js";
import { writeOrCheck } from "./write-or-check.js";

const render = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
writeOrCheck(
  new Map([
    ["schemas/v1/openrpc.json", render(openrpcDocument())],
    ["schemas/v1/openapi.json", render(openapiDocument())],
  ]),
  "npx tsx scripts/generate-api-documents.ts",
);
