import type { TranscriptEvent } from "../target/transcript.js";

/** What the first members of an event's one frame say. */
export interface FrameHead {
  /** The id as it is written; undefined for a notification. */
  readonly id: string | undefined;
  /** Of a request or a notification. */
  readonly method: string | undefined;
  /** Of a response: its error's code as it is written, or that it has none. */
  readonly outcome: string | undefined;
}

const ID = String.raw`"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|null`;
/** The frame itself, in an HTTP request or answer, or as a line of version 0. */
const HEAD = new RegExp(
  String.raw`^(?:\u001e|(?:POST |HTTP/)[^]*?(?=\{"jsonrpc"))?\{(?:"jsonrpc":"2\.0",)?` +
    String.raw`(?:"id":(${ID}),)?"(?:method":"([^"]*)"|(result)"|error":(?:\{"code":(-?\d+))?)`,
);

/** Reads the head of an event that is one whole frame; undefined for anything else. A shortened one is read too. */
export function frameHead(event: TranscriptEvent | undefined): FrameHead | undefined {
  if (event?.channel !== "wire" || event.direction === "note") return undefined;
  const { text } = event;
  const found = HEAD.exec(text);
  if (!found || text.lastIndexOf("\u001e") > 0 || (!isHttp(text) && !/^[^\n]*\n$/.test(text)))
    return undefined;
  const [, id, method, result, code] = found;
  return {
    id,
    method,
    outcome: method === undefined ? (result ?? `error ${code ?? ""}`.trimEnd()) : undefined,
  };
}

const isHttp = (text: string): boolean => /^(?:POST |HTTP\/)/.test(text);
