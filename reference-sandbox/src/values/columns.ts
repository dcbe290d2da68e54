import type { Row } from "./forms.js";

/**
 * Makes the names of a result unique, in order (`data:query:columns-kept`): of `a, b, a` the second `a` becomes `a_1`, or
 * the next that is free.
 */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const given = new Set(names);
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    // A name that the query itself gives to another column is not free.
    for (let n = 1; taken.has(unique) || (unique !== name && given.has(unique)); n++) unique = `${name}_${n}`;
    taken.add(unique);
    return unique;
  });
}

/** Returns what makes an object of a row's values, in the order of these (unique) names. */
export function rowBuilder(names: readonly string[]): (values: readonly unknown[]) => Row {
  // Assigning to __proto__ would set the prototype; fromEntries defines an own property.
  if (names.includes("__proto__"))
    return (values) => Object.fromEntries(names.map((name, index) => [name, values[index]]));
  return (values) => {
    const row: Row = {};
    for (let index = 0; index < names.length; index++) row[names[index] as string] = values[index];
    return row;
  };
}
