// The workloads as data. Peers' times are of the development machine (2 cores Zen 4, one thread, 512 x 512, batch 64
// unless said), minimum of several runs; ratios between machines mean little, ratios on one machine are the point.

const SIZE = { rows: 512, columns: 512, batch: 64 };

/** 8-bit weights in four slices of ideal pairs, input bit by bit, one 8-bit conversion per slice and bit. */
export const IDEAL = {
  weights: {
    bits: 8,
    representation: { kind: "pair", sides: 1, subtract: "analog" },
    slices: { kind: "positional", bitsPerSlice: 2, count: 4 },
  },
  input: { bits: 8, signed: false, range: { kind: "fixed", max: 1 }, sliceBits: 1 },
  readout: { adc: { kind: "uniform", bits: 8, range: { kind: "full" } } },
};
const programming = { kind: "proportional", sigma: 0.05 };
export const REAL_CELLS = { ...IDEAL, cells: { programming } };
/** Outputs of half the vectors of these rows leave +-BOUND, in full devices. */
const BOUND = 23.25;
const chain = {
  weights: { representation: { kind: "pair", sides: 1 } },
  input: { bits: 7, signed: true, range: { kind: "absMax", per: "array" } },
  readout: {
    adc: { kind: "uniform", bits: 9, range: { kind: "fixed", min: -BOUND, max: BOUND } },
    output: { noise: { kind: "normal", sigma: 0.06 } },
  },
};
const pcmPairs = {
  weights: { representation: { kind: "pair", sides: 1 } },
  cells: { programming: { kind: "pcm" }, drift: { kind: "pcm" } },
};
const read = { kind: "proportional", sigma: 0.02 };

/**
 * `kind: "forward"`: one forward of a layer. `"program"`: building it. `"drift"`: drifting it. `"kernel"`: one kernel,
 * named in kernels.mjs.
 * `peer.ms` is for the same work; `batch` of the peer's run is said where it differs.
 */
export const WORKLOADS = [
  {
    name: "W1",
    title: "ideal cells, 4 slices x 2 bits, 8 input bits one by one, 8-bit ADC",
    kind: "forward",
    ...SIZE,
    config: IDEAL,
    peer: { tool: "CrossSim 3.2", ms: 28.7, goal: 6 },
  },
  {
    name: "W1",
    variant: "batch 1024",
    title: "W1, long enough to share out",
    kind: "forward",
    ...SIZE,
    batch: 1024,
    config: IDEAL,
  },
  {
    name: "W2",
    title: "W1 + 5 % programming error",
    kind: "forward",
    ...SIZE,
    config: REAL_CELLS,
    peer: { tool: "CrossSim 3.2", ms: 43, goal: 4.5 },
  },
  {
    name: "W2",
    variant: "batch 1024",
    title: "W2, long enough to share out",
    kind: "forward",
    ...SIZE,
    batch: 1024,
    config: REAL_CELLS,
  },
  {
    name: "W2",
    variant: "batch 1",
    title: "W2, one vector",
    kind: "forward",
    ...SIZE,
    batch: 1,
    config: REAL_CELLS,
  },
  {
    name: "W3",
    variant: "line",
    title: "W2 + 2 % read noise, one draw per line: another algorithm, exact in distribution",
    kind: "forward",
    ...SIZE,
    config: { ...IDEAL, cells: { programming, read } },
    peer: { tool: "CrossSim 3.2", ms: 494 * 64, goal: 1000, how: "494 ms per vector" },
  },
  {
    name: "W3",
    variant: "cell, 1 vector",
    title: "W3, every device drawn at every read, as the peer does",
    kind: "forward",
    ...SIZE,
    batch: 1,
    config: { ...IDEAL, cells: { programming, read, sampling: "cell" } },
    peer: { tool: "CrossSim 3.2", ms: 494, goal: 7 },
  },
  {
    name: "W4",
    title: "W1 with the 8-bit input in one pulse",
    kind: "forward",
    ...SIZE,
    config: { ...IDEAL, input: { ...IDEAL.input, sliceBits: null } },
    peer: { tool: "CrossSim 3.2", ms: 2.1, goal: 1.2 },
  },
  {
    name: "W5",
    title: "one continuous pair, output noise, iterative bound management: half the vectors need a second pass",
    kind: "forward",
    ...SIZE,
    config: { ...chain, input: { ...chain.input, boundManagement: { kind: "iterative" } } },
    peer: { tool: "aihwkit 1.1", ms: 2.0, goal: 1.5 },
  },
  {
    name: "W6",
    title: "W5 without bound management, read noise by weight",
    kind: "forward",
    ...SIZE,
    config: {
      ...chain,
      readout: {
        ...chain.readout,
        output: { ...chain.readout.output, weightNoise: { kind: "proportional", sigma: 0.0175 } },
      },
    },
    peer: { tool: "aihwkit 1.1", ms: 16, goal: 6 },
  },
  {
    name: "W7",
    title: "W5 without bound management, approximate wire drop",
    kind: "forward",
    ...SIZE,
    config: { ...chain, array: { irDrop: { kind: "approximate" } } },
    peer: { tool: "aihwkit 1.1", ms: 17, goal: 5 },
  },
  {
    name: "W8",
    variant: "program",
    title: "program pairs with the PCM model",
    kind: "program",
    ...SIZE,
    config: { weights: { representation: { kind: "pair", sides: 1 } }, cells: { programming: { kind: "pcm" } } },
    peer: { tool: "aihwkit 1.1", ms: 13, goal: 5 },
  },
  {
    name: "W8",
    variant: "drift",
    title: "drift to 1 h, long-term noise included",
    kind: "drift",
    seconds: 3600,
    ...SIZE,
    config: pcmPairs,
    peer: { tool: "aihwkit 1.1", ms: 13, goal: 3 },
  },
  { name: "W9", title: "wires, 128 x 128 (needs the solver)", kind: "missing" },
  {
    name: "W10",
    title: "standard normals, f32",
    kind: "kernel",
    kernel: "normals",
    count: 1 << 20,
    peer: { tool: "torch", samplesPerS: 183e6, goal: 300 / 183 },
  },
  {
    name: "W11",
    title: "dense f32 product",
    kind: "kernel",
    kernel: "dense",
    rows: 512,
    columns: 512,
    reads: 448,
    peer: { tool: "tfjs-wasm", gmacPerS: 11, goal: 1.4 },
  },
  {
    name: "subset sums",
    variant: "448 reads",
    title: "bits times real cells",
    kind: "kernel",
    kernel: "subsets",
    rows: 512,
    columns: 512,
    reads: 448,
    peer: { tool: "OpenBLAS, AVX-512, native", gmacPerS: 44.7, goal: 60 / 44.7 },
  },
  {
    name: "subset sums",
    variant: "three panels",
    title: "the same of levels on a grid, three panels at a time",
    kind: "kernel",
    kernel: "shared",
    rows: 512,
    columns: 512,
    reads: 448,
  },
  {
    name: "subset sums",
    variant: "8 reads",
    title: "bits times real cells, one vector",
    kind: "kernel",
    kernel: "runs",
    rows: 512,
    columns: 512,
    reads: 8,
  },
  {
    name: "subset sums of digits",
    variant: "448 reads",
    title: "bits times 2-bit digits, in bytes",
    kind: "kernel",
    kernel: "digits",
    rows: 512,
    columns: 512,
    reads: 448,
    peer: { tool: "OpenBLAS, AVX-512, native", gmacPerS: 44.7, goal: 180 / 44.7 },
  },
  {
    name: "codes times digits",
    variant: "64 reads",
    title: "8-bit drives times 2-bit digits, in pairs of i16",
    kind: "kernel",
    kernel: "codes",
    rows: 512,
    columns: 512,
    reads: 64,
  },
  {
    name: "subset variances",
    variant: "448 reads",
    title: "variances folded from the cells while tables are built",
    kind: "kernel",
    kernel: "variances",
    rows: 512,
    columns: 512,
    reads: 448,
  },
];
