import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PIECES } from "@groovesheet/jobs/pieces.ts";
import { z } from "zod";

/** The five classes that the field scores: the activation of a group finds a hit, its pieces identify it. */
export const GROUPS = ["KD", "SD", "TT", "HH", "CY"] as const;
export type Group = (typeof GROUPS)[number];

const pieceSchema = z.enum(PIECES);
const probability = z.number().min(0).max(1);
const calibrationSchema = z.object({ a: z.number(), b: z.number() });

/** models/listener.json: what the run time needs to know about the network; written by models/training. */
const listenerCardSchema = z.object({
  name: z.string(),
  version: z.string(),
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sampleRate: z.literal(44_100),
  fps: z.literal(100),
  bands: z.number().int(),
  input: z.string(),
  outputs: z.object({
    /** columns of `activations`: groups, pieces, "beat", "downbeat" */
    activations: z.array(z.string()),
    /** columns of `velocity` */
    velocity: z.array(pieceSchema),
  }),
  groups: z.record(z.enum(GROUPS), z.array(pieceSchema).min(1)),
  /** for each group, and each piece outside the groups: activation at which a peak is a hit */
  thresholds: z.record(z.string(), probability),
  /** confidence = 1 / (1 + exp(-(a · logit(activation) + b))) */
  calibration: z.record(z.string(), calibrationSchema),
  licence: z.string(),
});

export type ListenerCard = z.infer<typeof listenerCardSchema>;

/** models/counter.json; written by models/training/counter. */
const counterCardSchema = listenerCardSchema.pick({
  name: true,
  version: true,
  file: true,
  sha256: true,
  licence: true,
});

export type CounterCard = z.infer<typeof counterCardSchema>;

export interface Model<Card extends CounterCard = ListenerCard> {
  readonly card: Card;
  /** absolute path of the ONNX file */
  readonly path: string;
}

/**
 * @returns the listener: its card and the path of its weights
 * @throws Error if the card is missing or invalid (a damaged installation)
 */
export async function listenerModel(): Promise<Model> {
  const card = listenerCardSchema.parse(JSON.parse(await readFile(here("listener.json"), "utf8")));
  return { card, path: here(card.file) };
}

/**
 * @returns the counter, which classifies beats: its card and the path of its weights
 * @throws Error if the card is missing or invalid (a damaged installation)
 */
export async function counterModel(): Promise<Model<CounterCard>> {
  const card = counterCardSchema.parse(JSON.parse(await readFile(here("counter.json"), "utf8")));
  return { card, path: here(card.file) };
}

/** @returns whether the hash of the weights matches the card */
export async function isIntact(model: Model<CounterCard>): Promise<boolean> {
  const weights = await readFile(model.path);
  return createHash("sha256").update(weights).digest("hex") === model.card.sha256;
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
