import * as fc from "fast-check";

/**
 * Cases of one arbitrary that shrink as those of another, of the same shape, would: of many calls at once a fault is
 * found, by few it is shown.
 */
export function shrunkAs<Case>(made: fc.Arbitrary<Case>, shown: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  return new ShrunkAs(made, shown);
}

class ShrunkAs<Case> extends fc.Arbitrary<Case> {
  readonly made: fc.Arbitrary<Case>;
  readonly shown: fc.Arbitrary<Case>;
  constructor(made: fc.Arbitrary<Case>, shown: fc.Arbitrary<Case>) {
    super();
    this.made = made;
    this.shown = shown;
  }
  override generate(random: fc.Random, bias: number | undefined): fc.Value<Case> {
    return this.made.generate(random, bias);
  }
  override canShrinkWithoutContext(value: unknown): value is Case {
    return this.shown.canShrinkWithoutContext(value);
  }
  override shrink(value: Case, context: unknown): fc.Stream<fc.Value<Case>> {
    return this.shown.shrink(value, context);
  }
}
