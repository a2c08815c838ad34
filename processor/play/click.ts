import type { Click } from "./timeline.ts";

/** Hz: the pitch of a click, and of the one on the first beat of a bar */
const PITCH = 1200;
const ACCENT_PITCH = 1800;
const GAIN = 0.7;
/** seconds in which a click fades by a factor of e, and after which it is silent */
const DECAY = 0.012;
const LENGTH = 0.08;

/** @returns the clicks as sound, mono, -1..1, as long as the last one rings; each begins at its time */
export function synthesiseClicks(clicks: readonly Click[], sampleRate: number): Float32Array {
  const end = Math.max(0, ...clicks.slice(-1).map(({ time }) => time + LENGTH));
  const sound = new Float32Array(Math.ceil(end * sampleRate));
  for (const { time, accent } of clicks) {
    const start = Math.round(time * sampleRate);
    const step = (2 * Math.PI * (accent ? ACCENT_PITCH : PITCH)) / sampleRate;
    for (let i = 0; i < LENGTH * sampleRate && start + i < sound.length; i++) {
      sound[start + i]! += GAIN * Math.exp(-i / (DECAY * sampleRate)) * Math.sin(step * i);
    }
  }
  return sound;
}
