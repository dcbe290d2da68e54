import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["*/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "implementations/*/target/**", ".build/**"],
    // Real processes are started on a shared machine: deadlines are generous, nothing is judged by time.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: 2,
    reporters: ["default", ["json", { outputFile: ".build/vitest.json" }]],
  },
});
