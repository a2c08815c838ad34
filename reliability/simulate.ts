/**
 * Simulates how many processors a number of songs per hour needs, and how long people wait with fewer or more:
 *
 *   npm run simulate -- [--songs 100,10000] [--fixed 1] [--speed 50] [--wait 30] [--hours 100] [--megabytes 6] [--keep-days 30]
 *
 * `--fixed` and `--speed` describe one processor: a fixed time for every song, in seconds, and how many seconds of music it
 * processes per second beyond that. Read those of your machines from the metrics groovesheet_job_seconds and
 * groovesheet_realtime_factor. `--wait` is the longest wait in seconds for 95 of 100 people, `--megabytes` the size of a song
 * and its score in the store.
 */
import { parseArgs } from "node:util";
import { randomFrom } from "./random.ts";
import { type Outcome, quantile, serve } from "./simulate/queue.ts";
import { makeSongs } from "./simulate/songs.ts";

const { values } = parseArgs({
  options: {
    songs: { type: "string", default: "100,10000" },
    fixed: { type: "string", default: "1" },
    speed: { type: "string", default: "50" },
    wait: { type: "string", default: "30" },
    hours: { type: "string", default: "100" },
    megabytes: { type: "string", default: "6" },
    "keep-days": { type: "string", default: "30" },
  },
});
const [fixed, speed, wait, hours, megabytes] = [
  Number(values.fixed),
  Number(values.speed),
  Number(values.wait),
  Number(values.hours),
  Number(values.megabytes),
];
/** how many rows to print below and above the sufficient number of processors */
const BELOW = 2;
const ABOVE = 2;

for (const songsPerHour of values.songs.split(",").map(Number)) report(songsPerHour);

function report(songsPerHour: number): void {
  const songs = makeSongs({ songsPerHour, hours, fixed, speed }, randomFrom(1));
  const work = songs.reduce((sum, song) => sum + song.work, 0);
  console.log(
    `\n${songsPerHour} songs an hour, ${(work / songs.length).toFixed(1)} s of work each (${songs.length} songs)\n`,
  );
  console.log("| processors | busy | median wait | 95 % wait at most | longest wait | longest queue |");
  console.log("|---|---|---|---|---|---|");
  const least = Math.max(1, Math.ceil(work / (hours * 3600)));
  let enough = least;
  while (quantile(serve(songs, enough).waits, 0.95) > wait) enough++;
  for (let count = Math.max(least, enough - BELOW); count <= enough + ABOVE; count++) {
    console.log(row(count, serve(songs, count), count === enough));
  }
  const perSecond = songsPerHour / 3600;
  const terabytes = (songsPerHour * 24 * Number(values["keep-days"]) * megabytes) / 1e6;
  console.log(
    `\ninto the store: ${(perSecond * megabytes).toFixed(1)} MB/s; kept ${values["keep-days"]} days: ${terabytes.toFixed(1)} TB`,
  );
}

function row(count: number, { busy, waits, longest }: Outcome, enough: boolean): string {
  const seconds = (share: number) => `${quantile(waits, share).toFixed(1)} s`;
  const name = enough ? `**${count}**` : String(count);
  const cells = [name, `${Math.round(100 * busy)} %`, seconds(0.5), seconds(0.95), seconds(1), String(longest)];
  return `| ${cells.join(" | ")} |`;
}
