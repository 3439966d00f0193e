/** e^x in f64: the host's own Math.exp differs between engines, this one does not. Error below 1 ulp. */
export function f64_exp(x: f64): f64 {
  return NativeMath.exp(x);
}
