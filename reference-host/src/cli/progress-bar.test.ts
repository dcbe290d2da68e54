import { expect, test } from "vitest";
import { createProgressBar } from "./progress-bar.js";

function terminal(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

test("a bar stays on one row and can be taken away", () => {
  const wide = terminal(true, 40);
  const bar = createProgressBar(wide);
  bar.show({ fraction: 0.5, message: "reading\na very long message that would wrap around" });
  expect(wide.written[0]?.startsWith(`\r\u001b[2K${"█".repeat(12)}${"░".repeat(12)} 50 %  reading`)).toBe(
    true,
  );
  expect(wide.written[0]).not.toContain("\n");
  expect([...(wide.written[0] as string).slice(5)].length).toBeLessThan(40);
  bar.hide();
  bar.hide();
  expect(wide.written.slice(1)).toEqual(["\r\u001b[2K"]);
});

test("in a pipe nothing is shown", () => {
  const pipe = terminal(false);
  const bar = createProgressBar(pipe);
  bar.show({ fraction: 1 });
  bar.hide();
  expect(pipe.written).toEqual([]);
});
