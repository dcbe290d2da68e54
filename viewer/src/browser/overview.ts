/** What the strip above the rows shows of all of them at once. */
export interface OverviewParts {
  /** By row: calls in flight there. */
  readonly depth: Uint32Array;
  /** Rows that are faulty. */
  readonly faults: readonly number[];
}

/** Draws calls in flight over the whole trace, and a tick where a rule is broken. */
export function drawOverview(canvas: HTMLCanvasElement, { depth, faults }: OverviewParts): void {
  const ratio = devicePixelRatio;
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = wide * ratio;
  canvas.height = high * ratio;
  const pen = canvas.getContext("2d");
  if (pen === null || depth.length === 0) return;
  const colour = (name: string): string => getComputedStyle(canvas).getPropertyValue(name);
  pen.scale(ratio, ratio);
  const most = depth.reduce((a, b) => Math.max(a, b), 1);
  pen.fillStyle = colour("--link");
  for (let x = 0; x < wide; x++) {
    const from = Math.floor((x / wide) * depth.length);
    const until = Math.max(from + 1, Math.floor(((x + 1) / wide) * depth.length));
    let top = 0;
    for (let row = from; row < until; row++) top = Math.max(top, depth[row] ?? 0);
    const tall = (top / most) * (high - 8);
    pen.globalAlpha = 0.5;
    pen.fillRect(x, high - tall, 1, tall);
  }
  pen.globalAlpha = 1;
  pen.fillStyle = colour("--failed");
  for (const row of faults) pen.fillRect(Math.floor((row / depth.length) * wide) - 1, 0, 2, high);
}
