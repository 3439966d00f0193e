const TWO_52 = 4503599627370496;

/** Nearest integer, ties to even; exact for |x| < 2^52 (adding 2^52 leaves no room for a fraction). */
export function nearestEven(x: number): number {
  if (x >= 0) return x < TWO_52 ? x + TWO_52 - TWO_52 : x;
  return x > -TWO_52 ? -(-x + TWO_52 - TWO_52) : x;
}

/** 2^n for any whole n a double holds, without the engine's pow. */
export function powerOfTwo(n: number): number {
  let power = 1;
  for (let i = 0; i < n; i++) power *= 2;
  for (let i = 0; i > n; i--) power /= 2;
  return power;
}

/** Smallest n with 2^n >= x, for x > 0. */
export function ceilLog2(x: number): number {
  let n = 0;
  for (let power = 1; power < x; power *= 2) n++;
  for (let power = 0.5; n <= 0 && power >= x; power /= 2) n--;
  return n;
}
