import { toWellFormedJson } from "../wire/well-formed.js";

/** The two streams that a script prints to. */
export type Stream = "stdout" | "stderr";

/** Turns prints into `session.output`, in the order in which they came. */
export interface Capture {
  print(stream: Stream, chunk: string | Uint8Array): void;
  /** Hands over what was gathered; called before every other frame, so that order is kept. */
  flush(): void;
  /** From here on each print is handed over before `print` returns. */
  setSynchronous(): void;
}

/** What a capture needs. */
export interface CaptureParts {
  readonly send: (json: string) => void;
  /** Lets what was sent leave now, as far as the host takes it. */
  readonly push: () => void;
  readonly maxFrameBytes: () => number;
}

/** Prints of one turn share a frame up to this; then it leaves, so that a long loop holds little. */
const GATHER_CHARS = 32 * 1024;
/**
 * So many prints of one turn leave at once, and a later one when the last to leave is this long ago: what a script
 * printed before a long computation, or a loop that never ends, is not to wait for the end of that.
 */
const PROMPT_PRINTS = 32;
const PROMPT_AFTER_MS = 2;
/** Room for the envelope around a piece. */
const ENVELOPE_BYTES = 128;

/** Creates the capture. Text is made well-formed as a UTF-8 encoder would; bytes that are no UTF-8 go as base64. */
export function createCapture({ send, push, maxFrameBytes }: CaptureParts): Capture {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let stream: Stream = "stdout";
  let gathered = "";
  let scheduled = false;
  let synchronous = false;
  /** Of this turn. */
  let prints = 0;
  let leftAt = 0;

  const flush = (): void => {
    if (gathered === "") return;
    const text = gathered;
    gathered = "";
    sendText(text);
  };

  const sendText = (text: string): void => {
    const json = toWellFormedJson(text) ?? '""';
    const room = maxFrameBytes() - ENVELOPE_BYTES;
    if (json.length * 3 <= room || Buffer.byteLength(json) <= room) {
      // `output:print:never-a-frame`
      send(`{"jsonrpc":"2.0","method":"session.output","params":{"stream":"${stream}","text":${json}}}`);
      return;
    }
    // limit:send:prints-split, never inside a character
    let half = text.length >>> 1;
    if ((text.charCodeAt(half) & 0xfc00) === 0xdc00) half++;
    sendText(text.slice(0, half));
    sendText(text.slice(half));
  };

  const sendBytes = (bytes: Uint8Array): void => {
    const step = Math.floor((maxFrameBytes() - ENVELOPE_BYTES) / 4) * 3;
    for (let from = 0; from < bytes.length; from += step) {
      const base64 = Buffer.from(bytes.subarray(from, from + step)).toString("base64");
      send(
        `{"jsonrpc":"2.0","method":"session.output","params":{"stream":"${stream}","base64":"${base64}"}}`,
      );
    }
  };

  const printText = (text: string): void => {
    // `output:print:whole`: print by print, as an encoder would: two lone halves in two prints make no character.
    gathered += text.toWellFormed();
    if (synchronous || gathered.length > GATHER_CHARS) flush();
    else if (++prints <= PROMPT_PRINTS || performance.now() - leftAt > PROMPT_AFTER_MS) {
      flush();
      push();
      leftAt = performance.now();
    }
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      prints = 0;
      flush();
    });
  };

  return {
    print(target, chunk) {
      if (chunk.length === 0) return;
      // `output:print:stderr-apart`
      if (target !== stream) {
        flush();
        stream = target;
      }
      if (typeof chunk === "string") {
        printText(chunk);
        return;
      }
      let text: string;
      try {
        text = utf8.decode(chunk);
      } catch {
        flush();
        sendBytes(chunk);
        return;
      }
      printText(text);
    },
    flush,
    setSynchronous() {
      synchronous = true;
      flush();
    },
  };
}
