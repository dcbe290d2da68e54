/** The last part of a text that may be endless. */
export interface TextTail {
  push(text: string): void;
  /** Characters that have come in all. */
  readonly length: number;
  /** What has come since so many characters, as far as it was kept. */
  since(length: number): string;
}

const KEPT_CHARACTERS = 65_536;

/** Creates a tail that keeps the last 64 K characters. */
export function createTextTail(): TextTail {
  let kept = "";
  let length = 0;
  return {
    push(text) {
      length += text.length;
      kept = (kept + text).slice(-KEPT_CHARACTERS);
    },
    get length() {
      return length;
    },
    since: (from) => kept.slice(Math.max(0, kept.length - (length - from))),
  };
}
