import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // many tests start FFmpeg, MuseScore, Redis or the command line itself
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    // no test may depend on what another one left behind
    restoreMocks: true,
    unstubEnvs: true,
    coverage: { include: ["{bot,commands,jobs,processor,models,cli}/**/*.ts"], reporter: ["text-summary", "html"] },
  },
});
