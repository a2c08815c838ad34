/** How often something may occur at one place of a group of bars, and the prior probability of each frequency. */
const FREQUENCIES = [0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99] as const;
const PRIOR = [0.2, 0.1, 0.07, 0.06, 0.14, 0.06, 0.07, 0.1, 0.2] as const;
/**
 * Correlation of the detector's errors in bars that are alike: where a loop sounds the same each time, so do its errors, and
 * many bars are less evidence than their number suggests.
 */
const CORRELATION = 0.1;
/** Weight of the other bars beside a bar's own evidence, from the development recordings (docs/notation.md). */
const TRUST = 0.8;

/**
 * What the other bars of a group say about each bar: how often something occurs at this place is inferred from the evidence
 * of all others (a mixture of binomials), and the expected frequency is the bar's prior.
 *
 * @param logOdds by bar, from the bar's own evidence
 * @returns by bar, log-odds to add to its own; 0 for a bar without others
 */
export function contextOf(logOdds: readonly number[]): number[] {
  const weight = weightOf(logOdds.length);
  const likelihoods = logOdds.map((own) => {
    const p = probability(own);
    return FREQUENCIES.map((frequency) => weight * Math.log(frequency * p + (1 - frequency) * (1 - p)));
  });
  const total = FREQUENCIES.map((_, f) => likelihoods.reduce((sum, of) => sum + of[f]!, Math.log(PRIOR[f]!)));
  return likelihoods.map((own) => TRUST * expectedLogOdds(total.map((sum, f) => sum - own[f]!)));
}

/** @param logs unnormalised log-probabilities of the frequencies */
function expectedLogOdds(logs: readonly number[]): number {
  const greatest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - greatest));
  const sum = weights.reduce((a, b) => a + b, 0);
  const mean = weights.reduce((total, w, f) => total + w * FREQUENCIES[f]!, 0) / sum;
  return logit(mean);
}

/** @returns the weight of each of several pieces of evidence whose errors are correlated */
export function weightOf(count: number): number {
  return 1 / (1 + (count - 1) * CORRELATION);
}

/** @returns log-odds of a probability, in nats */
export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

/** @returns the probability of log-odds in nats */
export function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
