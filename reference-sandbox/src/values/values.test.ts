import { array, assert, bigInt, constantFrom, date, float, property, type IProperty } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bitsForm,
  bytesForm,
  dateForm,
  float32Form,
  floatForm,
  instantForm,
  integerForm,
  intervalForm,
  rowBuilder,
  timeForm,
  timestampForm,
  timestamptzForm,
  uniqueNames,
} from "./index.js";

/** Runs a property by a seed that is printed with a failure and can be given back in the environment. */
function holds<T>(property: IProperty<T>): void {
  const given = process.env["SANDPIPE_TEST_SEED"];
  assert(property, given === undefined ? {} : { seed: Number(given) });
}

describe("integers", () => {
  test("are numbers while safe and digits beyond, so that BigInt gives back what was sent", () => {
    holds(
      property(bigInt({ min: -(2n ** 127n), max: 2n ** 127n }), (value) => {
        const form = integerForm(value);
        expect(BigInt(form)).toBe(value);
        expect(typeof form).toBe(value >= -(2n ** 53n) + 1n && value <= 2n ** 53n - 1n ? "number" : "string");
        expect(integerForm(String(value))).toBe(form);
      }),
    );
  });

  test.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740993", "-9007199254740993"],
    ["18446744073709551615", "18446744073709551615"],
    ["0", 0],
  ])("%s is %j", (text, form) => expect(integerForm(text)).toBe(form));
});

describe("floats", () => {
  test("that JSON can't say are text", () => {
    expect(["NaN", "Infinity", "-Infinity", "1e3"].map(floatForm)).toEqual([
      "NaN",
      "Infinity",
      "-Infinity",
      1000,
    ]);
    expect(float32Form(Number.NaN)).toBe("NaN");
  });

  test("of 32 bits are the shortest decimal that is the same float", () => {
    expect(float32Form(Math.fround(0.1))).toBe(0.1);
    expect(float32Form(Math.fround(16777217))).toBe(16777216);
    holds(
      property(float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(float32Form(value) as number)).toBe(value);
      }),
    );
  });
});

describe("dates and times", () => {
  test.each([
    [dateForm, "1975-05-11", "1975-05-11"],
    [dateForm, "0044-03-15 BC", "-000043-03-15"],
    [dateForm, "0044-03-15 (BC)", "-000043-03-15"],
    [dateForm, "0001-01-01 BC", "0000-01-01"],
    [dateForm, "12024-03-10", "+012024-03-10"],
    [dateForm, "infinity", "infinity"],
    [dateForm, "0000-00-00", "0000-00-00"],
    [dateForm, "2024-00-07", "2024-00-07"],
    [timeForm, "02:30:00.500", "02:30:00.5"],
    [timeForm, "-838:59:59.000000", "-838:59:59"],
    [timeForm, "02:30:00+02", "02:30:00+02:00"],
    [timeForm, "02:30:00-0530", "02:30:00-05:30"],
    [timeForm, "02:30:00+00", "02:30:00Z"],
    [timestampForm, "2024-03-10 02:30:00", "2024-03-10T02:30:00"],
    [timestampForm, "2024-03-10 02:30:00.120000", "2024-03-10T02:30:00.12"],
    [timestampForm, "0044-03-15 (BC) 01:02:03", "-000043-03-15T01:02:03"],
    [timestampForm, "0000-00-00 00:00:00", "0000-00-00 00:00:00"],
    [timestampForm, "-infinity", "-infinity"],
    [timestamptzForm, "2024-01-01 00:00:00+00", "2024-01-01T00:00:00Z"],
    [timestamptzForm, "2024-01-01 00:30:00.000001+02", "2023-12-31T22:30:00.000001Z"],
    [timestamptzForm, "2024-01-01 00:30:00-03:30", "2024-01-01T04:00:00Z"],
    [timestamptzForm, "1880-01-01 00:00:00+00:53:28", "1879-12-31T23:06:32Z"],
    [timestamptzForm, "0044-03-15 01:00:00+02 BC", "-000043-03-14T23:00:00Z"],
    [timestamptzForm, "294276-12-31 23:59:59+01", "+294276-12-31T23:59:59+01:00"],
    [timestamptzForm, "infinity", "infinity"],
  ] as const)("%o of %s is %s", (form, text, expected) => expect(form(text)).toBe(expected));

  test("of an instant by microseconds are UTC, before 1970 too", () => {
    expect(instantForm(1_704_067_200_000_000n)).toBe("2024-01-01T00:00:00Z");
    expect(instantForm(-1n)).toBe("1969-12-31T23:59:59.999999Z");
    expect(instantForm(1_500_000n)).toBe("1970-01-01T00:00:01.5Z");
  });

  test("any instant reads back as itself", () => {
    holds(
      property(date({ noInvalidDate: true }), (at) => {
        const micros = BigInt(at.getTime()) * 1000n;
        expect(new Date(instantForm(micros)).getTime()).toBe(at.getTime());
      }),
    );
  });
});

describe("intervals", () => {
  test.each([
    [{ months: 14, days: 3, micros: 14_706_500_000n }, "P1Y2M3DT4H5M6.5S"],
    [{ months: 0, days: 0, micros: 0n }, "PT0S"],
    [{ months: 1, days: -1, micros: -1n }, "P1M-1DT-0.000001S"],
    [{ months: -14, days: 0, micros: 0n }, "P-1Y-2M"],
  ])("%o is %s", (parts, text) => expect(intervalForm(parts)).toBe(text));
});

describe("rows", () => {
  test("rename doubled names and never a name that the query gives itself", () => {
    expect(uniqueNames(["a", "b", "a", "a"])).toEqual(["a", "b", "a_1", "a_2"]);
    expect(uniqueNames(["a", "a", "a_1"])).toEqual(["a", "a_2", "a_1"]);
    holds(
      property(array(constantFrom("a", "a_1", "a_1_1", "a_2", "", "__proto__")), (names) => {
        const unique = uniqueNames(names);
        expect(new Set(unique).size).toBe(names.length);
        expect(unique.every((name, index) => name.startsWith(names[index] ?? ""))).toBe(true);
      }),
    );
  });

  test("hold a column named __proto__ as an own property", () => {
    const row = rowBuilder(["a", "__proto__"])([1, { polluted: true }]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(JSON.stringify(row)).toBe('{"a":1,"__proto__":{"polluted":true}}');
  });
});

test("bytes are base64 and bits are digits of the declared length", () => {
  expect(bytesForm(new Uint8Array([0, 255]).subarray(1))).toBe("/w==");
  expect(bitsForm(new Uint8Array([0b101]), 3)).toBe("101");
  expect(bitsForm(new Uint8Array([1, 0b101]), 10)).toBe("0100000101");
  expect(bitsForm(new Uint8Array([5]), 12)).toBe("000000000101");
});
