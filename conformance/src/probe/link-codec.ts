/** One message on the socket between kit and probe: a JSON header and bytes. */
export interface LinkMessage {
  readonly header: unknown;
  readonly body: Buffer;
}

const PREFIX_BYTES = 8;

/** Two 32-bit lengths, the header's JSON, the body. */
export function encodeLinkMessage(header: unknown, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(JSON.stringify(header), "utf8");
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(json.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  return Buffer.concat([prefix, json, body]);
}

/** Creates a push decoder of such messages. */
export function createLinkDecoder(): (chunk: Buffer) => LinkMessage[] {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = PREFIX_BYTES;
  return (chunk) => {
    const messages: LinkMessage[] = [];
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      const json = bytes.readUInt32BE(0);
      wanted = PREFIX_BYTES + json + bytes.readUInt32BE(4);
      chunks = [bytes];
      if (held < wanted) break;
      const body = bytes.subarray(PREFIX_BYTES + json, wanted);
      messages.push({ header: JSON.parse(bytes.toString("utf8", PREFIX_BYTES, PREFIX_BYTES + json)), body });
      chunks = [bytes.subarray(wanted)];
      held -= wanted;
      wanted = PREFIX_BYTES;
    }
    return messages;
  };
}
