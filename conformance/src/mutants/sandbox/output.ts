import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `output`. */
export const outputMutants = [
  {
    name: "print-lost-after-large",
    breaks: "output:print:whole",
    what: "A print right after one of more than 64 KiB is lost.",
  },
  {
    name: "console-overtaken",
    breaks: "output:print:whole",
    what: "The console is captured a turn later than the other print APIs.",
  },
  {
    name: "partial-line-held",
    breaks: "output:print:whole",
    what: "What follows the last newline of a print is never sent.",
  },
  {
    name: "print-bytes-as-text",
    breaks: "output:print:whole",
    what: "Bytes that are no UTF-8 are sent as text with replacement characters.",
  },
  {
    name: "stdout-write-uncaptured",
    breaks: "output:print:whole",
    what: "process.stdout.write isn't captured and lands on stderr.",
  },
  {
    name: "print-as-frame",
    breaks: "output:print:never-a-frame",
    what: "Prints go to the wire as they are, also when they hold RS.",
  },
  {
    name: "print-inside-frame",
    breaks: "output:print:frames-intact",
    what: "Prints go to the wire at once, also in the middle of a frame.",
  },
  {
    name: "frame-after-partial-line",
    breaks: "output:print:frames-intact",
    what: "Prints share lines with frames: a print without a newline takes the RS of the next frame.",
  },
  {
    name: "console-error-to-stdout",
    breaks: "output:print:stderr-apart",
    what: "console.error is captured as stdout.",
  },
  {
    name: "stderr-lost",
    breaks: "output:print:stderr-apart",
    what: "What is written to process.stderr is dropped.",
  },
  {
    name: "child-gets-wire",
    breaks: "output:child:wire-untouched",
    what: "Child processes inherit the wire as descriptor 1.",
  },
  {
    name: "child-print-lost",
    breaks: "output:child:wire-untouched",
    what: "Descriptor 1 of child processes is /dev/null.",
  },
  {
    name: "exit-cuts-prints",
    breaks: "output:exit:flushed",
    what: "process.exit drops what waits to be written.",
  },
  {
    name: "throw-cuts-prints",
    breaks: "output:exit:flushed",
    what: "A script that throws loses the prints that wait.",
  },
  {
    name: "wire-by-stdout-write",
    breaks: "output:capture:patched",
    what: "Frames go through process.stdout.write, whatever the script has made of it.",
  },
  {
    name: "print-throws",
    breaks: "output:print:never-throws",
    what: "What a value throws when it is made text reaches the script that prints it.",
  },
  {
    name: "print-as-plain-text",
    breaks: "output:print:same-text",
    what: "Values are printed as String() makes them text: an object is [object Object].",
  },
] as const satisfies readonly Mutant[];
