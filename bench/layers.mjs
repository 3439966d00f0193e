import { floats } from "./data.mjs";

const CHIP = 7;
/** Every run replays this read, so that a row's digest says whether the law still holds. */
const READ = { read: 3, firstSample: 0 };

const sourceOf = ({ rows, columns }) => ({
  weights: floats(rows * columns, -1, 1, 11),
  inFeatures: rows,
  outFeatures: columns,
});

/** Devices driven per forward times vectors; a pair that subtracts cell by cell counts once. */
function macsOf(workload) {
  const { weights, input } = workload.config;
  const slices = weights?.slices?.count ?? 1;
  const inputSlices = input?.bits && input.sliceBits ? Math.ceil(input.bits / input.sliceBits) : 1;
  return workload.rows * workload.columns * workload.batch * slices * inputSlices;
}

const MAKERS = { forward: forwardRows, program: programRows, drift: driftRows };

/** Rows of one workload on this thread and on a pool of two; null where a feature does not exist yet. */
export async function layerRows(workload, library, pool) {
  const engine = await library.createEngine();
  try {
    return await MAKERS[workload.kind](workload, engine, pool);
  } catch (error) {
    if (error instanceof library.ConfigError) return null;
    throw error;
  }
}

async function forwardRows(workload, engine, pool) {
  const x = floats(workload.rows * workload.batch, 0, 1, 12);
  const options = { chip: CHIP, layer: 1 };
  const layer = engine.linear(sourceOf(workload), workload.config, options);
  const macs = macsOf(workload);
  let output;
  const rows = [
    {
      run: () => {
        output = layer.forward(x, READ);
      },
      output: () => output,
      macs,
    },
  ];
  if (pool !== null) {
    const shared = await pool.linear(sourceOf(workload), workload.config, options);
    rows.push({
      suffix: "pool 2",
      pooled: true,
      run: async () => {
        output = await shared.forward(x, READ);
      },
      output: () => output,
      macs,
    });
  }
  return rows;
}

function programRows(workload, engine) {
  const source = sourceOf(workload);
  let layer = engine.linear(source, workload.config, { chip: CHIP, layer: 1 });
  return [
    {
      run: () => {
        layer.dispose();
        layer = engine.linear(source, workload.config, { chip: CHIP, layer: 1 });
      },
      output: () => layer.forward(new Float32Array(workload.rows).fill(1), READ),
      samples: workload.rows * workload.columns,
    },
  ];
}

/** Drift of devices that have drifted before: what a device keeps for life is drawn once. */
function driftRows(workload, engine) {
  const layer = engine.linear(sourceOf(workload), workload.config, { chip: CHIP, layer: 1 });
  return [
    {
      run: () => layer.drift(workload.seconds),
      output: () => layer.forward(new Float32Array(workload.rows).fill(1), READ),
      samples: workload.rows * workload.columns,
    },
  ];
}
