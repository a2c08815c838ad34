import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type { ResultSummary } from "@groovesheet/jobs/result.ts";
import type { Transcription } from "../pipeline.ts";

/** The facts that are shown beside a score: taken from the score if it has them, else from the performance. */
export function summarise({ performance, score, notices }: Transcription): Omit<ResultSummary, "fingerprint"> {
  const mark = score.measures.find((measure) => measure.tempo)?.tempo;
  const first = score.measures.find((measure) => !measure.pickup)?.meter;
  const hits: Partial<Record<Piece, number>> = {};
  for (const { piece } of performance.hits) hits[piece] = (hits[piece] ?? 0) + 1;
  const confidence = performance.hits.reduce((sum, hit) => sum + hit.confidence, 0);
  const artist = score.artist ?? performance.artist;
  return {
    title: score.title,
    ...(artist ? { artist } : {}),
    tempo: { perMinute: mark?.perMinute ?? performance.tempo, unit: mark?.unit.toFraction() ?? "1/4" },
    meter: first ? `${first.beats}/${first.beatType}` : performance.meter,
    swing: score.measures.some((measure) => measure.feel === "swing"),
    measures: score.measures.length,
    duration: performance.duration,
    hits,
    meanConfidence: performance.hits.length ? confidence / performance.hits.length : 0,
    separated: performance.separated,
    model: performance.model,
    notices: [...notices],
  };
}
