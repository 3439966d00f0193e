/** Natural logarithm in f64, the same in every engine. Error below 1 ulp. */
export function f64_log(x: f64): f64 {
  return NativeMath.log(x);
}
