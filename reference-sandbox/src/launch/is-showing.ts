/** By which the launcher hands `--show` on. */
const VARIABLE = "SANDPIPE_SHOW";

/** Whether the person who started the sandbox wants to see what it does. */
export function isShowing(): boolean {
  const showing = process.env[VARIABLE] !== undefined;
  delete process.env[VARIABLE];
  return showing;
}
