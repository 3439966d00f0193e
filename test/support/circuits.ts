/**
 * Converters of capacitors and comparators, written from their formulas one conversion at a time: M. Spear et al.,
 * IEEE JXCDC 2023, with every part drawn for every converter and a range of any two ends.
 */

/** What a converter is built of; draws are standard normals. */
export interface Circuit {
  readonly kind: "ramp" | "sar" | "pipeline" | "cyclic";
  readonly bits: number;
  readonly gainDb: number;
  readonly symmetricCdac?: boolean;
  readonly splitCdac?: boolean;
  readonly capacitorMismatch: number | readonly number[];
  readonly parasiticCapacitance?: number;
  readonly comparatorOffset: number;
}

export interface Draws {
  mismatch(n: number): number;
  offset(n: number): number;
}

export const noDraws: Draws = { mismatch: () => 0, offset: () => 0 };

const bit = (z: number, n: number) => Math.floor(z / 2 ** n) % 2;

/** The code of each input, both in full devices. */
export function converterOf(circuit: Circuit, draws: Draws, min: number, max: number): (input: number) => number {
  const reference = (max - min) / 2;
  const code = codesOf(circuit, draws, reference);
  return (input) => code(Math.min(Math.max(input, min), max) - (max + min) / 2);
}

function codesOf(circuit: Circuit, draws: Draws, reference: number): (v: number) => number {
  switch (circuit.kind) {
    case "ramp":
      return rampCode(circuit, draws, reference);
    case "sar":
      return sarCode(circuit, draws, reference);
    case "pipeline":
    case "cyclic":
      return (v) => stagedCode(circuit, draws, reference, v);
  }
}

/** Value of a code: the middle of its part of the range. */
export function codeValue(bits: number, min: number, max: number, code: number): number {
  return min + ((code + 0.5) * (max - min)) / 2 ** bits;
}

/** DAC level of the symmetric array, ideally (2 z + 1)/2^bits half ranges above the middle. */
function symmetricLevel({ bits, gainDb, capacitorMismatch }: Circuit, draws: Draws, reference: number, k: number) {
  const sigma = capacitorMismatch as number;
  const capacitor = (n: number) => 2 ** n + sigma * draws.mismatch(n) * 2 ** (n / 2);
  const feedback = 2 ** (bits - 1) + sigma * draws.mismatch(bits) * 2 ** ((bits - 1) / 2);
  const z = k - 2 ** (bits - 1);
  let total = 0;
  for (let n = 0; n < bits; n++) total += bit(Math.abs(z), n) * capacitor(n);
  const beta = feedback / (feedback + total);
  const level = (total / capacitor(bits - 1)) * reference * (z < 0 ? -1 : 1) + reference / 2 ** bits;
  return level / (1 + 1 / (10 ** (gainDb / 20) * beta));
}

function plainLevel({ bits, gainDb, capacitorMismatch }: Circuit, draws: Draws, reference: number, k: number) {
  const sigma = capacitorMismatch as number;
  const capacitor = (n: number) => 2 ** n + sigma * draws.mismatch(n) * 2 ** (n / 2);
  let total = 0;
  for (let n = 0; n < bits; n++) total += bit(k, n) * capacitor(n);
  const beta = capacitor(bits) / (capacitor(bits) + total);
  const level = (2 * reference * total) / capacitor(bits) - (reference * (2 ** bits - 1)) / 2 ** bits;
  return level / (1 + 1 / (10 ** (gainDb / 20) * beta));
}

function rampCode(circuit: Circuit, draws: Draws, reference: number): (v: number) => number {
  const level = circuit.symmetricCdac === false ? plainLevel : symmetricLevel;
  const levels = Array.from({ length: 2 ** circuit.bits }, (_, k) => level(circuit, draws, reference, k));
  const offset = circuit.comparatorOffset * reference * draws.offset(0);
  return (v) => {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    levels.forEach((l, k) => {
      const distance = Math.abs(l - v - offset);
      if (distance < least) [best, least] = [k, distance];
    });
    return best;
  };
}

function splitThreshold({ bits, gainDb, capacitorMismatch }: Circuit, draws: Draws, reference: number, k: number) {
  const sigma = capacitorMismatch as number;
  const half = Math.floor(bits / 2);
  const capacitor = (n: number) => {
    if (n < half) return 2 ** n + sigma * draws.mismatch(n) * 2 ** (n / 2);
    if (n < bits - 1) return 2 ** (n - half) + sigma * draws.mismatch(n) * 2 ** ((n - half) / 2);
    return 1 + sigma * draws.mismatch(n);
  };
  const kappa = 2 ** half / (2 ** half - 1);
  const bridge = kappa + sigma * draws.mismatch(bits) * Math.sqrt(kappa);
  const sum = (from: number, to: number, weight: (n: number) => number) => {
    let total = 0;
    for (let n = from; n < to; n++) total += weight(n) * capacitor(n);
    return total;
  };
  const low = capacitor(bits - 1) + sum(0, half, () => 1);
  const high = sum(half, bits - 1, () => 1);
  const z = k - 2 ** (bits - 1);
  const of = (n: number) => bit(Math.abs(z), n);
  const level =
    (bridge * sum(0, half, of) + (low + bridge) * sum(half, bits, of)) /
    ((low + bridge) * (high + bridge) - bridge ** 2);
  const settled = 1 + 1 / 10 ** (gainDb / 20);
  return (level * reference * (z < 0 ? -1 : 1) + reference / 2 ** bits) / settled - reference / 2 ** bits;
}

function sarCode(circuit: Circuit, draws: Draws, reference: number): (v: number) => number {
  const offset = circuit.comparatorOffset * reference * draws.offset(0);
  const thresholds = Array.from({ length: 2 ** circuit.bits }, (_, k) =>
    circuit.splitCdac === false
      ? symmetricLevel(circuit, draws, reference, k) - reference / 2 ** circuit.bits
      : splitThreshold(circuit, draws, reference, k),
  );
  return (v) => {
    let code = 0;
    for (let i = circuit.bits - 1; i >= 0; i--) if (v > thresholds[code + 2 ** i]! - offset) code += 2 ** i;
    return code;
  };
}

function stagedCode(circuit: Circuit, draws: Draws, reference: number, input: number): number {
  const { kind, bits, gainDb, capacitorMismatch, parasiticCapacitance = 0, comparatorOffset } = circuit;
  const [sigma1, sigma2] =
    typeof capacitorMismatch === "number" ? [capacitorMismatch, capacitorMismatch] : capacitorMismatch;
  const offset = (n: number) => comparatorOffset * reference * draws.offset(n);
  const digits = new Array<number>(bits).fill(0);
  let v = input;
  for (let n = 0; n < bits - 1; n++) {
    const stage = kind === "cyclic" ? 0 : n;
    const c1 = 1 + sigma1! * draws.mismatch(3 * stage);
    const c2 = 1 + sigma2! * draws.mismatch(3 * stage + 1);
    const parasitic = parasiticCapacitance * draws.mismatch(3 * stage + 2);
    const gamma = c2 / c1;
    const beta = c1 / (c1 + c2 + parasitic);
    const high = v > reference / 4 + offset(2 * stage);
    const low = v < -reference / 4 + offset(2 * stage + 1);
    if (high) digits[n]! += 1;
    if (!high && !low) digits[n + 1]! += 1;
    const decision = Number(low) - Number(high);
    v = ((1 + gamma) * v + decision * reference * gamma) / (1 + 1 / (10 ** (gainDb / 20) * beta));
  }
  if (v > offset(kind === "cyclic" ? 2 : 2 * (bits - 1))) digits[bits - 1]! += 1;
  return digits.reduce((code, digit, n) => code + digit * 2 ** (bits - 1 - n), 0);
}
