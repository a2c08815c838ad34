import { spawnSync } from "node:child_process";
import { EXAMPLE } from "../support/media.ts";
import { describeTrouble } from "./trouble.ts";

const pipeline = new URL("../../processor/pipeline.ts", import.meta.url);

describeTrouble("the real pipeline while Discord fails", {
  /** Eight seconds of the example. */
  take(name) {
    const made = spawnSync("ffmpeg", ["-v", "error", "-t", "8", "-i", EXAMPLE, "-f", "wav", "pipe:1"]);
    return { name, type: "audio/wav", data: made.stdout };
  },
  work: (stage) => stage.startProcessor({}, pipeline),
  crowd: 3,
});
