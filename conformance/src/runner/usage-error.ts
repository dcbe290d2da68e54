/** What was asked for makes no sense, or nothing would be checked (exit 64); the message says what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
