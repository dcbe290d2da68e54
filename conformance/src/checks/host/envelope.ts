import * as fc from "fast-check";
import { RPC_ERROR } from "@sandpipe/spec/v1";
import { badId } from "../../arbitraries/id.js";
import { json } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import { unknownMember } from "../../arbitraries/unknown-member.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { badMembers } from "./bad-envelopes.js";
import { countedFact, outputFact, resultFact } from "./facts.js";
import { counting, refusal } from "./refusal.js";
import { answered, BARRIER, call, notification, opened, write } from "./steps.js";

/** Frames as JSON text that are refused, or not answered, for their envelope. */
const faulty: fc.Arbitrary<string> = fc.oneof(
  badMembers.map((bad) => JSON.stringify({ ...counting("bad"), ...bad })),
  badId.map((bad) => JSON.stringify(counting("ID")).replace('"ID"', () => bad)),
  fc.constantFrom(
    '{"jsonrpc":"2.0","method":7}',
    '{"jsonrpc":"2.0","id":"x","result":1}',
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}',
    '{"jsonrpc":"2.0","params":{}}',
    '{"jsonrpc":"2.0"}',
  ),
);

/** Valid requests that are refused for something else. */
const refusable: fc.Arbitrary<readonly [method: string, params: unknown]> = fc.constantFrom(
  ["conformance.absent", {}] as const,
  ["conformance.count", { key: 5 }] as const,
  ["session.open", { protocol: 1, runtime: { name: "probe", version: "1" }, features: [] }] as const,
  ["conformance.fail", { code: 2000, message: "on purpose" }] as const,
);

/** Checks of the area `call` that are about the envelope, in the order of its rows. */
export const envelopeChecks: readonly HostCheck[] = [
  // R07: ionide/LanguageServerProtocol#70
  hostCheck("call:envelope:unknown-members", {
    given: fc.array(fc.record({ name: unknownMember, value: json, s: text }), {
      minLength: 1,
      maxLength: 20,
    }),
    when: (members) =>
      opened(
        write(
          ...members.flatMap(({ name, value, s }, index): Part[] => {
            const more = Object.fromEntries([[name, value]]);
            const request = { jsonrpc: "2.0", id: index, method: "conformance.echo", params: { s } };
            const print = { jsonrpc: "2.0", method: "session.output", params: { stream: "stdout", text: s } };
            return index % 2 === 0
              ? [{ frame: { ...more, ...request } }, { frame: { ...print, ...more } }]
              : [{ frame: { ...request, ...more } }, { frame: { ...more, ...print } }];
          }),
        ),
        answered(...members.keys()),
      ),
    then: (seen, members) => [
      ...members.map(({ s }, index) => resultFact(seen, index, { s })),
      outputFact(seen, Buffer.from(members.map(({ s }) => s).join(""))),
    ],
    reach: { count: (_, members) => members.length },
  }),

  // R08: modelcontextprotocol/ruby-sdk#400
  refusal("call:envelope:invalid-request", {
    given: badMembers,
    wrong: (bad, under) => ({ record: JSON.stringify({ ...counting(under), ...bad }) }),
    code: RPC_ERROR.invalidRequest,
  }),

  refusal("call:envelope:no-batch", {
    given: fc.integer({ min: 1, max: 3 }),
    wrong: (length) => ({
      record: JSON.stringify(Array.from({ length }, (_, index) => counting(`batch-${index}`))),
    }),
    named: false,
    code: RPC_ERROR.parseError,
  }),

  hostCheck("call:envelope:counted", {
    given: fc.record({
      faults: fc.array(faulty, { maxLength: 20 }),
      refused: fc.array(refusable, { minLength: 1, maxLength: 8 }),
    }),
    when: ({ faults, refused }) =>
      opened(
        write(
          ...faults.map((record): Part => ({ record })),
          ...refused.map(([method, params], index) => call(`refused-${index}`, method, params)),
          notification("session.progress", { fraction: 0.5 }),
        ),
        answered(...refused.map((_, index) => `refused-${index}`)),
        BARRIER,
      ),
    then: (seen, { faults }) => [countedFact(seen, faults.length)],
    reach: { count: (_, { faults }) => faults.length },
  }),
];
