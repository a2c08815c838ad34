/** One of the sounds that make up a hit; it decays by a factor of e in `decay` seconds. */
export interface Layer {
  readonly kind: "tone" | "noise" | "metal";
  readonly gain: number;
  /** seconds */
  readonly decay: number;
  /** of a tone: Hz at the attack; of metal: a factor for its frequencies */
  readonly from?: number;
  /** of a tone: Hz after the sweep */
  readonly to?: number;
  /** time constant of the sweep, seconds */
  readonly sweep?: number;
  /** Hz below which noise and metal are filtered out */
  readonly above?: number;
  /** attacks in quick succession, as of several hands */
  readonly bursts?: number;
}

/** Frequencies of the square waves of a cymbal, Hz: no two of them in a simple ratio. */
const PARTIALS = [263, 400, 421, 474, 587, 845] as const;
const BURST_GAP = 0.011;
/** Time constants after which a layer is silent (-60 dB). */
const SILENT_AFTER = 6.9;
/** seconds of fade-in; a step would click */
const ATTACK = 0.0008;

/** @returns the sum of the layers, mono, as long as it can be heard */
export function synthesise(layers: readonly Layer[], sampleRate: number): Float32Array {
  const seconds = Math.max(...layers.map(({ decay, bursts = 1 }) => SILENT_AFTER * decay + BURST_GAP * bursts));
  const sound = new Float32Array(Math.ceil(seconds * sampleRate));
  for (const layer of layers) addLayer(sound, layer, sampleRate);
  return sound;
}

function addLayer(sound: Float32Array, layer: Layer, sampleRate: number): void {
  const source = { tone, noise, metal }[layer.kind](layer, sampleRate);
  const filter = layer.above === undefined ? (x: number) => x : highPass(layer.above, sampleRate);
  const { bursts = 1 } = layer;
  for (let i = 0; i < sound.length; i++) {
    const time = i / sampleRate;
    const burst = Math.min(bursts - 1, Math.floor(time / BURST_GAP));
    const since = time - burst * BURST_GAP;
    const envelope =
      Math.min(1, since / ATTACK) * Math.exp(-since / (burst < bursts - 1 ? BURST_GAP / 2 : layer.decay));
    sound[i]! += layer.gain * envelope * filter(source());
  }
}

function tone({ from = 200, to = from, sweep = 0.05 }: Layer, sampleRate: number): () => number {
  let phase = 0;
  let index = 0;
  return () => {
    const frequency = to + (from - to) * Math.exp(-index++ / (sweep * sampleRate));
    phase += (2 * Math.PI * frequency) / sampleRate;
    return Math.sin(phase);
  };
}

/** Numerical Recipes' linear congruential generator: the same noise every time. */
function noise(): () => number {
  let state = 22_222;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function metal({ from = 1 }: Layer, sampleRate: number): () => number {
  let index = 0;
  return () => {
    const time = index++ / sampleRate;
    let sum = 0;
    for (const partial of PARTIALS) sum += (time * from * partial) % 1 < 0.5 ? 1 : -1;
    return sum / PARTIALS.length;
  };
}

/** Two one-pole filters in a row: 12 dB an octave. */
function highPass(frequency: number, sampleRate: number): (x: number) => number {
  const pole = Math.exp((-2 * Math.PI * frequency) / sampleRate);
  const stage = () => {
    let [before, out] = [0, 0];
    return (x: number) => {
      out = pole * (out + x - before);
      before = x;
      return out;
    };
  };
  const [first, second] = [stage(), stage()];
  return (x) => second(first(x));
}
