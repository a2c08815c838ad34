/**
 * Sends 200 interactions in ten seconds while a job runs: `npx tsx reliability/load/acknowledge.ts`. The exit code is 1 if one
 * was acknowledged after more than a second, lost, or answered twice.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isScore, Stage, sound } from "../../tests/support/stage.ts";
import { quantile, spawnBot } from "./bot-process.ts";

const INTERACTIONS = 200;
const SECONDS = 10;

const stage = await new Stage().open();
const bot = await spawnBot(stage, { LIMIT_SERVER_AT_ONCE: "500" });
await stage.startProcessor({ CONCURRENCY: "2" });
const long = stage.discord.command({ by: stage.discord.person("long") }, "transcribe", {
  file: sound({ busy: 15_000 }),
});
await sleep(1500);

const began = Date.now();
const asked = [];
for (let index = 0; index < INTERACTIONS; index++) {
  const by = stage.discord.person(`person${index}`);
  const kind = index % 5;
  if (kind < 3) {
    const interaction = stage.discord.command({ by }, "transcribe", { file: sound({ ms: 100 }) });
    asked.push({ isSong: true, interaction });
  } else {
    asked.push({ isSong: false, interaction: stage.discord.command({ by }, kind === 3 ? "help" : "jobs list") });
  }
  await sleep(Math.max(0, began + ((index + 1) * SECONDS * 1000) / INTERACTIONS - Date.now()));
}
const sentIn = (Date.now() - began) / 1000;
await stage.settled(120_000);
await sleep(500);

const acks = asked.map(({ interaction }) => interaction.ackMs ?? Number.POSITIVE_INFINITY);
const lost = acks.filter((ms) => !Number.isFinite(ms)).length;
const twice = asked.filter(({ interaction }) => interaction.acks > 1).length;
const songs = asked.filter(({ isSong }) => isSong);
const answered = songs.filter(({ interaction }) => isScore(stage.discord.original(interaction))).length;
const scores = [...stage.discord.world.messages.values()].filter(isScore).length;
const report = {
  interactions: INTERACTIONS,
  sentInSeconds: sentIn,
  acknowledgedMs: { median: quantile(acks, 0.5), p99: quantile(acks, 0.99), most: Math.max(...acks) },
  lost,
  acknowledgedTwice: twice,
  songs: songs.length,
  songsAnswered: answered,
  messagesWithScore: scores,
  longJobDone: isScore(stage.discord.original(long)),
  refusedByRateLimit: stage.discord.requests.filter(({ status }) => status === 429).length,
};
console.log(JSON.stringify(report, null, 2));
await bot.stop();
await stage.close();
const good =
  lost === 0 && twice === 0 && Math.max(...acks) <= 1000 && answered === songs.length && scores === songs.length + 1;
process.exit(good ? 0 : 1);
