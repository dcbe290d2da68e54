import { describe, expect, test } from "vitest";
import { readByteRange } from "./byte-range.js";

describe("a Range header", () => {
  test.each([
    ["bytes=0-0", 10, { first: 0, last: 0 }],
    ["bytes=2-4", 10, { first: 2, last: 4 }],
    ["bytes=2-", 10, { first: 2, last: 9 }],
    ["bytes=2-99", 10, { first: 2, last: 9 }],
    ["bytes=9-", 10, { first: 9, last: 9 }],
    ["bytes=-3", 10, { first: 7, last: 9 }],
    ["bytes=-99", 10, { first: 0, last: 9 }],
    ["BYTES = 1-1", 10, { first: 1, last: 1 }],
    ["bytes=00-01", 10, { first: 0, last: 1 }],
    ["bytes=0-99999999999999999999", 10, { first: 0, last: 9 }],
  ])("%s of %d bytes names %j", (header, size, range) => {
    expect(readByteRange(header, size)).toEqual(range);
  });

  test.each([
    ["bytes=10-", 10],
    ["bytes=99999999999999999999-", 10],
    ["bytes=50-60", 10],
    ["bytes=-0", 10],
    ["bytes=0-", 0],
    ["bytes=0-0", 0],
  ])("%s of %d bytes can't be satisfied", (header, size) => {
    expect(readByteRange(header, size)).toBe("unsatisfiable");
  });

  test.each([
    [undefined, 10],
    ["", 10],
    ["bytes=", 10],
    ["bytes=-", 10],
    ["bytes=4-2", 10],
    ["bytes=a-b", 10],
    ["bytes=1-2x", 10],
    ["bytes=+1-2", 10],
    ["lines=1-2", 10],
    ["bytes=0-1,3-4", 10],
    ["bytes=-5", 0],
  ])("%s of %d bytes stands for all of them", (header, size) => {
    expect(readByteRange(header, size)).toBeUndefined();
  });
});
