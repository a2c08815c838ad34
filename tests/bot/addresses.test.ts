import { checkLink, isPublicAddress, publicLookup } from "@groovesheet/bot/links/address.ts";
import { directLink, firstLink, messageLink } from "@groovesheet/bot/links/share-links.ts";
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
  ])("GIVEN %s THEN it is inside and nothing is asked of it", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"])(
    "GIVEN %s THEN it is public",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

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
  ])("GIVEN the link %s THEN it is not used", (link) => {
    expect(code(() => checkLink(link, []))).toBe("linkNotAllowed");
  });

  test("GIVEN a name that leads inside THEN no connection is made", async () => {
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
  ])("GIVEN %s THEN the file itself is fetched", (link, direct) => {
    expect(directLink(new URL(link)).href).toBe(direct);
  });

  test("GIVEN links to messages and links in texts THEN they are found", () => {
    expect(messageLink(new URL("https://discord.com/channels/1/2/3"))).toEqual({ channelId: "2", messageId: "3" });
    expect(messageLink(new URL("https://evil.example/channels/1/2/3"))).toBeUndefined();
    expect(firstLink("listen (https://example.org/a.mp3).")).toBe("https://example.org/a.mp3");
    expect(firstLink("nothing")).toBeUndefined();
  });
});
