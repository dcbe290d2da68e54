/** What the probe of an isolated run is told, as JSON in its first argument. */
export type InsidePlan = readonly InsideAct[];

/** What it tries, in order. */
export type InsideAct =
  /** Connects to addresses at which the kit greets whoever comes. */
  | {
      readonly act: "reach";
      readonly addresses: readonly string[];
      readonly port: number;
      readonly greeting: string;
    }
  /** Reads files whose content it knows, and writes one of its own into its scratch folder. */
  | { readonly act: "read"; readonly paths: readonly string[]; readonly content: string }
  /** Looks for a process that has this word in its command line. */
  | { readonly act: "look"; readonly word: string }
  /** Leaves a process behind, outside its group, with this word in its command line. */
  | { readonly act: "leave"; readonly word: string }
  /** Asks for a file's path, reads it, tries to change it, and reads it again. */
  | { readonly act: "materialize"; readonly fileId: string }
  /** Takes so many bytes of memory. */
  | { readonly act: "take"; readonly bytes: number };

/** What it found; the value of the session's result. */
export interface InsideFindings {
  /** Addresses where the kit's greeting was heard. */
  reached?: string[];
  /** Paths that held what they hold outside. */
  read?: string[];
  /** Whether its scratch folder took a file: `written`, or why not. */
  scratch?: string;
  /** Whether it saw the process. */
  saw?: boolean;
  file?: {
    /** Base64. */
    readonly before: string;
    readonly after: string;
    /** What came of each way to change it: `done`, or an error's code. */
    readonly attempts: { readonly [way: string]: string };
  };
  /** Bytes of memory that it was given, and those of them that it wrote to. */
  taken?: { readonly reserved: number; readonly written: number };
}
