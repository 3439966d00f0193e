import { floats } from "./data.mjs";

const LANES = 16;
const TABLE_BYTES = 1 << 16;
/** Levels of the bits-times-cells rows lie on this grid, where their sums are exact. */
const GRID = 2 ** -12;

/** An instance of the kernels with a bump allocator. */
function machine(module) {
  const { exports } = new WebAssembly.Instance(module);
  let end = exports.memory.buffer.byteLength;
  const take = (bytes) => {
    const at = end;
    end += (bytes + 63) & ~63;
    const missing = end - exports.memory.buffer.byteLength;
    if (missing > 0) exports.memory.grow(Math.ceil(missing / 65536));
    return at;
  };
  const put = (data) => {
    const at = take(data.byteLength);
    new Uint8Array(exports.memory.buffer).set(new Uint8Array(data.buffer), at);
    return at;
  };
  const f32 = (at, count) => new Float32Array(exports.memory.buffer, at, count);
  return { kernels: exports, take, put, f32 };
}

/** A digit of two bits and its sign. */
const digit = (x) => Math.round(3 * x);
const onGrid = (x) => Math.round((8 * x) / GRID) * GRID;

/** Panels, lines and an output of all columns for kernels that sum one panel at a time. */
function panels(module, { rows, columns, reads }, sum, [Cells, cell] = [Float32Array, onGrid]) {
  const m = machine(module);
  const panelBytes = rows * LANES * Cells.BYTES_PER_ELEMENT;
  const count = columns / LANES;
  const cells = m.put(Cells.from(floats(rows * columns, -1, 1, 1), cell));
  const lines = m.take(reads * LANES * 4 * count);
  const call = sum(m);
  return {
    run() {
      for (let panel = 0; panel < count; panel++) {
        call(lines + panel * reads * LANES * 4, cells + panel * panelBytes, panel);
      }
    },
    output: () => m.f32(lines, reads * columns),
    macs: rows * columns * reads,
  };
}

/** Bits of `reads` reads as planes [word][read]. */
const planes = ({ rows, reads }) => new Uint32Array(floats((rows / 32) * reads, 0, 2 ** 32, 2).map(Math.floor));

/** One kernel as a row to measure. */
export const kernelRows = (workload, module) => KERNEL_ROWS[workload.kernel](module, workload);

const KERNEL_ROWS = {
  normals(module, { count }) {
    const m = machine(module);
    const out = m.take(4 * count);
    return {
      run: () => m.kernels.f32_normal_fill(out, count / 4, 0, 0, 0, 8 << 26, 1, 2),
      output: () => m.f32(out, count),
      samples: count,
    };
  },

  dense: (module, shape) =>
    panels(module, shape, (m) => {
      const { rows, reads } = shape;
      const drives = m.put(floats(rows * reads, -1, 1, 3));
      const [packed, tables] = [m.take(4 * rows * (reads + 3)), m.take(TABLE_BYTES)];
      // Every run packs the drives, as the peer does.
      return (lines, cells, panel) => {
        if (panel === 0) m.kernels.f32_pack_drives(packed, 0, drives, rows, reads, rows);
        m.kernels.f32_mvm_16__simd(lines, reads, packed, cells, 0, rows, Infinity, tables);
      };
    }),

  subsets: (module, shape) =>
    panels(module, shape, (m) => {
      const { rows, reads } = shape;
      const [bits, tables] = [m.put(planes(shape)), m.take(TABLE_BYTES)];
      return (lines, cells) => m.kernels.f32_subset_sum_16__simd(lines, reads, bits, 0, cells, 0, rows, 16, 0, tables);
    }),

  /** Three panels at a time: levels of two bits on a grid, as arrays of 512 rows keep them. */
  shared: (module, shape) =>
    panels(
      module,
      shape,
      (m) => {
        const { rows, columns, reads } = shape;
        const [bits, tables] = [m.put(planes(shape)), m.take(TABLE_BYTES)];
        const sums = m.take(2 * reads * LANES * 4);
        const threes = 3 * Math.floor(columns / LANES / 3);
        return (lines, cells, panel) => {
          const { i32_subset_sum_48__simd: three, f32_subset_sum_16__simd: one } = m.kernels;
          if (panel >= threes) one(lines, reads, bits, 0, cells, 0, rows, 16, GRID, tables);
          else if (panel % 3 === 0) three(lines, sums, reads, bits, 0, cells, rows, GRID, tables);
        };
      },
      [Int16Array, (x) => Math.round(digit(x) * 4096 + 64 * x)],
    ),

  /** Rows are sorted once for all panels; a run sorts them too. */
  runs(module, shape) {
    const { rows, reads } = shape;
    let sort;
    const row = panels(module, shape, (m) => {
      const [bits, tables] = [m.put(planes(shape)), m.take(TABLE_BYTES)];
      const runs = m.take(Math.ceil(rows / 512) * Math.ceil(reads / 4) * 1088);
      sort = () => m.kernels.u16_row_runs(runs, bits, 0, reads, rows);
      return (lines, cells) => m.kernels.f32_run_sum_16__simd(lines, reads, runs, 0, cells, 0, rows, 16, 0, 1, tables);
    });
    const run = () => {
      sort();
      row.run();
    };
    return { ...row, run };
  },

  variances: (module, shape) =>
    panels(module, shape, (m) => {
      const { rows, reads } = shape;
      const [bits, tables] = [m.put(planes(shape)), m.take(TABLE_BYTES)];
      const model = [0.01, 0.02, 0.003, 1 / GRID, GRID, 1];
      return (lines, cells) =>
        m.kernels.f32_subset_variance_16__simd(lines, reads, bits, 0, cells, 0, rows, ...model, 0, tables);
    }),

  digits(module, { rows, columns, reads }) {
    const m = machine(module);
    const cells = m.put(Int8Array.from(floats(rows * columns, -1, 1, 1), digit));
    const [bits, tables] = [m.put(planes({ rows, reads })), m.take(TABLE_BYTES)];
    const sums = m.take(reads * columns * 2);
    const lines = m.take(reads * columns * 4);
    return {
      run() {
        for (let column = 0; column < columns; column += 4 * LANES) {
          const [to, from] = [sums + column * reads * 2, cells + column * rows];
          m.kernels.i8_subset_sum_64__simd(to, reads, bits, 0, from, 4, rows, 3, tables);
        }
      },
      /** As lines, so that the digest does not hang on the kernel's own layout. */
      output() {
        for (let column = 0; column < columns; column += 4 * LANES) {
          const i16 = new Int16Array(m.kernels.memory.buffer, sums + column * reads * 2, 4 * LANES * reads);
          i16.forEach((x, i) => {
            const [panel, lane] = [(i >> 4) & 3, i & 15];
            m.f32(lines, reads * columns)[(column / LANES + panel) * LANES * reads + (i >> 6) * LANES + lane] = x;
          });
        }
        return m.f32(lines, reads * columns);
      },
      macs: rows * columns * reads,
    };
  },

  codes: (module, shape) =>
    panels(
      module,
      shape,
      (m) => {
        const { rows, columns, reads } = shape;
        const drives = m.put(floats(rows * reads, 0, 256, 3).map(Math.floor));
        const [tables, packed] = [m.take(TABLE_BYTES), m.take(rows * Math.ceil(reads / 4) * 8)];
        m.kernels.i16_pack_drives(packed, drives, rows, reads, rows);
        const threes = 3 * Math.floor(columns / LANES / 3);
        return (lines, cells, panel) => {
          if (panel >= threes) m.kernels.i32_mvm_16__simd(lines, reads, packed, cells, rows, tables);
          else if (panel % 3 === 0) m.kernels.i32_mvm_48__simd(lines, reads, packed, cells, rows, tables);
        };
      },
      [Int8Array, digit],
    ),
};
