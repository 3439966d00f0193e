/** What the library knows of one kernel. Arguments are byte offsets, counts and floats, all of them numbers. */
interface KernelEntry {
  /** What it does, for tests and benches that walk the list. */
  readonly op: string;
  /** Names of its arguments in order, as in assembly/. */
  readonly args: readonly string[];
  readonly returns?: "f32" | "f64" | "u32";
  /** Bytes its `tables` argument must point to. */
  readonly scratchBytes?: number;
  /** The clear computation its tests hold it against. */
  readonly twin: string;
}

/** The tall tables of subset sums and 32 staged rows behind them. */
const TABLE_BYTES = 30720;

/** Buckets of 128 reads and 512 staged rows behind them. */
const RUN_TABLE_BYTES = 65536;

/** A chunk of 256 rows of cells, worked out for all reads. */
const CHUNK_BYTES = 16384;

const SUM = ["lines", "reads", "drives", "driveStride", "cellsA", "cellsB", "rows", "limit"] as const;
const DENSE = ["lines", "reads", "packed", "cellsA", "cellsB", "rows", "limit"] as const;
const PLANES = ["lines", "reads", "positive", "negative", "cellsA", "cellsB", "rows"] as const;
const RUNS = ["lines", "reads", "runs", "signed", "cellsA", "cellsB", "rows"] as const;
const VARIANCE = ["c0", "c1", "c2", "gridInverse", "grid", "top"] as const;
const ADDRESS = ["word0", "word1", "word2", "word3", "key0", "key1"] as const;
const READ_ADDRESS = ["word0", "word1", "samples", "word3", "key0", "key1"] as const;
const SLICED = ["acc", "lines", "vectors", "inputSlices", "sliceBits"] as const;
const CONVERT = ["acc", "lines", "vectors", "inputSlices", "tau", "q", "p", "o", "top", "weight", "sliceBits"] as const;
const TOTALS = ["total", "totalStride"] as const;
const READS = ["vectors", "inputSlices"] as const;
const PANELS = ["rows", "columns", "rowsPadded"] as const;

/**
 * Every export of the wasm module. A test holds the two lists together; the TypeScript types of the kernels are
 * derived from here. Layouts and laws are in the kernels' own files, assembly/<family>/<name>.ts.
 */
export const KERNELS = {
  u32_philox_4x32_10: {
    op: "draw",
    args: ["out", "c0", "c1", "c2", "c3", "k0", "k1"],
    twin: "known answers of Random123",
  },
  f32_normal_fill: { op: "draw", args: ["out", "quads", ...ADDRESS], twin: "f64 Box-Muller" },
  f32_uniform_fill: { op: "draw", args: ["out", "quads", ...ADDRESS], twin: "words >>> 8" },

  f64_exp: { op: "maths", args: ["x"], returns: "f64", twin: "known values" },
  f64_log: { op: "maths", args: ["x"], returns: "f64", twin: "known values" },
  f64_pow: { op: "maths", args: ["x", "y"], returns: "f64", twin: "known values" },

  f32_subset_sum_16__simd: {
    op: "sum",
    args: [...PLANES, "limit", "step", "tables"],
    scratchBytes: TABLE_BYTES,
    twin: "f64 sum over set bits",
  },
  i32_subset_sum_48__simd: {
    op: "sum",
    args: ["lines", "sums", "reads", "positive", "negative", "cells", "rows", "step", "tables"],
    scratchBytes: 31104,
    twin: "f64 sum over set bits",
  },
  f32_subset_variance_16__simd: {
    op: "sum",
    args: [...PLANES, ...VARIANCE, "step", "tables"],
    scratchBytes: TABLE_BYTES,
    twin: "f64 sum over set bits",
  },
  f32_run_sum_16__simd: {
    op: "sum",
    args: [...RUNS, "limit", "step", "panels", "tables"],
    scratchBytes: RUN_TABLE_BYTES,
    twin: "f64 sum over set bits",
  },
  f32_run_variance_16__simd: {
    op: "sum",
    args: [...RUNS, ...VARIANCE, "step", "tables"],
    scratchBytes: RUN_TABLE_BYTES,
    twin: "f64 sum over set bits",
  },
  i8_run_sum_64__simd: {
    op: "sum",
    args: ["sums", "reads", "runs", "signed", "cells", "panels", "rows", "tables"],
    scratchBytes: RUN_TABLE_BYTES,
    twin: "f64 sum over set bits",
  },
  i8_subset_sum_64__simd: {
    op: "sum",
    args: ["sums", "reads", "positive", "negative", "cells", "panels", "rows", "levels", "tables"],
    scratchBytes: 16896,
    twin: "f64 sum over set bits",
  },
  f32_mvm_16__simd: {
    op: "sum",
    args: [...DENSE, "tables"],
    scratchBytes: CHUNK_BYTES,
    twin: "sequential f32 sum",
  },
  f64_mvm_16__simd: { op: "sum", args: SUM, twin: "sequential f64 sum" },
  i32_mvm_16__simd: {
    op: "sum",
    args: ["lines", "reads", "drives", "cells", "rows", "tables"],
    scratchBytes: 16384,
    twin: "exact f64 sum",
  },
  i32_mvm_48__simd: {
    op: "sum",
    args: ["lines", "reads", "drives", "cells", "rows", "tables"],
    scratchBytes: 16384,
    twin: "exact f64 sum",
  },
  f32_mvm_variance_16__simd: {
    op: "sum",
    args: ["lines", "reads", "squares", "cellsA", "cellsB", "rows", ...VARIANCE, "tables"],
    scratchBytes: CHUNK_BYTES,
    twin: "sequential f32 sum",
  },
  f32_cell_read_16__simd: {
    op: "sum",
    args: ["line", "drives", "cells", "noise", "noiseStride", "rows", "c0", "c1", "c2"],
    twin: "sequential f32 sum",
  },

  f32_program_error_linear: {
    op: "program",
    args: ["levels", "count", ...ADDRESS, "s0", "s1", "low", "high"],
    twin: "scalar f32",
  },
  f32_program_error_quadratic: {
    op: "program",
    args: [
      "levels",
      "count",
      "draws",
      ...ADDRESS,
      ...["scale", "offset", "floor"],
      ...["c0", "c1", "c2", "least", "most", "low", "high"],
    ],
    twin: "f32_curve, f32_normal_fill, f32_deviate",
  },
  f32_curve: {
    op: "device",
    args: ["out", "levels", "count", "scale", "offset", "floor", "pieces", "pieceCount"],
    twin: "f64 with the engine's own log and exp",
  },
  f32_deviate: {
    op: "device",
    args: ["out", "levels", "deviation", "draw", "count", "gain", "shift", "low", "high"],
    twin: "scalar f32",
  },
  f32_drift_exponent: {
    op: "device",
    args: ["nu", "mean", "deviation", "xi", "count", "scale"],
    twin: "scalar f32",
  },
  f32_power_drift: {
    op: "device",
    args: ["levels", "programmed", "nu", "noise", "count", "logTime", "noiseScale", "baseline", "low", "high"],
    twin: "f64 with the engine's own exp",
  },
  f32_growth: { op: "device", args: ["out", "later", "earlier", "count"], twin: "scalar f32" },
  f32_product: { op: "device", args: ["out", "a", "b", "count", "shift"], twin: "scalar f32" },
  f32_stuck_at: {
    op: "device",
    args: ["levels", "uniform", "count", "bound0", "bound1", "bound2", "level0", "level1", "level2"],
    twin: "comparisons",
  },
  u32_verify: {
    op: "device",
    args: ["kept", "attempts", "candidate", "target", "deviation", "xi", "count", "tolerance", "attempt"],
    returns: "u32",
    twin: "scalar f32",
  },
  f32_cell_variance: {
    op: "device",
    args: ["out", "deviation", "count", "gridInverse", "grid", "top"],
    twin: "scalar f32",
  },
  f32_cell_read_variance_16__simd: {
    op: "sum",
    args: ["line", "drives", "cells", "variances", "draws", "drawStride", "rows", "gain", "shift"],
    twin: "sequential f32 sum",
  },
  f32_log_cubic: {
    op: "device",
    args: ["out", "levels", "count", "scale", "offset", "least", "c0", "c1", "c2", "c3"],
    twin: "f64 with the host's own logarithm",
  },
  f32_cell_draw_16__simd: {
    op: "sum",
    args: ["out", "cells", "variances", "draws", "drawStride", "rows", "gain", "shift"],
    twin: "scalar f32",
  },
  f32_nonlinear_read_16__simd: {
    op: "sum",
    args: ["lines", "reads", "drives", "driveStride", "first", "second", "third", "rows"],
    twin: "sequential f32 sum",
  },
  f32_snap: { op: "program", args: ["levels", "count", "gridInverse", "grid", "limit"], twin: "scalar f32" },
  f32_share_levels: {
    op: "program",
    args: ["plus", "minus", "weights", "full", "rows", "columns", "stride", "clip", "oneSided", "levels"],
    twin: "scalar f64",
  },
  f32_largest: { op: "program", args: ["x", "count"], returns: "f32", twin: "Math.max" },
  f32_greatest: { op: "program", args: ["x", "count"], returns: "f32", twin: "Math.max" },
  i16_pack_panels: {
    op: "program",
    args: ["panels", "levels", "inverse", ...PANELS],
    returns: "u32",
    twin: "index arithmetic",
  },
  f32_pack_panels: { op: "program", args: ["panels", "levels", ...PANELS], twin: "index arithmetic" },
  i8_pack_panels: { op: "program", args: ["panels", "levels", "minus", ...PANELS], twin: "index arithmetic" },
  f32_pack_rows: {
    op: "program",
    args: ["panels", "levels", "minus", "first", "rows", "columns", "total", "rowsPadded", "limit"],
    twin: "index arithmetic",
  },
  f32_unpack_panels: { op: "program", args: ["levels", "panels", ...PANELS], twin: "index arithmetic" },

  i32_dac_unsigned: { op: "input", args: ["codes", "x", "count", "scale", "top"], twin: "scalar f32" },
  i32_dac_sign_magnitude: { op: "input", args: ["codes", "x", "count", "scale", "top"], twin: "scalar f32" },
  i32_dac_unsigned_stochastic: {
    op: "input",
    args: ["codes", "x", "count", "scale", "top", "uniforms"],
    twin: "scalar f32",
  },
  i32_dac_sign_magnitude_stochastic: {
    op: "input",
    args: ["codes", "x", "count", "scale", "top", "uniforms"],
    twin: "scalar f32",
  },
  f32_drive_real: { op: "input", args: ["drives", "x", "count", "scale", "low", "high"], twin: "scalar f32" },
  i16_pack_drives: {
    op: "input",
    args: ["packed", "drives", "driveStride", "reads", "rows"],
    twin: "index arithmetic",
  },
  u16_row_runs: { op: "input", args: ["runs", "positive", "negative", "reads", "rows"], twin: "bit by bit" },
  u32_bit_planes: {
    op: "input",
    args: ["positive", "negative", "codes", "vectors", "rows", "codeStride", "inputSlices"],
    twin: "bit by bit",
  },
  f32_dac_drives: {
    op: "input",
    args: ["drives", "x", "stride", "vectors", "rows", "scales", "low", "top"],
    twin: "scalar f32",
  },
  f32_digit_drives: {
    op: "input",
    args: ["drives", "driveStride", "codes", "vectors", "rows", "codeStride", "inputSlices", "sliceBits"],
    twin: "integer arithmetic",
  },
  f32_pack_drives: {
    op: "input",
    args: ["packed", "squares", "drives", "driveStride", "reads", "rows"],
    twin: "index arithmetic",
  },
  f32_move_packed: { op: "input", args: ["packed", "rows", "to", "from"], twin: "index arithmetic" },
  f32_plane_sums: {
    op: "input",
    args: ["tau", "tauSquare", "positive", "negative", "reads", "words"],
    twin: "bit by bit",
  },
  f32_drive_sums: {
    op: "input",
    args: ["tau", "tauSquare", "drives", "driveStride", "reads", "rows"],
    twin: "sequential f32 sum",
  },

  f32_line_noise: {
    op: "readout",
    args: ["lines", "variance", "vectors", "inputSlices", "draws", ...READ_ADDRESS],
    scratchBytes: 2048,
    twin: "f32_normal_fill, scalar f32",
  },
  f32_limit_lines: { op: "readout", args: ["lines", "reads", "low", "high", "tau", "baseline"], twin: "scalar f32" },
  f32_widen_sums: { op: "readout", args: ["lines", "sums", "reads"], twin: "Float32Array.from" },
  f64_convert_lines: {
    op: "readout",
    args: CONVERT,
    twin: "scalar f32, f64",
  },
  f64_convert_sums: {
    op: "readout",
    args: ["total", "totalStride", "sums", "panels", ...READS, "tau", "q", "p", "o", "top", "factor", "perVector"],
    twin: "f64_convert_lines and f64_add_scaled",
  },
  f64_convert_totals: {
    op: "readout",
    args: [...TOTALS, "lines", "panels", ...READS, "sliceBits", "tau", "q", "p", "o", "top", "factor", "perVector"],
    twin: "f64_convert_lines and f64_add_scaled",
  },
  f64_convert_lines_stochastic: {
    op: "readout",
    args: [...CONVERT, "uniforms", ...READ_ADDRESS],
    twin: "f32_uniform_fill, scalar f32, f64",
  },
  f64_convert_transfers: {
    op: "readout",
    args: [...SLICED, "tau", "baseline", "low", "high", "converters", "weight"],
    twin: "linear search, scalar f64",
  },
  f64_accumulate_lines: {
    op: "readout",
    args: ["acc", "lines", "vectors", "inputSlices", "sliceBits", "weight"],
    twin: "scalar f64",
  },
  f32_round_accumulators: { op: "readout", args: ["lines", "acc", "vectors"], twin: "Math.fround" },

  f32_absolute_square_16__simd: {
    op: "periphery",
    args: ["out", "reads", "squares", "cellsA", "cellsB", "rows", "limit", "tables"],
    scratchBytes: CHUNK_BYTES,
    twin: "sequential f32 sum",
  },
  f32_ir_drop_16__simd: {
    op: "periphery",
    args: [...DENSE, "load", "factor", "strip"],
    twin: "sequential f32 sums",
  },
  f32_mvm_ir_drop_16__simd: {
    op: "periphery",
    args: [...DENSE, "load", "factor", "strip"],
    twin: "sequential f32 sums",
  },
  f32_accumulate_variance: {
    op: "periphery",
    args: ["into", "from", "vectors", "inputSlices", "bits", "factor"],
    twin: "scalar f64",
  },
  f32_affine_lines: { op: "periphery", args: ["lines", "reads", "tau", "gain", "tauGain"], twin: "scalar f32" },
  f32_series_lines: {
    op: "periphery",
    args: ["lines", "reads", "tau", "offsets", "resistance", "common"],
    twin: "scalar f32",
  },
  f32_compress_lines: {
    op: "periphery",
    args: ["lines", "reads", "strengths", "gain", "negative"],
    twin: "scalar f32",
  },
  f32_scale_variance: { op: "periphery", args: ["variance", "reads", "sigma"], twin: "scalar f64" },
  f32_lane_noise: {
    op: "periphery",
    args: ["lines", "deviations", "vectors", "inputSlices", "draws", ...READ_ADDRESS],
    scratchBytes: 2048,
    twin: "f32_normal_fill, scalar f32",
  },
  u32_flag_outside: {
    op: "periphery",
    args: [
      "flags",
      "lines",
      "vectors",
      "inputSlices",
      "tau",
      "q",
      "p",
      "o",
      "low",
      "high",
      "rounded",
      "columns",
      "counted",
    ],
    returns: "u32",
    twin: "scalar f32",
  },
  f32_perturb_drives: {
    op: "periphery",
    args: ["drives", "draws", "count", "sigma", "negative"],
    twin: "scalar f32",
  },

  f64_add_products: {
    op: "digital",
    args: ["total", "sums", "stride", "scale", "columns", "factor", "vectors", "places"],
    twin: "scalar f64",
  },
  f64_add_scaled: {
    op: "digital",
    args: ["total", "totalStride", "acc", "vectors", "factor", "perVector"],
    twin: "scalar f64",
  },
  f32_finish: {
    op: "digital",
    args: ["out", "outStride", "total", "totalStride", "vectors", "columns", "scale", "vectorScale", "bias"],
    twin: "scalar f64",
  },

  f32_relu: { op: "network", args: ["out", "x", "count"], twin: "Math.max" },
  f32_softmax: { op: "network", args: ["out", "x", "vectors", "columns"], twin: "scalar f64" },
  u32_argmax: { op: "network", args: ["out", "x", "vectors", "columns"], twin: "indexOf" },
} as const satisfies Readonly<Record<string, KernelEntry>>;

type Registry = typeof KERNELS;
type Numbers<Names extends readonly string[]> = { [I in keyof Names]: number };

/** The exported functions, typed by the registry. */
export type Kernels = {
  readonly [Name in keyof Registry]: (
    ...args: Numbers<Registry[Name]["args"]>
  ) => Registry[Name] extends { readonly returns: string } ? number : void;
};
