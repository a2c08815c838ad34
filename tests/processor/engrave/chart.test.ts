import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toChart } from "@groovesheet/processor/engrave/chart/chart.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { type ChartNote, noteFlags, noteTypes, parseChartFile, scanChartFolder } from "../../support/scan-chart.ts";
import { perform, withOptions } from "../notate/performances.ts";
import { scores } from "../pages/scores.ts";

/** Half a second of nothing as Ogg Vorbis, so that a scanner finds a sound. */
const silentOgg = () => {
  const path = join(mkdtempSync(join(tmpdir(), "groovesheet-chart-")), "song.ogg");
  const input = ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo", "-t", "0.5"];
  const { status, stdout } = spawnSync("ffmpeg", [...input, "-c:a", "libvorbis", "-f", "ogg", "pipe:1"]);
  expect(status).toBe(0);
  writeFileSync(path, stdout);
  return new Uint8Array(stdout);
};

async function chartOf(score: Score) {
  let silence = 0;
  const zip = await toChart(score, async (seconds) => {
    silence = seconds;
    return silentOgg();
  });
  const files = Object.entries(unzipSync(zip)).map(([path, data]) => ({ fileName: path.split("/").at(-1)!, data }));
  const notes = files.find(({ fileName }) => fileName === "notes.mid")!.data;
  const chart = parseChartFile(notes, "mid", { pro_drums: true });
  const groups = (difficulty: string) =>
    chart.trackData.find((track) => track.difficulty === difficulty)!.noteEventGroups;
  return { silence, files, chart, groups, folders: Object.keys(unzipSync(zip)) };
}

const rock = "[kh]h [sh]h [kh][kh] [sh]h";

describe.each(Object.entries(scores))("the score %s as a chart", (_, write) => {
  const score = write();
  let made: Awaited<ReturnType<typeof chartOf>>;
  beforeAll(async () => {
    made = await chartOf(score);
  });

  test("is a playable song of drums with cymbals for a chart scanner", () => {
    const scanned = scanChartFolder(made.files);
    expect(scanned.playable).toBe(true);
    expect(scanned.name).toBe(score.title);
    expect(scanned.notesData.drumType).toBe(1); // four lanes with cymbals
    expect(scanned.folderIssues.map(({ folderIssue }) => folderIssue)).toEqual(["noAlbumArt"]);
    const issues = scanned.notesData.chartIssues.map(({ noteIssue, description }) => `${noteIssue} ${description}`);
    expect(issues.filter((issue) => !/^(noSections|difficultyNotReduced)/.test(issue))).toEqual([]);
  });

  test("has each beat where it is in the recording", () => {
    const { chart, silence } = made;
    const secondsAt = (tick: number) => {
      const tempo = chart.tempos.findLast((candidate) => candidate.tick <= tick)!;
      return (tempo.msTime + ((tick - tempo.tick) / chart.resolution) * (60_000 / tempo.beatsPerMinute)) / 1000;
    };
    let tick = chart.tempos[1]!.tick;
    for (const { beats, length } of score.measures) {
      for (const { onset, time } of beats) {
        expect(secondsAt(tick + onset.mul(4 * chart.resolution).valueOf())).toBeCloseTo(time + silence, 3);
      }
      tick += length.mul(4 * chart.resolution).valueOf();
    }
  });

  test("has fewer notes in each easier difficulty, all of them in the harder one", () => {
    const keys = (difficulty: string) =>
      made
        .groups(difficulty)
        .flat()
        .map(({ tick, type }) => `${tick} ${type}`);
    const [expert, hard, medium, easy] = ["expert", "hard", "medium", "easy"].map(keys);
    for (const [easier, harder] of [
      [hard!, expert!],
      [medium!, hard!],
      [easy!, medium!],
    ] as const) {
      expect(easier.filter((key) => !harder.includes(key))).toEqual([]);
    }
    expect(easy!.length).toBeGreaterThan(0);
    expect(easy!.length).toBeLessThan(expert!.length);
  });
});

test("pieces are on their pads: cymbals and toms of a colour apart", async () => {
  const song = perform({ bars: [rock, "[kc] 1 2 3", "[kd] 4 [sb] o"] });
  const { groups } = await chartOf(notate(song, withOptions()));
  const names = Object.fromEntries(Object.entries(noteTypes).map(([name, value]) => [value, name]));
  const shown = ["cymbal", "tom"];
  const describeNote = ({ type, flags }: ChartNote) =>
    [names[type], ...shown.filter((name) => flags & noteFlags[name]!)].join(" ");
  const played = groups("expert").map((group) => group.map(describeNote).sort().join(" + "));
  expect(played).toEqual([
    "kick + yellowDrum cymbal",
    "yellowDrum cymbal",
    "redDrum tom + yellowDrum cymbal",
    "yellowDrum cymbal",
    "kick + yellowDrum cymbal",
    "kick + yellowDrum cymbal",
    "redDrum tom + yellowDrum cymbal",
    "yellowDrum cymbal",
    "greenDrum cymbal + kick",
    "yellowDrum tom",
    "blueDrum tom",
    "blueDrum tom",
    "blueDrum cymbal + kick",
    "greenDrum tom",
    "blueDrum cymbal + redDrum tom",
    "yellowDrum cymbal",
  ]);
});

test("sections have star power, and the bar before the next one activates it", async () => {
  const { chart } = await chartOf(scores.form!());
  expect(chart.sections.map(({ name }) => name.replace("]", ""))).toEqual(["Intro", "A", "B", "A"]);
  const [track] = chart.trackData;
  expect(track!.starPowerSections).toHaveLength(4);
  expect(track!.drumFreestyleSections.length).toBeGreaterThan(0);
});

test("ghost notes are ghost notes", async () => {
  const score = scores.ghosts!();
  const { groups } = await chartOf(score);
  const written = score.measures.flatMap(({ voices }) =>
    voices.flatMap(({ events }) => events.flatMap(({ notes }) => notes)),
  );
  const ghosts = groups("expert")
    .flat()
    .filter(({ flags }) => flags & noteFlags.ghost!);
  expect(ghosts).toHaveLength(written.filter(({ dynamic }) => dynamic === "ghost").length);
  expect(ghosts.length).toBeGreaterThan(10);
});

test("a shuffle swings", async () => {
  const song = perform({ bars: Array<string>(8).fill("[kd]d [sd]d [kd]d [sd]d"), swing: 2 / 3 });
  const { groups, chart } = await chartOf(notate(song, withOptions()));
  const phases = groups("expert").map(([note]) => Math.round(((note!.tick / chart.resolution) % 1) * 100));
  expect([...new Set(phases)].sort((a, b) => a - b)).toEqual([0, 67]);
});

test("a song that begins with the recording has time before its first note", async () => {
  const { groups, silence } = await chartOf(notate(perform({ bars: [rock, rock], start: 0 }), withOptions()));
  expect(silence).toBeGreaterThan(2);
  expect(groups("expert")[0]![0]!.msTime).toBeGreaterThan(2000);
});

test("the folder is named for the song, whatever its title holds", async () => {
  const performance = { ...perform({ bars: [rock] }), title: "AC/DC: Größe? ../..", artist: "A\nB" };
  const { folders, files } = await chartOf(notate(performance, withOptions()));
  for (const folder of folders) expect(folder).toMatch(/^A B - AC DC Größe\/[a-z.]+$/);
  const ini = new TextDecoder().decode(files.find(({ fileName }) => fileName === "song.ini")!.data);
  expect(ini).toContain("\nartist = A B\n");
});
