/**
 * Gates of statistical tests. Every gate states its α: the probability that sound code fails it.
 * Seeds are fixed, so a test that passed keeps passing until the draws change.
 */

/** Normal quantiles of the two-sided gates in use: α → z. */
export const Z = { "1e-6": 4.892, "1e-9": 6.109 } as const;

export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

/** Sample moments; variance with n - 1, skewness and kurtosis as plain standardised moments (3 for a normal). */
export function moments(samples: ArrayLike<number>): Moments {
  const n = samples.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += samples[i]! / n;
  let [m2, m3, m4] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const d = samples[i]! - mean;
    m2 += d ** 2 / n;
    m3 += d ** 3 / n;
    m4 += d ** 4 / n;
  }
  return { n, mean, variance: (m2 * n) / (n - 1), skewness: m3 / m2 ** 1.5, kurtosis: m4 / m2 ** 2 };
}

/** Allowed distance of a sample mean from its expectation at the given z. */
export function meanGate(sigma: number, n: number, z: number = Z["1e-6"]): number {
  return (z * sigma) / Math.sqrt(n);
}

/** Allowed distance of a sample variance of normal draws: its standard error is σ²·sqrt(2/(n-1)). */
export function varianceGate(sigma: number, n: number, z: number = Z["1e-6"]): number {
  return z * sigma ** 2 * Math.sqrt(2 / (n - 1));
}

/** Allowed correlation of two independent samples of n. */
export function correlationGate(n: number, z: number = Z["1e-6"]): number {
  return z / Math.sqrt(n);
}

/** Pearson correlation of two samples of one length. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [moments(a), moments(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - ma.mean) * (b[i]! - mb.mean);
  return sum / (a.length - 1) / Math.sqrt(ma.variance * mb.variance);
}

/** Two-sample Kolmogorov–Smirnov statistic: the largest distance of the two empirical distributions. */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  let [i, j, largest] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= at) i++;
    while (j < y.length && y[j]! <= at) j++;
    largest = Math.max(largest, Math.abs(i / x.length - j / y.length));
  }
  return largest;
}

/** Gate of the two-sample statistic: α = 2·exp(-2·d²·nm/(n+m)), asymptotically and conservatively. */
export function kolmogorovSmirnovGate(n: number, m: number, alpha: number): number {
  return Math.sqrt((Math.log(2 / alpha) * (n + m)) / (2 * n * m));
}
