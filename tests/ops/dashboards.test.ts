import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parser } from "@prometheus-io/lezer-promql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { freePort, hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

const file = (name: string) => fileURLToPath(new URL(`../../ops/${name}`, import.meta.url));

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const dashboard = JSON.parse(await readFile(file("grafana-dashboard.json"), "utf8")) as { panels: readonly Panel[] };
const alerts = parse(await readFile(file("alerts.yml"), "utf8")) as Rules;
const expressions = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
];

/** Walks over the parsed expression; Grafana's variables are no PromQL. */
function read(expression: string): { errors: number; names: string[]; labels: string[] } {
  const text = expression.replaceAll("$__rate_interval", "5m");
  const found = { errors: 0, names: [] as string[], labels: [] as string[] };
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) found.errors++;
      if (type.name === "Identifier" && node.parent?.name === "VectorSelector") found.names.push(text.slice(from, to));
      if (type.name === "LabelName") found.labels.push(text.slice(from, to));
    },
  });
  return found;
}

test.each(expressions)("the expression of %s is valid PromQL", (_, expression) => {
  expect(read(expression).errors).toBe(0);
  expect(read(expression).names.length).toBeGreaterThan(0);
});

test("no two panels of the dashboard share an id or a place", () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

const promtool = spawnSync("promtool", ["--version"]).status === 0;
if (!promtool) console.warn("skipped: no promtool on the PATH (Debian: apt-get install prometheus)");

test.skipIf(!promtool)("Prometheus accepts the rules and the configuration", () => {
  for (const args of [
    ["check", "rules", file("alerts.yml")],
    ["check", "config", file("prometheus.yml")],
  ]) {
    const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
  }
});

describe.skipIf(!hasRedis)("the metrics of bot and processor", () => {
  const stage = new Stage();
  let text = "";
  beforeAll(async () => {
    await stage.open();
    const [bot, processor] = [await freePort(), await freePort()];
    await stage.startBot({ BOT_STATUS_PORT: String(bot) });
    await stage.startProcessor({ PROCESSOR_STATUS_PORT: String(processor) });
    const asked = stage.discord.command({ by: stage.discord.person("ann") }, "transcribe", { file: sound() });
    await stage.score(() => stage.discord.original(asked));
    await stage.settled();
    for (const port of [bot, processor]) text += await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  });
  afterAll(() => stage.close());

  test("include every metric and label that the dashboard and the alerts use", () => {
    const names = new Set(text.split("\n").flatMap((line) => /^(\w+)[{ ]/.exec(line)?.[1] ?? []));
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label));
    for (const by of ["up", "job", "instance"]) names.add(by) && labels.add(by); // Prometheus' own
    const unknown = expressions.flatMap(([title, expression]) => {
      const found = read(expression);
      return [
        ...found.names.filter((name) => !names.has(name)),
        ...found.labels.filter((label) => !labels.has(label)),
      ].map((name) => `${title}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  test("are each used by the dashboard or by an alert", () => {
    const ours = new Set([...text.matchAll(/^# HELP (groovesheet_\w+)/gm)].map(([, name]) => name!));
    const used = expressions.flatMap(([, expression]) => read(expression).names).join(" ");
    expect([...ours].filter((name) => !used.includes(name))).toEqual([]);
  });
});
