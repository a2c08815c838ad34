/** How fast a transfer must be at least. */
export interface Throughput {
  readonly bytesPerSecond: number;
  /** seconds over which the rate is averaged */
  readonly seconds: number;
}

/** Measures a transfer and ends it where it is too slow. */
export interface ThroughputWatch {
  /** aborts where no content began within two windows, or too little of it arrived in one */
  readonly signal: AbortSignal;
  /** the content begins */
  readonly begin: () => void;
  readonly add: (bytes: number) => void;
  readonly close: () => void;
}

export function watchThroughput({ bytesPerSecond, seconds }: Throughput): ThroughputWatch {
  const abort = new AbortController();
  let received = 0;
  let timer = setTimeout(() => abort.abort(), 2 * seconds * 1000);
  const measure = () => {
    if (received < bytesPerSecond * seconds) abort.abort();
    received = 0;
  };
  return {
    signal: abort.signal,
    begin() {
      clearTimeout(timer);
      timer = setInterval(measure, seconds * 1000);
    },
    add(bytes) {
      received += bytes;
    },
    close: () => clearInterval(timer),
  };
}
