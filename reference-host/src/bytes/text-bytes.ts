const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a text; a lone surrogate, which UTF-8 can't hold, becomes U+FFFD. */
export function bytesOfText(text: string): Buffer {
  return Buffer.from(text, "utf8");
}

/** The bytes that padded base64 stands for, or undefined where it is none. Node itself would skip what is wrong. */
export function bytesOfBase64(base64: string): Buffer | undefined {
  return BASE64.test(base64) ? Buffer.from(base64, "base64") : undefined;
}

/** Whether a text takes at most `limit` bytes as UTF-8, without counting where its length already says so. */
export function fitsBytes(text: string, limit: number): boolean {
  return text.length * 3 <= limit || (text.length <= limit && Buffer.byteLength(text) <= limit);
}

/** Bytes of a text as UTF-8. */
export function countBytes(text: string): number {
  return Buffer.byteLength(text);
}
