import { type FetchSlots, openFetchSlots } from "@groovesheet/bot/requests/fetch-slots.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { beforeEach, describe, expect, test } from "vitest";

describe("download slots", () => {
  let slots: FetchSlots;
  let begun: string[];
  let ends: Map<string, { done: () => void; fail: (error: Error) => void }>;
  beforeEach(() => {
    slots = openFetchSlots();
    begun = [];
    ends = new Map();
  });

  /** A download that ends when the test says so. */
  const download = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((done, fail) => ends.set(name, { done, fail }));
  };
  const link = (name: string, user = name, host = "example.org") => {
    const ended = slots.link(user, host, download(name)).catch(() => {});
    return ended;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  test("links that hold all their slots leave those of files free", async () => {
    for (let index = 0; index < 20; index++) void link(`link${index}`);
    void slots.file(download("file"));
    await settle();
    expect(begun.filter((name) => name.startsWith("link"))).toHaveLength(8);
    expect(begun).toContain("file");
  });

  test("a person has one link at a time, and the next one when it is over, however it ends", async () => {
    const first = link("first", "ann");
    void link("second", "ann");
    void link("other", "bob");
    await settle();
    expect(begun).toEqual(["first", "other"]);
    ends.get("first")!.fail(new Error("broken"));
    await first;
    await settle();
    expect(begun).toEqual(["first", "other", "second"]);
  });

  test("links to a host that stalled wait behind all others", async () => {
    const stalled = link("stalled", "eve", "slow.example");
    await settle();
    ends.get("stalled")!.fail(new UserError("linkStalled"));
    await stalled;
    const running = Array.from({ length: 8 }, (_, index) => link(`running${index}`));
    void link("slow again", "mal", "slow.example");
    void link("good", "ann", "good.example");
    await settle();
    ends.get("running0")!.done();
    await running[0];
    await settle();
    expect(begun.at(-1)).toBe("good");
    ends.get("running1")!.done();
    await running[1];
    await settle();
    expect(begun.at(-1)).toBe("slow again");
  });
});
