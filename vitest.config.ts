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
    // Nothing here fetches over TLS, and Node reads the file that this names at each start: longer than all the rest of it.
    env: { NODE_EXTRA_CA_CERTS: "" },
    reporters: ["default", ["json", { outputFile: ".build/vitest.json" }]],
  },
});
