/** A value now, or a promise of it: a store in the process answers at once, one across a network cannot. */
export type Eventual<T> = T | Promise<T>;

/** Goes on with a value in the same turn where it is there already, so that a synchronous store costs no promise. */
export function chain<T, U>(value: Eventual<T>, step: (value: T) => Eventual<U>): Eventual<U> {
  return value instanceof Promise ? value.then(step) : step(value);
}
