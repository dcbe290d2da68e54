/** What a script meets: `code` is a number from the wire, or a string when it arose here. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly code: number | string | undefined;
  readonly data: unknown;
  constructor(code: number | string | undefined, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
