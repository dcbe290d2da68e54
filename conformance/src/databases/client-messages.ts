import type { ServerKind } from "./server.js";

/** One message of a client to its server. */
export interface ClientMessage {
  /** PostgreSQL: its letter; MySQL: what its command byte means, or `other`. */
  readonly type: string;
  readonly body: Buffer;
}

const COMMANDS: Readonly<Record<number, string>> = {
  0x03: "query",
  0x16: "prepare",
  0x17: "execute",
  0x18: "long-data",
};

/** Splits what one client sent in plain text; its first message, by which it logs in, is `login`. */
export function clientMessages(kind: ServerKind, bytes: Buffer): readonly ClientMessage[] {
  return kind === "postgres" ? postgresMessages(bytes) : mysqlMessages(bytes);
}

function postgresMessages(bytes: Buffer): ClientMessage[] {
  const messages: ClientMessage[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const login = at === 0;
    const head = login ? 4 : 5;
    const length = bytes.readUInt32BE(login ? at : at + 1) + (login ? 0 : 1);
    const type = login ? "login" : String.fromCharCode(bytes.readUInt8(at));
    messages.push({ type, body: bytes.subarray(at + head, at + length) });
    at += Math.max(length, head);
  }
  return messages;
}

function mysqlMessages(bytes: Buffer): ClientMessage[] {
  const messages: ClientMessage[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUIntLE(at, 3);
    const body = bytes.subarray(at + 4, at + 4 + length);
    // A command begins a new count; what goes on is part of logging in, or of a long one.
    const begins = bytes.readUInt8(at + 3) === 0 && body.length > 0;
    const type =
      messages.length === 0 ? "login" : begins ? (COMMANDS[body.readUInt8(0)] ?? "other") : "other";
    messages.push({ type, body });
    at += 4 + length;
  }
  return messages;
}
