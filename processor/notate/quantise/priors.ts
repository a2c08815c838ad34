/**
 * How drummers use the places of a pulse. The numbers for quarters and shuffles were learned from the training split of the
 * Groove MIDI Dataset (CC-BY-4.0); `npm run roundtrip -- FOLDER --split train --learn` prints them again, within 0.01 for
 * quarters. Shuffles omit the 32nds that it finds in them, which nobody writes. The spreads, and the numbers for eighths and
 * sixteenths, which are rare in that dataset, are set by hand.
 */
export interface Priors {
  /** share of the strokes that fall on the pulse */
  readonly onPulse: number;
  /** shares of the other strokes by place, in straight pulses and in those divided in three; each sums to 1 */
  readonly places: Readonly<Record<Family, ReadonlyMap<number, number>>>;
  /** share of the pulses with strokes off the pulse that is divided in three */
  readonly triplets: number;
  /** seconds: standard deviation of the strokes around their places */
  readonly spread: number;
}

export type Family = "straight" | "triplet";

/** Pulses of a quarter: places in ticks of 48. */
export const QUARTER_PRIORS: Priors = {
  onPulse: 0.385,
  places: {
    straight: new Map([
      [6, 0.029],
      [12, 0.184],
      [18, 0.033],
      [24, 0.46],
      [30, 0.024],
      [36, 0.24],
      [42, 0.03],
    ]),
    triplet: new Map([
      [8, 0.061],
      [16, 0.324],
      [24, 0.07],
      [32, 0.47],
      [40, 0.075],
    ]),
  },
  triplets: 0.131,
  spread: 0.016,
};

/** Pulses of a quarter where eighths swing. */
export const SHUFFLE_PRIORS: Priors = {
  onPulse: 0.646,
  places: {
    straight: new Map([
      [12, 0.05],
      [24, 0.785],
      [36, 0.165],
    ]),
    triplet: new Map([
      [8, 0.01],
      [16, 0.415],
      [32, 0.44],
      [40, 0.135],
    ]),
  },
  triplets: 0.05,
  spread: 0.016,
};

/** Pulses of an eighth, in compound and odd meters: a pulse is half a quarter, and so are its places. */
export const EIGHTH_PRIORS: Priors = {
  onPulse: 0.68,
  places: {
    straight: new Map([
      [12, 0.9],
      [6, 0.05],
      [18, 0.05],
    ]),
    triplet: new Map([
      [8, 0.5],
      [16, 0.5],
    ]),
  },
  triplets: 0.05,
  spread: 0.016,
};

/** Pulses of a sixteenth, in meters like 7/16. */
export const SIXTEENTH_PRIORS: Priors = {
  onPulse: 0.9,
  places: { straight: new Map([[6, 1]]), triplet: new Map() },
  triplets: 0,
  spread: 0.016,
};
