import { describe, expect, test } from "vitest";
import type { SessionRegistry } from "./registry.js";

const IDLE_MS = 600_000;

/** What every registry must do; `open` gives an empty one. */
export function describeRegistry(name: string, open: () => Promise<SessionRegistry> | SessionRegistry): void {
  const session = { id: "s1", projectId: "p1", conversationId: "c1" };

  describe(`the registry ${name}`, () => {
    test("finds what was added, under its own hash alone", async () => {
      const registry = await open();
      await registry.add("h1", session, 1_000);
      await registry.add("h2", { id: "s2", projectId: "p2" }, 1_000);
      expect(await registry.find("h1", 2_000, IDLE_MS)).toEqual({ session, state: "new" });
      expect(await registry.find("h2", 2_000, IDLE_MS)).toEqual({
        session: { id: "s2", projectId: "p2" },
        state: "new",
      });
      expect(await registry.find("h3", 2_000, IDLE_MS)).toBeUndefined();
    });

    test("files the state that a step returns, and shows it to the next", async () => {
      const registry = await open();
      await registry.add("h1", session, 1_000);
      expect(await registry.update("h1", ({ state }) => (state === "new" ? "open" : "finished"))).toBe(true);
      expect(await registry.find("h1", 2_000, IDLE_MS)).toEqual({ session, state: "open" });
      expect(await registry.update("h1", ({ state }) => (state === "open" ? "finished" : "new"))).toBe(true);
      expect(await registry.find("h1", 2_000, IDLE_MS)).toEqual({ session, state: "finished" });
    });

    test("of many steps at once exactly one sees the state before", async () => {
      const registry = await open();
      await registry.add("h1", session, 1_000);
      let first = 0;
      await Promise.all(
        Array.from({ length: 20 }, () =>
          registry.update("h1", ({ state }) => {
            if (state === "new") first++;
            return "open";
          }),
        ),
      );
      expect(first).toBe(1);
    });

    test("what is removed is found, updated and expired no more", async () => {
      const registry = await open();
      await registry.add("h1", session, 1_000);
      await registry.remove("h1");
      await registry.remove("h1");
      expect(await registry.find("h1", 2_000, IDLE_MS)).toBeUndefined();
      let steps = 0;
      const step = (): "open" => {
        steps++;
        return "open";
      };
      expect(await registry.update("h1", step)).toBe(false);
      expect(steps).toBe(0);
      expect(await registry.expire("h1", 9_000)).toBe(true);
    });

    test("what was not used for idleMs is void, whoever was to end it", async () => {
      const registry = await open();
      await registry.add("h1", session, 1_000);
      expect(await registry.find("h1", 2_000, 1_000)).toBeDefined();
      expect(await registry.find("h1", 3_000, 1_000)).toBeDefined();
      expect(await registry.find("h1", 4_001, 1_000)).toBeUndefined();
    });

    test("what was used since doesn't expire", async () => {
      const registry = await open();
      await registry.add("h1", session, 1_000);
      await registry.find("h1", 5_000, IDLE_MS);
      expect(await registry.expire("h1", 4_000)).toBe(false);
      expect(await registry.find("h1", 5_000, IDLE_MS)).toBeDefined();
      expect(await registry.expire("h1", 5_000)).toBe(true);
      expect(await registry.find("h1", 6_000, IDLE_MS)).toBeUndefined();
    });
  });
}
