/** Twenty seconds of clicks, one every half second from 0.25 s on: short 1500 Hz bursts that each codec keeps in place. */
export const CLICK_SECONDS = 20;
export const CLICKS =
  "aevalsrc=0.6*exp(-150*mod(t+0.25\\,0.5))*sin(2*PI*1500*mod(t+0.25\\,0.5))*lt(mod(t+0.25\\,0.5)\\,0.1):s=44100:c=stereo";

/** Times of the clicks, without those from `from` to `to`, and all later ones as they are. */
export function clickTimes(from = 0, to = 0): number[] {
  return Array.from({ length: 2 * CLICK_SECONDS }, (_, i) => 0.25 + i / 2).filter((time) => time < from || time >= to);
}

/** @returns seconds at which clicks begin in the mean of the channels */
export function findClicks(channels: readonly Float32Array[], sampleRate = 44_100): number[] {
  const found: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < channels[0]!.length; i++) {
    const value = channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length;
    if (Math.abs(value) < 0.15) continue;
    if (i - last > 0.1 * sampleRate) found.push(i / sampleRate);
    last = i;
  }
  return found;
}

/** @returns sound at 44,100 Hz with bursts that begin at these times with their full height */
export function burstsAt(times: readonly number[], seconds: number): Float32Array {
  const sound = new Float32Array(seconds * 44_100);
  for (const time of times) {
    for (let i = 0; i < 2205; i++) {
      sound[Math.round(time * 44_100) + i] = 0.6 * Math.exp(-i / 800) * Math.cos((2 * Math.PI * 1500 * i) / 44_100);
    }
  }
  return sound;
}
