import loadPffft from "@echogarden/pffft-wasm/simd";

/** A Fourier transform of one size. Its arrays are memory of the WebAssembly module, so nothing is copied. */
export interface Transform {
  readonly input: Float32Array;
  /**
   * Complex numbers as re, im, re, im. Of a real input: those of the bins below size / 2; the imaginary part of bin 0,
   * which is always 0, is replaced by the bin of size / 2.
   */
  readonly output: Float32Array;
  /** Computes the output of the input. */
  forward(): void;
  /** Computes the output of the input in the other direction, without dividing by the size. */
  inverse(): void;
}

/** Numbers of PFFFT's enumerations. */
const KINDS = { real: 0, complex: 1 } as const;
const [FORWARD, INVERSE] = [0, 1];
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

let library: ReturnType<typeof loadPffft> | undefined;
/** Each is made once and kept: the module's memory never grows, which would invalidate the arrays. */
const transforms = new Map<string, Promise<Transform>>();

/**
 * The transform of one kind and size by PFFFT (Pommier; single precision, four values at a time). Everyone who asks for it
 * shares its arrays: fill the input, compute and read the output without waiting for anything between.
 *
 * @param size of the input, in real or complex numbers: 2^a · 3^b · 5^c, with a >= 5
 */
export function fourierTransform(kind: keyof typeof KINDS, size: number): Promise<Transform> {
  const key = `${kind} ${size}`;
  const known = transforms.get(key) ?? makeTransform(kind, size);
  transforms.set(key, known);
  return known;
}

async function makeTransform(kind: keyof typeof KINDS, size: number): Promise<Transform> {
  library ??= loadPffft();
  const pffft = await library;
  const memory = pffft.HEAPF32.buffer;
  const setup = pffft._pffft_new_setup(size, KINDS[kind]);
  const length = kind === "real" ? size : 2 * size;
  const [input, output, work] = [0, 1, 2].map(() => pffft._pffft_aligned_malloc(length * FLOAT_BYTES));
  if (!setup || !input || !output || !work) throw new Error(`no ${kind} Fourier transform of ${size} values`);
  if (pffft.HEAPF32.buffer !== memory)
    throw new Error("the memory of PFFFT grew: the arrays of earlier transforms are lost");
  return {
    input: new Float32Array(pffft.HEAPF32.buffer, input, length),
    output: new Float32Array(pffft.HEAPF32.buffer, output, length),
    forward: () => pffft._pffft_transform_ordered(setup, input, output, work, FORWARD),
    inverse: () => pffft._pffft_transform_ordered(setup, input, output, work, INVERSE),
  };
}
