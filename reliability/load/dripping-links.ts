/**
 * Two hundred people send attachments, ten a second, while eight links drip bytes: `npx tsx reliability/load/dripping-links.ts
 * [accounts]`. The links are spread over this number of accounts (2). Prints the seconds from each attachment to the start of its
 * download; the exit code is 1 unless 99 % start within 2 s.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Stage, sound } from "../../tests/support/stage.ts";

const HONEST = 200;
const LINKS = 8;
const accounts = Number(process.argv[2] ?? 2);
const START_SECONDS = 2;

let connections = 0;
const dripping = createServer((_, response) => {
  connections++;
  response.writeHead(200, { "content-type": "audio/wav", "content-length": 10_000_000 });
  const drip = setInterval(() => response.write("x"), 500);
  response.on("close", () => clearInterval(drip));
}).listen(0, "127.0.0.1");
await once(dripping, "listening");
const host = `localhost:${(dripping.address() as AddressInfo).port}`;

const stage = await new Stage().open();
await stage.startBot({ LINK_PRIVATE_HOSTS: host, LIMIT_SERVER_AT_ONCE: "1000", LIMIT_USER_AT_ONCE: String(LINKS) });
const startedAt = new Map<string, number>();
const { files } = stage.discord.world;
const find = files.get.bind(files);
files.get = (path) => {
  if (!startedAt.has(path)) startedAt.set(path, performance.now());
  return find(path);
};

for (let index = 0; index < LINKS; index++) {
  const by = stage.discord.person(`dripper${index % accounts}`);
  stage.discord.command({ by }, "transcribe", { link: `http://${host}/${index}` });
}
await sleep(1000);
const sent: { path: string; at: number }[] = [];
for (let index = 0; index < HONEST; index++) {
  const known = new Set(files.keys());
  const at = performance.now();
  stage.discord.command({ by: stage.discord.person(`honest${index}`) }, "transcribe", {
    file: sound({}, `${index}.wav`),
  });
  sent.push({ path: [...files.keys()].find((path) => !known.has(path))!, at });
  await sleep(100);
}
const deadline = performance.now() + 150_000;
while (sent.some(({ path }) => !startedAt.has(path)) && performance.now() < deadline) await sleep(100);

const seconds = sent
  .map(({ path, at }) => ((startedAt.get(path) ?? Number.POSITIVE_INFINITY) - at) / 1000)
  .sort((a, b) => a - b);
const quantile = (q: number) => Number(seconds[Math.ceil(q * seconds.length) - 1]!.toFixed(3));
const within = seconds.filter((each) => each <= START_SECONDS).length / seconds.length;
console.log(
  JSON.stringify({
    attachments: HONEST,
    drippingLinks: LINKS,
    accounts,
    connectionsOfDrippingLinks: connections,
    secondsToStart: { median: quantile(0.5), p99: quantile(0.99), most: quantile(1) },
    within2s: within,
  }),
);
await stage.close();
dripping.closeAllConnections();
process.exit(within >= 0.99 ? 0 : 1);
