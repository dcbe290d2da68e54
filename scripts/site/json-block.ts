import { format } from "prettier";

/** A value as a JSON block that is coloured and fits a screen. */
export async function jsonBlock(value: unknown): Promise<string> {
  const text = await format(JSON.stringify(value), { parser: "json", printWidth: 92 });
  return `\`\`\`json\n${text.trimEnd()}\n\`\`\``;
}
