import * as fc from "fast-check";

/** Whole members as JSON text that make an envelope invalid whose id is readable. */
export const badMembers: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.constantFrom<
  Readonly<Record<string, unknown>>
>(
  { jsonrpc: "1.0" },
  { jsonrpc: "2" },
  { jsonrpc: 2 },
  { jsonrpc: null },
  { jsonrpc: "2.0 " },
  { method: 7 },
  { method: null },
  { method: ["conformance.count"] },
  { method: { name: "conformance.count" } },
);
