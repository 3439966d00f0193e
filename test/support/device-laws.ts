// The published device laws, written down a second time from the papers' formulas: h = G/gMax, conductances in µS.

const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const poly = (c: readonly number[], x: number) => c.reduceRight((sum, a) => sum * x + a, 0);

/** Standard deviation after programming, µS. */
export const PROGRAMMED: Readonly<Record<string, (g: number, gMax: number) => number>> = {
  pcm: (g, m) => (poly([0.26348, 1.965, -1.1731], g / m) * m) / 25,
  pcmJoshi: (g) => Math.max(-0.00178767 * g ** 2 + 0.07585724 * g + 0.28638599, 0),
  hermesOne: (g, m) => (poly([0.15781817, 2.32443916, -2.16310839, 0.68841818], g / m) * m) / 10.35,
  hermesTwo: (g, m) => (poly([0.16603222, 4.71806468, -8.48101252, 4.68961419], g / m) * m) / 20.7,
  rramMilo: (g) => Math.max(-0.009107 * g + 4.782321, 0),
  rramWanCubic: (g) => Math.max(1.536e-4 * g ** 3 - 1.167e-2 * g ** 2 + 2.374e-1 * g + 1.053, 0),
  rramWan: (g, m) => (poly([0.348, 16.03, -43.853, 45.393, -16.815], g / m) * m) / 40,
  rramCmoTight: (g) => 0.00081107 + 0.00106879 * g,
  rramCmo: (g) => 0.0112185391 + 0.01129027418 * g,
  sonos: (g) => (19.88665 * (1 - Math.exp(-(g * 100) / 176.3115))) / 100,
};

interface PowerLaw {
  readonly start: number;
  readonly readTime: number;
  mean(h: number): number;
  sigma(h: number): number;
  quality(h: number): number;
}

const hermesMean = (h: number) =>
  h < 0.0945 ? clip(-0.0387 * Math.log(h) - 0.0182, 0.072, 0.13) : -0.0436 * h ** 2 - 0.0126 * h + 0.0736;

/** ν = |mean + sigma ξ|, G(t) = G ((t + start)/start)^-ν; quality: relative long-term noise per sqrt(ln ...). */
export const POWER_LAWS: Readonly<Record<string, PowerLaw>> = {
  pcm: {
    start: 20,
    readTime: 250e-9,
    mean: (h) => clip(-0.0155 * Math.log(h) + 0.0244, 0.049, 0.1),
    sigma: (h) => clip(-0.0125 * Math.log(h) - 0.0059, 0.008, 0.045),
    quality: (h) => Math.min(0.0088 / Math.max(h ** 0.65, 1e-3), 0.2),
  },
  hermesOne: {
    start: 200,
    readTime: 512e-9,
    mean: hermesMean,
    sigma: (h) =>
      h < 0.3039 ? clip(-0.012 * Math.log(h) - 0.0023, 0.0124, 0.04) : -0.0165 * h ** 2 + 0.0116 * h + 0.0104,
    quality: (h) =>
      h < 0.1591
        ? clip(-0.0078 * Math.log(h) + 0.0038, 0.0179, 0.04)
        : 0.0664 * h ** 3 - 0.1352 * h ** 2 + 0.0768 * h + 0.0088,
  },
  hermesTwo: {
    start: 300,
    readTime: 512e-9,
    mean: hermesMean,
    sigma: (h) =>
      h < 0.3055 ? clip(-0.0117 * Math.log(h) - 0.0057, 0.0091, 0.04) : -0.0118 * h ** 2 + 0.0093 * h + 0.0073,
    quality: (h) =>
      h < 0.16
        ? clip(-0.0117 * Math.log(h) - 0.0069, 0.015, 0.04)
        : 0.0069 * h ** 3 - 0.028 * h ** 2 + 0.0211 * h + 0.0123,
  },
};

/** sqrt(ln((T + readTime)/(2 readTime))). */
export function growth(seconds: number, readTime: number): number {
  return Math.sqrt(Math.log((seconds + readTime) / (2 * readTime)));
}

const density = (x: number) => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);

/** Normal distribution function by Simpson's rule from -12: good to 1e-12. */
export function normalBelow(x: number): number {
  const [low, steps] = [-12, 4000];
  if (x <= low) return 0;
  const h = (x - low) / steps;
  let sum = density(low) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density(low + i * h);
  return (sum * h) / 3;
}

/** Mean and standard deviation of max(mean + sigma ξ, 0). */
export function rectified(mean: number, sigma: number): [number, number] {
  if (sigma === 0) return [Math.max(mean, 0), 0];
  const z = mean / sigma;
  const first = mean * normalBelow(z) + sigma * density(z);
  const second = (mean ** 2 + sigma ** 2) * normalBelow(z) + mean * sigma * density(z);
  return [first, Math.sqrt(second - first ** 2)];
}

/** Mean and standard deviation of |mean + sigma ξ|. */
export function folded(mean: number, sigma: number): [number, number] {
  const z = mean / sigma;
  const first = 2 * sigma * density(z) + mean * (1 - 2 * normalBelow(-z));
  return [first, Math.sqrt(mean ** 2 + sigma ** 2 - first ** 2)];
}
