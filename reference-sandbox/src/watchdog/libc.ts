/** What no runtime has of its own: to look at a descriptor without reading from it, and to end all threads at once. */
export interface Libc {
  /** Whether the other side of the descriptor will write no more, whatever is still to be read. */
  isHungUp(): boolean;
  /** Writes one line to stderr. */
  say(line: string): void;
  /** Ends the process; nothing else runs. */
  exit(code: number): void;
}

/** `poll(2)`: what is asked for on Linux, and what counts: POLLERR, POLLHUP, POLLNVAL, POLLRDHUP. */
const POLLRDHUP = 0x2000;
const GONE = 0x08 | 0x10 | 0x20 | POLLRDHUP;
const EVENTS_OFFSET = 4;
const REVENTS_OFFSET = 6;
const POLLFD_BYTES = 8;
const STDERR = 2;

interface Functions {
  readonly poll: (set: Buffer, count: number, timeoutMs: number) => number;
  readonly exit: (code: number) => void;
}

/** What this file uses of `bun:ffi`. */
interface BunFfi {
  dlopen(
    name: string,
    symbols: { readonly [name: string]: { readonly args: readonly string[]; readonly returns: string } },
  ): { readonly symbols: { readonly [name: string]: (...args: readonly unknown[]) => number } };
  ptr(bytes: Uint8Array): number;
}
/** Of glibc, musl and macOS. */
const NAMES = [
  "libc.so.6",
  `libc.musl-${process.arch === "x64" ? "x86_64" : "aarch64"}.so.1`,
  "libSystem.B.dylib",
];

/** Binds the functions by `bun:ffi`, or by koffi in Node. */
export async function openLibc(descriptor: number): Promise<Libc> {
  const { poll, exit } = "Bun" in globalThis ? bindInBun() : await bindInNode();
  const set = Buffer.alloc(POLLFD_BYTES);
  set.writeInt32LE(descriptor, 0);
  set.writeInt16LE(process.platform === "linux" ? POLLRDHUP : 0, EVENTS_OFFSET);
  return {
    isHungUp: () => poll(set, 1, 0) > 0 && (set.readInt16LE(REVENTS_OFFSET) & GONE) !== 0,
    say(line) {
      try {
        process.getBuiltinModule("node:fs").writeSync(STDERR, line);
      } catch {
        // Nobody reads it.
      }
    },
    exit,
  };
}

function bindInBun(): Functions {
  const { dlopen, ptr } = process.getBuiltinModule("bun:ffi") as BunFfi;
  const symbols = {
    poll: { args: ["ptr", "u64", "int"], returns: "int" },
    _exit: { args: ["int"], returns: "void" },
  };
  for (const name of NAMES) {
    try {
      const { poll, _exit } = dlopen(name, symbols).symbols;
      return {
        poll: (set, count, timeoutMs) => poll?.(ptr(set), count, timeoutMs) ?? 0,
        exit: (code) => void _exit?.(code),
      };
    } catch {
      // Another system's name.
    }
  }
  throw new Error(`none of ${NAMES.join(", ")} is there`);
}

async function bindInNode(): Promise<Functions> {
  const { load } = await import("koffi");
  const library = load(null);
  return {
    poll: library.func("int poll(void *, unsigned long, int)"),
    exit: library.func("void _exit(int)"),
  };
}
