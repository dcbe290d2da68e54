/** One injected fault of the kit's own host or sandbox: it must be caught by the check of the row it breaks. */
export interface Mutant {
  /** As `sandpipe self <role> --fault NAME` takes it. */
  readonly name: string;
  /** The requirement's id. */
  readonly breaks: string;
  /** What is wrong, one sentence. */
  readonly what: string;
}
