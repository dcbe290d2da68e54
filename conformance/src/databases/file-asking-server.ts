import { createServer, type Socket } from "node:net";
import { listen, type Way } from "./way.js";

/** The capability by which a MySQL client says that it would send files. */
export const LOCAL_FILES = 0x80;
/** Statements that hold this word are answered with the demand for a file. */
export const ASK_FOR_FILE = "sandpipe_asks_for_file";

const FLAGS = { low: 0x0001 | 0x0004 | 0x0008 | LOCAL_FILES | 0x0200 | 0x2000 | 0x8000, high: 0x0008 };
const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const END = Buffer.from([0xfe, 0, 0, 2, 0]);
const DENIED = Buffer.concat([Buffer.from([0xff, 0x0f, 0x05]), Buffer.from("#HY000not prepared")]);

/**
 * Opens a MySQL server that is none: it lets anybody in, answers what clients ask of themselves, and asks for a file. No
 * real server would misbehave so, hence the few packets of its own.
 */
export async function openFileAskingServer(path: string): Promise<Way> {
  const received: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const mine: Buffer[] = [];
    received.push(mine);
    sockets.add(client);
    client.on("error", () => client.destroy()).on("close", () => sockets.delete(client));
    let rest: Buffer = Buffer.alloc(0);
    let phase: "login" | "commands" | "file" = "login";
    const send = (sequence: number, ...bodies: readonly Buffer[]): void => {
      for (const [index, body] of bodies.entries()) client.write(packet(sequence + index, body));
    };
    const onPacket = (sequence: number, body: Buffer): void => {
      if (phase === "login" || phase === "file") {
        // A file is over with an empty packet.
        if (phase === "file" && body.length > 0) return;
        phase = "commands";
        return send(sequence + 1, OK);
      }
      const command = body.readUInt8(0);
      const sql = body.toString("utf8", 1);
      if (command === 0x01) return void client.end();
      if (sql.includes(ASK_FOR_FILE) && (command === 0x03 || command === 0x16)) {
        phase = "file";
        return send(1, Buffer.concat([Buffer.from([0xfb]), Buffer.from(path)]));
      }
      if (command === 0x16) return send(1, DENIED);
      if (command === 0x03 && /^\s*select/i.test(sql)) return send(1, ...oneValue("8.0.0-sandpipe"));
      send(1, OK);
    };
    client.on("data", (chunk: Buffer) => {
      mine.push(chunk);
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUIntLE(0, 3)) {
        const length = rest.readUIntLE(0, 3);
        const [sequence, body] = [rest.readUInt8(3), rest.subarray(4, 4 + length)];
        rest = rest.subarray(4 + length);
        onPacket(sequence, body);
      }
    });
    client.write(packet(0, greeting()));
  });
  const address = await listen(listener);
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    kind: "mysql",
    login: { user: "kit", password: "", database: "kit" },
    address,
    sent: () => received.map((chunks) => Buffer.concat(chunks)),
    cut,
    async close() {
      cut();
      await new Promise((closed) => listener.close(closed));
    },
  };
}

function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head.writeUInt8(sequence, 3);
  return Buffer.concat([head, body]);
}

function greeting(): Buffer {
  const flags = Buffer.alloc(7);
  flags.writeUInt16LE(FLAGS.low, 0);
  flags.writeUInt8(0x2d, 2);
  flags.writeUInt16LE(2, 3);
  flags.writeUInt16LE(FLAGS.high, 5);
  return Buffer.concat([
    ...[
      Buffer.from([10]),
      Buffer.from("8.0.0-sandpipe\0"),
      Buffer.from([1, 0, 0, 0]),
      Buffer.from("saltsalt\0"),
    ],
    ...[flags, Buffer.from([21]), Buffer.alloc(10), Buffer.from("saltsaltsalt\0mysql_native_password\0")],
  ]);
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
}

/** A result of one column and one row. */
function oneValue(value: string): Buffer[] {
  const names = ["def", "", "", "", "v", "v"].map(text);
  const column = Buffer.concat([...names, Buffer.from([0x0c, 0x2d, 0, 80, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0])]);
  return [Buffer.from([1]), column, END, text(value), END];
}
