export function toResultValue(value: unknown): unknown {
  return value === undefined ? null : value;
}
