/** A stretch of the recording that is separated in one run. */
export interface SampleWindow {
  /** first sample */
  readonly start: number;
  /** the samples that are kept: from the middle of the fade-in to the middle of the fade-out */
  readonly from: number;
  readonly to: number;
}

/**
 * Lays windows of one size evenly over a recording; the last one ends with it, and each shares at least `overlap` of its
 * length with the next. Two windows are joined in the middle of the part that they share, far from their ends, where the
 * network has little context.
 *
 * @param length samples of the recording
 * @param size samples of a window
 * @param overlap share of a window, 0..1
 */
export function layWindows(length: number, size: number, overlap: number): readonly SampleWindow[] {
  const room = Math.max(0, length - size);
  const count = 1 + Math.ceil(room / (size * (1 - overlap)));
  const starts = Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.round((k * room) / (count - 1))));
  const border = (k: number) => Math.round((starts[k - 1]! + size + starts[k]!) / 2);
  return starts.map((start, k) => ({
    start,
    from: k === 0 ? 0 : border(k),
    to: k === count - 1 ? length : border(k + 1),
  }));
}

/**
 * Writes a window's sound into the whole; windows must come in order. It is cross-faded with the window before it, with
 * weights that sum to one, and replaces what comes after.
 */
export function putFaded(whole: Float32Array, sound: Float32Array, window: SampleWindow, fade: number): void {
  const first = window.from === 0 ? 0 : window.from - fade / 2;
  const last = window.to === whole.length ? whole.length : window.to + fade / 2;
  const fadedIn = window.from === 0 ? 0 : window.from + fade / 2;
  for (let i = first; i < last; i++) {
    const fadeIn = window.from === 0 ? 1 : (i + 0.5 - first) / fade;
    const fadeOut = window.to === whole.length ? 1 : (last - i - 0.5) / fade;
    const value = Math.min(1, fadeIn) * Math.min(1, fadeOut) * sound[i - window.start]!;
    whole[i] = i < fadedIn ? whole[i]! + value : value;
  }
}
