const DROPPED = /[\u2000-\u206F\u2E00-\u2E7F\\'!"#$%&()*+,./:;<=>?@[\]^`{|}~]/g;

/** The anchor that TypeDoc gives a heading. */
export function anchorOf(heading: string): string {
  const words = heading.trim().replaceAll(DROPPED, "").replaceAll(/\s/g, "-").replace(/--+/, "-");
  return words.toLowerCase() || "_";
}
