/** Awkward sizes: around every vector width and group in use, and primes beyond. */
export const SIZES: readonly number[] = [
  ...Array.from({ length: 67 }, (_, i) => i + 1),
  71,
  97,
  127,
  128,
  129,
  251,
  257,
];
