/** A text for a terminal: control characters as escapes, so that no value can move the cursor or forge a line. */
export function visibleText(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const named = JSON.stringify(character).slice(1, -1);
    return named === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : named;
  });
}

/** The same for several lines. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visibleText).join("\n");
}
