/** How fast a transfer must be at least. */
export interface Throughput {
  readonly bytesPerSecond: number;
  /** of each window of so many seconds the mean counts */
  readonly seconds: number;
}

/** Measures a transfer and ends it where it is too slow. */
export interface ThroughputWatch {
  /** aborts when a window is over in which too little arrived */
  readonly signal: AbortSignal;
  readonly add: (bytes: number) => void;
  readonly close: () => void;
}

export function watchThroughput({ bytesPerSecond, seconds }: Throughput): ThroughputWatch {
  const abort = new AbortController();
  let received = 0;
  const timer = setInterval(() => {
    if (received < bytesPerSecond * seconds) abort.abort();
    received = 0;
  }, seconds * 1000);
  return {
    signal: abort.signal,
    add(bytes) {
      received += bytes;
    },
    close: () => clearInterval(timer),
  };
}
