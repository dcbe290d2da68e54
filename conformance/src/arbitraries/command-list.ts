import * as fc from "fast-check";

/**
 * Lists of up to so many commands, one behind the other. Shrinks by leaving out ever smaller stretches, down to single
 * commands, then by making single commands smaller: where each attempt is a session, few of them must do.
 */
export function commandList<Command>(
  command: fc.Arbitrary<Command>,
  ...most: readonly number[]
): fc.Arbitrary<Command[]> {
  return new CommandList(command, most);
}

type Made<Command> = readonly fc.Value<Command>[];

/** Makes a value as its arbitrary does, and keeps what shrinks it. */
class Kept<Command> extends fc.Arbitrary<fc.Value<Command>> {
  readonly #command: fc.Arbitrary<Command>;
  constructor(command: fc.Arbitrary<Command>) {
    super();
    this.#command = command;
  }
  override generate(random: fc.Random, bias: number | undefined): fc.Value<fc.Value<Command>> {
    return new fc.Value(this.#command.generate(random, bias), undefined);
  }
  override canShrinkWithoutContext(_value: unknown): _value is fc.Value<Command> {
    return false;
  }
  override shrink(): fc.Stream<fc.Value<fc.Value<Command>>> {
    return fc.Stream.nil();
  }
}

class CommandList<Command> extends fc.Arbitrary<Command[]> {
  readonly #command: fc.Arbitrary<Command>;
  readonly #lists: readonly fc.Arbitrary<fc.Value<Command>[]>[];

  constructor(command: fc.Arbitrary<Command>, most: readonly number[]) {
    super();
    this.#command = command;
    this.#lists = most.map((maxLength) => fc.array(new Kept(command), { maxLength, size: "max" }));
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Command[]> {
    return listOf(this.#lists.flatMap((list) => list.generate(random, bias).value));
  }

  override canShrinkWithoutContext(_value: unknown): _value is Command[] {
    return false;
  }

  override shrink(_value: Command[], context: unknown): fc.Stream<fc.Value<Command[]>> {
    const made = context as Made<Command>;
    return fc.stream(this.#smaller(made)).map((some) => listOf(some));
  }

  *#smaller(made: Made<Command>): Generator<Made<Command>> {
    for (let size = made.length; size >= 1; size = Math.floor(size / 2))
      for (let from = 0; from < made.length; from += size)
        yield [...made.slice(0, from), ...made.slice(from + size)];
    for (const [at, one] of made.entries())
      for (const smaller of this.#command.shrink(one.value, one.context)) yield made.with(at, smaller);
  }
}

function listOf<Command>(made: Made<Command>): fc.Value<Command[]> {
  return new fc.Value(
    made.map(({ value }) => value),
    made,
  );
}
