/** One thing that was looked at. The runner compares by wire value; the reporter words it. */
export interface Fact {
  /** What it is about, a noun phrase: `the response to "a"`. */
  readonly about: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** Index of the transcript's event that shows it. */
  readonly at?: number;
}
