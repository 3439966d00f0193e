/** x^y in f64, the same in every engine. Error below 1 ulp. */
export function f64_pow(x: f64, y: f64): f64 {
  return NativeMath.pow(x, y);
}
