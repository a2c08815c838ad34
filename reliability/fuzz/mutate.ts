import { pick } from "../random.ts";

const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  "\u0000",
  "\ud800",
  "../../etc/passwd",
  "x".repeat(100_000),
  "9".repeat(400),
  [],
  {},
  [[[[[[]]]]]],
  { toString: "x", constructor: 1, length: -1 },
];

/** @returns a copy of a JSON value with one to three members removed, added or changed in type */
export function mutateJson<T extends object>(value: T, random: () => number): T {
  const copy = structuredClone(value);
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const places = placesIn(copy as Holder);
    if (places.length > 0) change(...pick(random, places), random);
  }
  return copy;
}

type Holder = Record<string, unknown>;

/** @returns every member of every object and array in a JSON value */
function placesIn(holder: Holder): [Holder, string][] {
  return Object.entries(holder).flatMap(([key, inner]): [Holder, string][] => [
    [holder, key],
    ...(inner && typeof inner === "object" ? placesIn(inner as Holder) : []),
  ]);
}

function change(holder: Holder, key: string, random: () => number): void {
  const before = holder[key];
  const way = random();
  if (way < 0.25) delete holder[key];
  else if (way < 0.75 || before === undefined) holder[key] = pick(random, ODD);
  else if (Array.isArray(before)) holder[key] = [...before, ...before, pick(random, ODD)];
  else if (typeof before === "string") holder[key] = before.split("").reverse().join("");
  else if (typeof before === "number") holder[key] = -before * 1e6;
  else holder[key] = { ...(before as object), extra: pick(random, ODD) };
}
