import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{jobs,models,processor,cli,bot,commands,tests}/**/*.test.ts"],
    // many tests start FFmpeg, MuseScore, Redis or the command line itself
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    // no test may lean on what another left behind
    restoreMocks: true,
    unstubEnvs: true,
  },
});
