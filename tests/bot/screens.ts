/**
 * Shows each reply about as Discord would: `npx tsx tests/bot/screens.ts [folder]` plays the scenes with the real
 * pipeline, writes `index.html` into the folder and, where Chromium is installed, pictures of it.
 */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { StoredInteraction } from "../support/discord/interactions.ts";
import { renderPage, type Scene, snapshot } from "../support/discord/page.ts";
import { CHANNEL_ID, until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { Stage } from "../support/stage.ts";

const folder = resolve(process.argv[2] ?? "out/screens");
const scenes: Scene[] = [];
const stage = await new Stage().open();
const { discord } = stage;
const ann = { by: discord.person("Ann") };
const admin = { by: discord.person("Admin", { admin: true }) };
const data = await readFile(new URL("../../examples/backbeat.ogg", import.meta.url));
const file = (name: string) => ({ name, type: "audio/ogg", data });
const show = (caption: string, ...messages: StoredMessage[]) =>
  scenes.push({ caption, messages: messages.map((message) => snapshot(discord.world, message)) });
const original = (interaction: StoredInteraction) => discord.original(interaction);
const says = (interaction: StoredInteraction, words: RegExp, ms = 60_000) =>
  until(
    () =>
      interaction.messageId && words.test(original(interaction).message.content) ? original(interaction) : undefined,
    ms,
  );

await stage.startBot();
const asked = discord.command(ann, "transcribe", { file: file("backbeat.ogg") });
show("/transcribe with a file: while no processor is online", await says(asked, phrase("noProcessor")));
await stage.startProcessor({}, new URL("../../processor/pipeline.ts", import.meta.url));
show("… while it is worked on", await says(asked, /\d%/));
show("… done", await stage.score(() => original(asked), 120_000));
await stage.settled();
discord.press(ann, original(asked), "half");
await until(() => /Rewriting|= (5|6)\d /.test(original(asked).message.content), 30_000);
await stage.settled();
show("… after the button Half time", original(asked));

const german = discord.command({ ...ann, locale: "de" }, "transcribe", {
  file: file("Lied.ogg"),
  title: "Mein Lied",
  private: true,
});
show(
  "In German, for the caller alone, the same song answered from what was heard",
  await stage.score(() => original(german), 60_000),
);
const message = discord.say(discord.person("Bob"), CHANNEL_ID, "our rehearsal", [file("rehearsal.ogg")]);
const menu = discord.messageCommand({ ...ann, locale: "ja" }, "Transcribe drums", message);
await stage.score(() => original(menu), 60_000);
show("Right-click on a message, in Japanese", message, original(menu));
const direct = discord.direct(ann.by, "hello?");
await until(() => discord.written(ann.by).length > 0);
show("A direct message with nothing in it", direct, discord.written(ann.by)[0]!);
const broken = {
  name: "broken.mp3",
  type: "audio/mpeg",
  data: Buffer.from("this is no sound, whatever its name says"),
};
show(
  "A file that is no recording",
  await says(discord.command(ann, "transcribe", { file: broken }), errorPhrase("notAudio")),
);
show(
  "A link inside",
  await says(
    discord.command(ann, "transcribe", { link: "http://192.168.0.1/song.mp3" }),
    errorPhrase("linkNotAllowed"),
  ),
);
for (const [caption, name] of [
  ["/jobs", "jobs list"],
  ["/help", "help"],
  ["/about", "about"],
] as const) {
  show(caption, await says(discord.command(ann, name), /./));
}
show("/jobs forget-me", await says(discord.command(ann, "jobs forget-me"), phrase("forgetSure")));
show("/queue show", await says(discord.command(admin, "queue show"), phrase("queueTitle")));
show("/settings show", await says(discord.command(admin, "settings show"), phrase("settingsTitle")));
show("/queue by somebody who is no admin", await says(discord.command(ann, "queue show"), errorPhrase("notAdmin")));

await mkdir(folder, { recursive: true });
const page = join(folder, "index.html");
await writeFile(page, renderPage(scenes));
const size = ["--window-size=950,9500", "--hide-scrollbars", `--screenshot=${join(folder, "page.png")}`];
const options = ["--headless", "--no-sandbox", "--disable-gpu", ...size, `file://${page}`];
const { status } = spawnSync("chromium", options, { stdio: "ignore" });
console.log(
  status === 0 ? `${page} and page.png are written` : `${page} is written; there is no chromium to picture it`,
);
await stage.close();
process.exit();
