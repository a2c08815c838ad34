import { checkLink, isPublicAddress, publicLookup } from "@groovesheet/bot/links/address.ts";
import { downloadName } from "@groovesheet/bot/links/file-name.ts";
import { firstLink, typedLink } from "@groovesheet/bot/links/find-link.ts";
import { directLink, messageLink } from "@groovesheet/bot/links/share-links.ts";
import { describe, expect, test } from "vitest";

const code = (work: () => unknown) => {
  try {
    work();
    return "taken";
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("addresses", () => {
  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "fec0::1",
    "::127.0.0.1",
    "64:ff9b:1::1",
    "3fff::1",
    "4000::1",
    "no address",
  ])("%s is internal and is never contacted", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"])("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    "ftp://example.org/a.mp3",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://user:secret@example.org/a.mp3",
    "http://user@example.org/a.mp3",
    "http://127.0.0.1/a.mp3",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://[::1]:6379/",
    "http://[::ffff:7f00:1]/",
    "http://169.254.169.254/latest/meta-data",
    "not a link",
    "",
  ])("does not use the link %s", (link) => {
    expect(code(() => checkLink(link, []))).toBe("linkNotAllowed");
  });

  test("does not connect to a name that resolves to an internal address", async () => {
    const error = await new Promise((resolve) =>
      publicLookup("localhost", { all: true }, (failure) => resolve(failure)),
    );
    expect(error).toMatchObject({ code: "linkNotAllowed" });
  });
});

describe("share links", () => {
  test.each([
    [
      "https://drive.google.com/file/d/1AbCdEfGhIjK/view?usp=sharing",
      "https://drive.usercontent.google.com/download?id=1AbCdEfGhIjK&export=download&confirm=t",
    ],
    [
      "https://drive.google.com/open?id=1AbCdEfGhIjK",
      "https://drive.usercontent.google.com/download?id=1AbCdEfGhIjK&export=download&confirm=t",
    ],
    [
      "https://www.dropbox.com/scl/fi/x/song.mp3?rlkey=k&dl=0",
      "https://www.dropbox.com/scl/fi/x/song.mp3?rlkey=k&dl=1",
    ],
    [
      "https://1drv.ms/u/s!Abc",
      `https://api.onedrive.com/v1.0/shares/u!${Buffer.from("https://1drv.ms/u/s!Abc").toString("base64url")}/root/content`,
    ],
    ["https://example.org/a.mp3", "https://example.org/a.mp3"],
    [
      "https://drive.google.com/file/d/1AbCdEfGhIjK/view?usp=sharing&resourcekey=0-Key_1",
      "https://drive.usercontent.google.com/download?id=1AbCdEfGhIjK&export=download&confirm=t&resourcekey=0-Key_1",
    ],
    [
      "https://band-my.sharepoint.com/:u:/g/personal/ann/EaBc?e=x1",
      "https://band-my.sharepoint.com/:u:/g/personal/ann/EaBc?e=x1&download=1",
    ],
    ["https://band.sharepoint.com/:v:/s/team/EdEf", "https://band.sharepoint.com/:v:/s/team/EdEf?download=1"],
    ["https://github.com/a/b/blob/main/x%20y.wav", "https://github.com/a/b/raw/main/x%20y.wav"],
    ["https://gitlab.com/g/s/p/-/blob/v1/a.ogg?ref_type=tags", "https://gitlab.com/g/s/p/-/raw/v1/a.ogg?ref_type=tags"],
    ["https://git.example.org/g/p/-/blob/main/a.ogg", "https://git.example.org/g/p/-/raw/main/a.ogg"],
    ["https://codeberg.org/a/b/src/branch/main/a.mp3", "https://codeberg.org/a/b/raw/branch/main/a.mp3"],
    ["https://bitbucket.org/a/b/src/main/a.mp3", "https://bitbucket.org/a/b/raw/main/a.mp3"],
    ["https://huggingface.co/datasets/a/b/blob/main/a.flac", "https://huggingface.co/datasets/a/b/resolve/main/a.flac"],
  ])("fetches the file itself from %s", (link, direct) => {
    expect(directLink(new URL(link)).href).toBe(direct);
  });

  test("finds links to messages and links in texts", () => {
    expect(messageLink(new URL("https://discord.com/channels/1/2/3"))).toEqual({ channelId: "2", messageId: "3" });
    expect(messageLink(new URL("https://evil.example/channels/1/2/3"))).toBeUndefined();
  });
});

const SONG = "https://example.org/a.mp3";

describe("addresses in texts", () => {
  test.each([
    [`listen (${SONG}).`, SONG],
    [`||${SONG}||`, SONG],
    [`**${SONG}**`, SONG],
    [`\`${SONG}\``, SONG],
    [`<${SONG}>`, SONG],
    [`[my song](${SONG})`, SONG],
    [`this one: ${SONG};`, SONG],
    [`これ ${SONG}。`, SONG],
    [`__*${SONG}*__`, SONG],
    ["https://example.org/take_(2).mp3 is mine", "https://example.org/take_(2).mp3"],
    ["(see https://example.org/take_(2).mp3)", "https://example.org/take_(2).mp3"],
    ["HTTP://example.org/A.MP3", "HTTP://example.org/A.MP3"],
    ["at example.org/a.mp3", SONG],
    ["www.example.org/a.mp3?x=1&y=2!", "https://www.example.org/a.mp3?x=1&y=2"],
    ["https://example.org/Übung.mp3", "https://example.org/Übung.mp3"],
    ["nothing, just Song.mp3 and a@example.org", undefined],
  ])("in %s the address is found", (text, link) => {
    expect(firstLink(text)).toBe(link);
  });

  test.each([
    [` <${SONG}> `, SONG],
    [`||${SONG}||`, SONG],
    [`[x](${SONG})`, SONG],
    ["example.org/a.mp3", SONG],
    ["example.org:8080/a.mp3", "https://example.org:8080/a.mp3"],
    ["file:///etc/passwd", "file:///etc/passwd"],
    ["javascript:alert(1)", "javascript:alert(1)"],
  ])("typed as %s the address is meant", (text, link) => {
    expect(typedLink(text)).toBe(link);
  });
});

describe("names of files", () => {
  const url = new URL("https://example.org/dir/SPOILER_My%20Song.mp3");
  const utf8 = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  test.each([
    [`attachment; filename="a b.wav"`, "a b.wav"],
    ["attachment; filename=a.wav; size=3", "a.wav"],
    ["attachment; filename*=UTF-8''M%C3%BCnchen.wav", "München.wav"],
    [`attachment; filename="fallback.wav"; filename*=UTF-8''%E2%82%AC%20rates.wav`, "€ rates.wav"],
    ["attachment; filename*=iso-8859-1'en'%A3%20rates.wav", "£ rates.wav"],
    [`attachment; filename="${utf8("太鼓.wav")}"`, "太鼓.wav"],
    [`attachment; filename=${utf8("太鼓.wav")}`, "太鼓.wav"],
    [`attachment; filename="My%20Song.wav"`, "My Song.wav"],
    [`attachment; filename="100%.wav"`, "100%.wav"],
    [`attachment; filename="a \\"quoted\\" one.wav"`, 'a "quoted" one.wav'],
    [`inline; filename="SPOILER_x.wav"`, "x.wav"],
    [`attachment; filename="../../etc/x.wav"`, "x.wav"],
    ["attachment", "My Song.mp3"],
    ["", "My Song.mp3"],
  ])("from %s", (disposition, name) => {
    expect(downloadName(disposition, url)).toBe(name);
  });
});
