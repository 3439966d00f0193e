// Everything shown is measured on simulated devices, not drawn from the formulas.

export const SHARES = Array.from({ length: 21 }, (_, i) => i / 20);
const COUNT = 3000;
const MICRO = 1e-6;

/** Devices of each share of gMin..gMax: targets, and what became of them; conductances in µS. */
export function measureDevice(engine, { model, cells, times }) {
  const { gMin, gMax } = model.typical;
  const weights = Float32Array.from({ length: COUNT * SHARES.length }, (_, i) => SHARES[Math.floor(i / COUNT)]);
  const layer = engine.linear(
    { weights, inFeatures: COUNT, outFeatures: SHARES.length },
    {
      weights: { representation: { kind: "single" }, scale: { kind: "given", max: 1 } },
      cells: { gMin, gMax, ...cells },
    },
    { chip: 1, layer: 0 },
  );
  const columns = (array, values, unit) =>
    SHARES.map((_, m) => Float64Array.from({ length: COUNT }, (_r, r) => values[r * array.columns + m] / unit));
  const devices = () => {
    const [array] = layer.conductances();
    return columns(array, array.siemens, MICRO);
  };
  const targets = SHARES.map((share) => (gMin + share * (gMax - gMin)) / MICRO);
  const programmed = devices();
  const [exponents] = cells.drift?.kind === "pcm" || cells.drift?.kind === "hermes" ? layer.driftExponents() : [];
  const nu = exponents === undefined ? null : columns(exponents, exponents.exponents, 1);
  const drifted = times.map((t) => {
    layer.drift(t);
    return { t, devices: devices() };
  });
  layer.dispose();
  return { targets, programmed, nu, drifted };
}

export function spreadOf(values) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
