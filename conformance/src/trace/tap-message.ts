/** What a tap tells; `bytes` comes with them. */
export type TapMessage =
  | { readonly tap: "start"; readonly pid: number; readonly command: readonly string[] }
  | { readonly tap: "bytes"; readonly source: "host" | "sandbox" }
  /** The host has ended the sandbox's stdin. */
  | { readonly tap: "end" }
  | { readonly tap: "exit"; readonly code: number | null; readonly signal: string | null };
