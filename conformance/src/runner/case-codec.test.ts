import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeCase, encodeCase } from "./case-codec.js";

const throughFile = (value: unknown): unknown => decodeCase(JSON.parse(JSON.stringify(encodeCase(value))));

describe("a saved case", () => {
  test("comes back as it was, whatever values it holds", () => {
    const exotic = fc.constantFrom(
      undefined,
      -0,
      NaN,
      Infinity,
      -Infinity,
      12n,
      "\ud800",
      "\u2028",
      new Uint8Array([0, 255]),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        exotic,
        fc.jsonValue(),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom("a", "__proto__", "constructor", "$sandpipe", ""), tie("tree"), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(throughFile(value)).toEqual(value);
      }),
    );
  });

  test("keeps a member that is named like the prototype a member", () => {
    const back = throughFile(JSON.parse('{"__proto__":{"x":1}}')) as object;
    expect(Object.hasOwn(back, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  test("keeps −0 apart from 0", () => {
    const [zero] = throughFile([-0]) as number[];
    expect(Object.is(zero, -0)).toBe(true);
  });

  test("of a kind from a later kit is refused by name", () => {
    expect(() => decodeCase({ $sandpipe: "regexp", value: "x" })).toThrow('"regexp"');
  });
});
