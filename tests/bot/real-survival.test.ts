import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { CATALOGUES } from "@groovesheet/bot/i18n/translate.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_ID, type UploadedFile, until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage } from "../support/stage.ts";

const pipeline = new URL("../../processor/pipeline.ts", import.meta.url);
const recording = fileURLToPath(new URL("../../examples/backbeat.ogg", import.meta.url));
const SCORE = /♩\.? = \d+ · \d\/\d[\s\S]*Kick \d+/;

/** The real network once more: a link, one's own jobs, the queue, and what goes wrong between a song and its answer. */
describe.skipIf(!hasRedis)("the real pipeline with failures", () => {
  const stage = new Stage();
  let server: Server;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    await stage.open();
    const bytes = await readFile(recording);
    server = createServer((_, response) => response.writeHead(200, { "content-type": "audio/ogg" }).end(bytes));
    await once(server.listen(0, "127.0.0.1"), "listening");
    environment = { LINK_PRIVATE_HOSTS: `127.0.0.1:${(server.address() as { port: number }).port}` };
    await stage.startBot(environment);
    await stage.startProcessor({}, pipeline);
  });
  afterAll(async () => {
    server.close();
    await stage.close();
  });

  const ann = () => ({ by: stage.discord.person("ann") });
  const bea = () => ({ by: stage.discord.person("bea") });
  const admin = () => ({ by: stage.discord.person("admin", { admin: true }) });
  const content = (asked: { messageId?: string }) =>
    asked.messageId ? stage.discord.world.messages.get(asked.messageId)!.message.content : "";
  const queued = (id: string) => until(async () => stage.queues.transcribe.getJob(`i${id}`));
  const scores = () => [...stage.discord.world.messages.values()].filter((each) => !each.deleted && isScore(each));
  const sheet = ({ message }: StoredMessage) => {
    const { url } = message.attachments.find(({ filename }) => filename.endsWith(".musicxml"))!;
    return stage.discord.world.files.get(new URL(url).pathname)!.data.toString();
  };
  /** Eight seconds of the recording, other ones each time: what was heard before is answered from the store. */
  let cuts = 0;
  const cut = (): UploadedFile => {
    const from = ["-ss", String(2 * cuts++), "-t", "8", "-i", recording];
    const made = spawnSync("ffmpeg", ["-v", "error", ...from, "-map_metadata", "-1", "-f", "wav", "pipe:1"]);
    return { name: "Take.wav", type: "audio/wav", data: made.stdout };
  };

  let linked: string;

  test("answers a link once across a restart of the bot, and /queue shows it running", async () => {
    const link = `http://${environment.LINK_PRIVATE_HOSTS}/My%20Song.ogg`;
    const asked = stage.discord.command({ ...ann(), locale: "de" }, "transcribe", { link });
    linked = `i${asked.id}`;
    await until(async () => (await stage.queues.transcribe.getJob(linked))?.isActive());
    const shown = stage.discord.command(admin(), "queue show");
    await until(() => content(shown).includes("1 running"));
    expect(content(shown)).toMatch(
      /Running\*\*\n• .*My Song\S* · <@\d+> · (…|\w+ \d+%)\n\*\*Processors\*\*\n• .* cpu · 1\/1/,
    );
    expect(await (await stage.queues.transcribe.getJob(linked))?.isActive()).toBe(true);
    await stage.stopBots();
    await stage.startBot(environment);
    const { message } = await stage.score(() => stage.discord.original(asked), 60_000);
    await stage.settled();
    expect(message.content).toMatch(/♩ = \d+ · 4\/4[\s\S]*Snare \d+/);
    expect(message.content).toContain(`\n-# ${CATALOGUES.de.notices.separationMissing.split(":")[0]}`);
    expect([scores().length, asked.acks]).toEqual([1, 1]);
  });

  test("/jobs sends the files again and repeats the song for its owner", async () => {
    const before = sheet(scores()[0]!);
    for (const name of ["jobs files", "jobs again"]) {
      const asked = stage.discord.command(ann(), name, { job: linked });
      const stored = await stage.score(() => stage.discord.original(asked), 60_000);
      expect([name, sheet(stored) === before]).toEqual([name, true]);
    }
    const others = stage.discord.command(bea(), "jobs files", { job: linked });
    await until(() => errorPhrase("jobUnknown").test(content(others)));
    await stage.settled();
  });

  test("shows a private score only to the caller, by direct message once the token has expired", async () => {
    const asked = stage.discord.command(ann(), "transcribe", { file: cut(), private: true });
    const stored = await stage.score(() => stage.discord.original(asked), 60_000);
    expect([stored.onlyFor, SCORE.test(stored.message.content)]).toEqual([ann().by.user.id, true]);
    const late = stage.discord.command(ann(), "transcribe", { file: cut(), private: true });
    await queued(late.id);
    stage.discord.expireTokens();
    const direct = await stage.score(() => stage.discord.written(ann().by)[0], 60_000);
    expect(direct.message.content).toMatch(SCORE);
    await stage.settled();
  });

  test("edits the message with the bot token when the interaction token has expired", async () => {
    const asked = stage.discord.command(ann(), "transcribe", { file: cut() });
    await queued(asked.id);
    stage.discord.expireTokens();
    const { message } = await stage.score(() => stage.discord.original(asked), 60_000);
    expect(message.content).toMatch(SCORE);
    await stage.settled();
    const edit = { method: "PATCH", path: `/channels/${CHANNEL_ID}/messages/${message.id}`, status: 200 };
    expect(stage.discord.requests).toContainEqual(expect.objectContaining(edit));
  });

  test("sends the score by direct message, with the reason, when the bot may no longer write in the channel", async () => {
    const asked = stage.discord.command(bea(), "transcribe", { file: cut() });
    await queued(asked.id);
    stage.discord.expireTokens();
    const channel = stage.discord.world.channels.get(CHANNEL_ID)!;
    channel.access = "none";
    const { message } = await stage.score(() => stage.discord.written(bea().by)[0], 60_000);
    await stage.settled();
    channel.access = "all";
    expect(message.content).toMatch(phrase("notInServer", { channel: `<#${CHANNEL_ID}>` }));
    expect(message.content).toMatch(SCORE);
    expect(stage.discord.written(bea().by)).toHaveLength(1);
  });

  test("reads a fresh address of an expired attachment from its message, or asks the person", async () => {
    stage.discord.world.readsContent = true;
    const message = stage.discord.say(bea().by, CHANNEL_ID, "", [cut()]);
    const stale = stage.discord.world.shown(message);
    stage.discord.world.signaturesExpiredAt = Date.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const shown = stage.discord.world.shown.bind(stage.discord.world);
    stage.discord.world.shown = () => stale;
    const asked = stage.discord.messageCommand(ann(), "Transcribe drums", message);
    stage.discord.world.shown = shown;
    const { message: score } = await stage.score(() => stage.discord.original(asked), 60_000);
    expect(score.content).toMatch(SCORE);
    const lost = stage.discord.command(ann(), "transcribe", { file: cut() });
    stage.discord.world.signaturesExpiredAt = Date.now() + 60_000;
    await until(() => errorPhrase("attachmentExpired").test(content(lost)));
    await stage.settled();
  });
});
