export { canonicalJson, configHash } from "./config/hash.js";
export {
  AbortedError,
  ConfigError,
  CrossbarError,
  DisposedError,
  ERROR_CODES,
  NotFiniteError,
  OutOfMemoryError,
  ShapeError,
  UnsupportedError,
  WorkerLostError,
} from "./config/errors.js";
export { DEVICE_MODELS } from "./config/devices/catalogue.js";
export type { Curve, CurvePiece } from "./config/devices/curve.js";
export type { DeviceModel } from "./config/devices/model.js";
export { lawVersion } from "./config/lawVersion.js";
export { type Preset, presets } from "./config/presets.js";
export { resolveConfig } from "./config/resolve.js";
export type { CrossbarConfig, CrossbarConfigInput } from "./config/schema.js";
export type { CalibrationOptions } from "./layers/calibrate.js";
export type { ErrorShare, ErrorSplit } from "./layers/compare.js";
export type { ArrayConductances } from "./layers/conductances.js";
export type { ConverterQuery, ConverterTable } from "./layers/converterTable.js";
export type { LayerDescription } from "./layers/describe.js";
export { type DeviceFit, type FitOptions, fitDevice, type MeasuredDevice } from "./layers/fit-device.js";
export type { ArrayExponents, ProgrammingReport } from "./layers/programming.js";
export { createEngine, type Engine, type EngineOptions, type NetworkOptions } from "./layers/engine.js";
export type { NetworkNode, NetworkSource } from "./layers/graph.js";
export type { LayerPatch, NetworkConfig } from "./layers/layerConfig.js";
export type { Linear, LinearState } from "./layers/linear.js";
export type { Network, NetworkState } from "./layers/network.js";
export type { LayerOptions } from "./layers/numbers.js";
export type { ProfileOptions } from "./layers/insight.js";
export type { ConversionProfile } from "./layers/profile.js";
export type { ForwardOptions } from "./layers/reading.js";
export { addTrace, nestTrace, type Trace, type TraceRow, type TraceSum, type TraceTree } from "./layers/trace.js";
export type { LinearSource, Numbers } from "./layers/source.js";
export type { Abortable, Async, AsyncLinear, AsyncNetwork, EnginePool } from "./pool/async.js";
export { createPool, type PoolOptions } from "./pool/pool.js";
export type { RunOptions, TaskPool } from "./pool/task.js";
export {
  type Json,
  type PatchAxis,
  type PatchValue,
  type PathAxis,
  type PointError,
  type Summary,
  type SweepConfig,
  type SweepData,
  type SweepOptions,
  type SweepPatch,
  type SweepPlan,
  type SweepProgress,
  type SweepRow,
  summarise,
  sweep,
} from "./sweep/index.js";
