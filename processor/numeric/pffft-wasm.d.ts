/** @echogarden/pffft-wasm 0.4 has no types of its own. Pointers are byte offsets in the module's memory, 0 for none. */
declare module "@echogarden/pffft-wasm/simd" {
  export default function load(): Promise<{
    readonly HEAPF32: Float32Array;
    _pffft_new_setup(size: number, kind: number): number;
    _pffft_aligned_malloc(bytes: number): number;
    _pffft_transform_ordered(setup: number, input: number, output: number, work: number, direction: number): void;
  }>;
}
