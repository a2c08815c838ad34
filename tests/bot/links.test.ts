import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { downloadLink } from "@groovesheet/bot/links/download.ts";
import { checkIsSound } from "@groovesheet/bot/links/sniff.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { GUILD_ID, HIDDEN_CHANNEL_ID, until } from "../support/discord/server.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe("downloads", () => {
  let folder: string;
  let server: Server;
  let handler: RequestListener;
  let origin: string;
  let asked: string[];
  const limits = () => ({ megabytes: 1, seconds: 2, privateHosts: [new URL(origin).host] });
  const get = (path: string, changes = {}) =>
    downloadLink(`${origin}${path}`, join(folder, "file"), { ...limits(), ...changes });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "groovesheet-links-"));
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url!);
      handler(request, response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  test("fetches a file with the name that the server gives", async () => {
    handler = (_, response) =>
      response.writeHead(200, { "content-disposition": `attachment; filename*=UTF-8''M%C3%BCnchen.wav` }).end("RIFF");
    expect(await get("/x")).toMatchObject({ name: "München.wav", bytes: 4 });
  });

  test("a link that drips is given up, and so is one that never begins; a slow one that moves on is not", async () => {
    const minimum = { bytesPerSecond: 1000, seconds: 0.4 };
    handler = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(drip));
    };
    await expect(get("/drips", { seconds: 20, minimum })).rejects.toMatchObject({ code: "linkStalled" });
    handler = () => {};
    await expect(get("/silent", { seconds: 20, minimum })).rejects.toMatchObject({ code: "linkStalled" });
    let sent = 0;
    handler = (_, response) => {
      const send = setInterval(() => {
        response.write(Buffer.alloc(400));
        if (++sent === 12) response.end();
      }, 100);
      response.on("close", () => clearInterval(send));
    };
    expect(await get("/slow", { seconds: 20, minimum })).toMatchObject({ bytes: 4800 });
  });

  test("follows five redirects but not six", async () => {
    handler = ({ url }, response) => {
      const left = Number(url!.slice(1));
      if (left === 0) response.end("done");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    };
    expect(await get("/5")).toMatchObject({ bytes: 4 });
    await expect(get("/6")).rejects.toMatchObject({ code: "linkTooManyRedirects" });
  });

  test.each([
    "http://127.0.0.1:1/",
    "http://localhost:6379/",
    "http://[::1]/",
    "file:///etc/passwd",
    "http://a:b@example.org/",
  ])("does not follow a redirect to %s", async (location) => {
    handler = (_, response) => response.writeHead(302, { location }).end();
    await expect(get("/")).rejects.toMatchObject({ code: "linkNotAllowed" });
  });

  test("does not contact an internal address that the operator has not allowed", async () => {
    handler = (_, response) => response.end("secret");
    await expect(get("/", { privateHosts: [] })).rejects.toMatchObject({ code: "linkNotAllowed" });
    const byName = `http://localhost:${new URL(origin).port}/`;
    await expect(downloadLink(byName, join(folder, "file"), limits())).rejects.toMatchObject({
      code: "linkNotAllowed",
    });
    expect(asked).toEqual([]);
  });

  test("stops downloads that are too large, declared or not", async () => {
    handler = (_, response) => response.writeHead(200, { "content-length": 5_000_000 }).end("x");
    await expect(get("/")).rejects.toMatchObject({ code: "fileTooLarge" });
    handler = (_, response) => {
      const more = () => {
        if (!response.destroyed && response.write(Buffer.alloc(100_000))) setImmediate(more);
      };
      response.on("drain", more);
      more();
    };
    await expect(get("/")).rejects.toMatchObject({ code: "fileTooLarge" });
  });

  test("stops a slow download in time", async () => {
    handler = (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 100);
      response.on("close", () => clearInterval(drip));
    };
    await expect(get("/")).rejects.toMatchObject({ code: "downloadTimeout" });
  });

  test("does not unpack a gzip bomb and refuses it as no sound", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    handler = (_, response) =>
      response.writeHead(200, { "content-encoding": "gzip", "content-type": "audio/mpeg" }).end(bomb);
    const { bytes, contentType } = await get("/song.mp3");
    expect(bytes).toBe(bomb.byteLength);
    await expect(checkIsSound(join(folder, "file"), contentType, true)).rejects.toMatchObject({ code: "linkNotSound" });
  });

  test("asks for the file itself when a link leads to a web page", async () => {
    handler = (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>a song");
    const { contentType } = await get("/");
    await expect(checkIsSound(join(folder, "file"), contentType, true)).rejects.toMatchObject({
      code: "linkNeedsHelper",
    });
  });

  test.each([404, 500])(
    "reports a link that answers with status %i as unreachable and gives no further detail",
    async (status) => {
      handler = (_, response) => response.writeHead(status).end("internal secret");
      await expect(get("/")).rejects.toMatchObject({
        code: "linkUnreachable",
        facts: { reason: `HTTP ${status}` },
      });
    },
  );
});

describe.skipIf(!hasRedis)("links in Discord", () => {
  const stage = new Stage();
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    await stage.open();
    server = createServer(({ url }, response) => {
      if (url!.endsWith(".wav")) response.writeHead(200, { "content-type": "audio/wav" }).end(sound().data);
      else response.writeHead(200, { "content-type": "text/html" }).end("<html>watch</html>");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const helper = join(stage.folder, "yt-dlp");
    await writeFile(join(stage.folder, "fetched.wav"), sound().data);
    // It stands for yt-dlp: copies a file into the folder after --paths and writes down what it was asked.
    await writeFile(
      helper,
      `#!/bin/sh\necho "$@" > ${stage.folder}/asked\nwhile [ "$1" != --paths ]; do shift; done\ncp ${stage.folder}/fetched.wav "$2/A Video.wav"\n`,
    );
    await chmod(helper, 0o755);
    await stage.startBot({ LINK_PRIVATE_HOSTS: new URL(origin).host, YT_DLP_PATH: helper });
    await stage.startProcessor();
  });
  afterAll(async () => {
    server.close();
    await stage.close();
  });

  const ask = (link: string) => stage.discord.command({ by: stage.discord.person("ann") }, "transcribe", { link });
  const refusal = (interaction: ReturnType<typeof ask>, words: RegExp) =>
    until(() => words.test((interaction.messageId && stage.discord.original(interaction).message.content) || ""));

  test("turns a direct link into a score", async () => {
    const asked = ask(`${origin}/My%20Song.wav`);
    expect((await stage.score(() => stage.discord.original(asked))).message.content).toContain("**My Song**");
  });

  test("fetches a page with yt-dlp where it is configured", async () => {
    const asked = ask(`${origin}/watch?v=1`);
    expect((await stage.score(() => stage.discord.original(asked))).message.content).toContain("**A Video**");
    const words = await readFile(join(stage.folder, "asked"), "utf8");
    expect(words).toMatch(/--no-playlist .*--max-filesize 200M .* -- http/);
  });

  test("turns a link in a direct message into a score", async () => {
    const bea = stage.discord.person("bea");
    stage.discord.direct(bea, `this one: ${origin}/direct.wav`);
    await stage.score(() => stage.discord.written(bea)[0]);
  });

  test("refuses hostile links with an explanation", async () => {
    await refusal(ask("http://127.0.0.1:22/"), errorPhrase("linkNotAllowed"));
    await refusal(ask("http://localhost:22/"), errorPhrase("linkNotAllowed"));
    await refusal(ask("file:///etc/passwd"), errorPhrase("linkNotAllowed"));
  });

  test("does not read a linked message that the person cannot see", async () => {
    const ann = stage.discord.person("ann");
    const hidden = stage.discord.say(stage.discord.person("boss"), HIDDEN_CHANNEL_ID, "", [sound()]);
    await refusal(
      ask(`https://discord.com/channels/${GUILD_ID}/${HIDDEN_CHANNEL_ID}/${hidden.message.id}`),
      errorPhrase("messageNotFound"),
    );
    const theirs = stage.discord.direct(stage.discord.person("boss"), "", [sound()]);
    await refusal(
      ask(`https://discord.com/channels/@me/${theirs.message.channel_id}/${theirs.message.id}`),
      errorPhrase("messageNotFound"),
    );
    expect(ann.admin).toBe(false);
  });
});
