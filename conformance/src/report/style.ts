/** Colours for a terminal, or the text as it is. */
export interface Style {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const plain = (text: string): string => text;

/** Text as it is: for pipes, files and NO_COLOR. */
export const PLAIN: Style = { red: plain, green: plain, yellow: plain, dim: plain, bold: plain };

const code =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;

/** ANSI colours. */
export const COLOUR: Style = {
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
  dim: code(2, 22),
  bold: code(1, 22),
};

/** Colour where somebody sees it and hasn't said no. */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return stream.isTTY === true && !refused ? COLOUR : PLAIN;
}
