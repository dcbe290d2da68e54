import * as fc from "fast-check";

/** In how many cases of four all values come. */
const WHOLE_OF_FOUR = 3;

/**
 * Each of some values once, in any order; in a quarter of the cases only some of them, in their own order. Shrinks by
 * leaving values out, down to a single one: a fault that any of them shows is met by the first case.
 */
export function mostOf<Value>(values: readonly Value[]): fc.Arbitrary<Value[]> {
  return new MostOf(values);
}

/** Nearly all of listed values, or so many at most of any others. */
export function severalOf<Value>(
  given: readonly Value[] | fc.Arbitrary<Value>,
  most: number,
): fc.Arbitrary<Value[]> {
  return given instanceof fc.Arbitrary
    ? fc.array(given, { minLength: 1, maxLength: most, size: "max" })
    : mostOf(given);
}

class MostOf<Value> extends fc.Arbitrary<Value[]> {
  readonly #whole: fc.Arbitrary<Value[]>;
  readonly #some: fc.Arbitrary<Value[]>;

  constructor(values: readonly Value[]) {
    super();
    this.#whole = fc.shuffledSubarray([...values], { minLength: values.length });
    this.#some = fc.subarray([...values], { minLength: 1 });
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Value[]> {
    const from = random.nextInt(1, 4) <= WHOLE_OF_FOUR ? this.#whole : this.#some;
    return new fc.Value(from.generate(random, bias).value, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Value[] {
    return Array.isArray(value) && value.length > 0;
  }

  override shrink(value: Value[]): fc.Stream<fc.Value<Value[]>> {
    return fc.stream(smaller(value)).map((some) => new fc.Value(some, undefined));
  }
}

/** Either half, then all but one. */
function* smaller<Value>(values: readonly Value[]): Generator<Value[]> {
  if (values.length <= 1) return;
  const half = Math.ceil(values.length / 2);
  yield values.slice(0, half);
  yield values.slice(half);
  if (values.length > 2) for (const index of values.keys()) yield values.toSpliced(index, 1);
}
