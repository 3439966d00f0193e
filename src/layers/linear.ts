import { DisposedError } from "../config/errors.js";
import { lawVersion } from "../config/lawVersion.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import { CellStore } from "../model/cells.js";
import { converterBank } from "../model/converters/bank.js";
import { Departures } from "../model/periphery/departures.js";
import { OutputParameters } from "../model/periphery/outputs.js";
import { planLayer } from "../model/plan.js";
import type { ProgrammedLayer } from "../model/programmed.js";
import { runLayer } from "../model/run.js";
import { sumScales, weightFullScale } from "../model/scale.js";
import { type ConverterQuery, type ConverterTable, converterTable } from "./converterTable.js";
import { type CompensationBaseline, compensationBaseline, compensationFactors } from "../model/compensation.js";
import { type ArrayConductances, readConductances, writeConductances } from "./conductances.js";
import type { CalibrationOptions } from "./calibrate.js";
import type { ErrorSplit } from "./compare.js";
import { describeLayer, type LayerDescription } from "./describe.js";
import { calibrateLayer, compareLayer, type InsightSubject, type ProfileOptions, profileLayer } from "./insight.js";
import type { LayerAddress } from "./numbers.js";
import type { ConversionProfile } from "./profile.js";
import { type ArrayExponents, type ProgrammingReport, readExponents, reportProgramming } from "./programming.js";
import { checkInputs, type ForwardOptions, SampleCounter } from "./reading.js";
import { type Trace, traceLayer } from "./trace.js";
import { checkMatrices, type LinearMap, type Numbers } from "./source.js";

/** All that a layer is; another thread rebuilds it from this, bit for bit (DESIGN 5.6). */
export interface LinearState {
  readonly kind: "linear";
  readonly lawVersion: number;
  readonly source: LinearMap;
  readonly config: CrossbarConfig;
  readonly address: LayerAddress;
  readonly samples: number;
  /** Seconds since programming that the devices have drifted to; null: not at all. */
  readonly seconds: number | null;
  /** Levels set by hand, and when. */
  readonly byHand: readonly { key: string; levels: Float32Array; since: number | null }[];
}

/**
 * A trained matrix on programmed crossbar arrays: y = W x + b as the devices and converters give it.
 *
 * Made by {@link Engine.linear}; its cells live in wasm memory until `dispose()`.
 */
export class Linear {
  readonly kind = "linear" as const;
  readonly #machine: Machine;
  readonly #source: LinearMap;
  #layer: ProgrammedLayer;
  #baseline: CompensationBaseline | null = null;
  readonly #counter: SampleCounter;
  #disposed = false;

  /** @internal */
  constructor(
    machine: Machine,
    source: LinearMap,
    readonly config: CrossbarConfig,
    readonly address: LayerAddress,
    samples = 0,
    largest: number | null = null,
  ) {
    checkMatrices(source, config);
    const plan = planLayer(config, source.inFeatures, source.outFeatures);
    const { weights, inFeatures, outFeatures } = source;
    const scale = weightFullScale(machine, weights, inFeatures, outFeatures, config, plan.split, largest);
    this.#machine = machine;
    this.#source = source;
    this.#counter = new SampleCounter(address.read, samples);
    const store = new CellStore(machine, plan, config, source.weights, scale, address);
    try {
      this.#layer = {
        config,
        plan,
        store,
        bank: converterBank(machine, plan, config, address),
        outputs: plan.output === null ? null : new OutputParameters(machine, plan.output, address),
        scale,
        sumScale: sumScales(scale, plan.slicing.fullScale, config.readout.outputScale),
        bias: source.bias,
        compensation: null,
        departures: new Departures(),
      };
    } catch (error) {
      store.free();
      throw error;
    }
  }

  /** Length of an input vector. */
  get inFeatures(): number {
    return this.#source.inFeatures;
  }

  /** Length of an output vector. */
  get outFeatures(): number {
    return this.#source.outFeatures;
  }

  /** Vectors read since programming: the sample number of the next one. */
  get samples(): number {
    return this.#counter.samples;
  }

  /**
   * Reads the layer.
   *
   * @param x  [batch x inFeatures]; the batch is inferred
   * @param options  `{ read, firstSample }` replays those draws and leaves the counter alone
   * @returns a fresh Float32Array [batch x outFeatures]
   * @throws {ShapeError} `x` is not whole vectors
   * @throws {NotFiniteError} a NaN or infinity in `x`
   * @throws {DisposedError}
   * @example layer.forward(new Float32Array([1, 0, 0.5]))
   */
  forward(x: Numbers, options: ForwardOptions = {}): Float32Array {
    this.#open();
    const inputs = checkInputs(x, this.inFeatures, this.#machine);
    const { read, sample } = this.#counter.take(inputs.length / this.inFeatures, options);
    const { chip, layer } = this.address;
    return runLayer(this.#machine, this.#layer, inputs, { chip, layer, read, sample });
  }

  /** Arrays, devices, lines, conversions, ranges and LSBs, and what looks unwise. */
  describe(): LayerDescription {
    this.#open();
    const { chip, layer } = this.address;
    return describeLayer(this.config, this.#layer.plan, { chip, layer });
  }

  /**
   * The transfer of one converter: where each code begins, its value, INL and DNL, offset and gain.
   *
   * @param query  row block, weight slice, output and side, all 0 and "plus" by default
   * @throws {ConfigError} no ADC, or no such converter
   * @example layer.converterTable({ slice: 1, output: 8 }).dnl   // LSB, code 1 first
   */
  converterTable(query: ConverterQuery = {}): ConverterTable {
    this.#open();
    return converterTable(this.#layer, query);
  }

  /** Seconds since programming that the devices have drifted to; null: as programmed. */
  get seconds(): number | null {
    return this.#layer.store.seconds;
  }

  /**
   * Lets the devices drift to a time; any order of times gives the same devices. Compensation, where the
   * configuration has one, is measured anew.
   *
   * @param seconds  since programming, from 0
   * @throws {ConfigError} a time some device model has no data for; nothing has changed then
   * @example layer.drift(86_400)
   */
  drift(seconds: number): void {
    this.checkTime(seconds);
    const machine = this.#machine;
    if (this.seconds === null) this.#baseline = compensationBaseline(machine, this.#layer, this.address);
    this.#layer.store.drift(seconds);
    if (this.#baseline === null) return;
    const compensation = compensationFactors(machine, this.#layer, this.address, this.#baseline);
    this.#layer = { ...this.#layer, compensation };
  }

  /** @internal */
  checkTime(seconds: number): void {
    this.#open();
    this.#layer.store.checkTime(seconds);
  }

  /** Drift compensation in use, one factor per output; null: none. */
  compensation(): Float64Array | null {
    this.#open();
    return this.#layer.compensation?.slice() ?? null;
  }

  /** Attempts and errors of programming, array by array. */
  programming(): ProgrammingReport[] {
    this.#open();
    return reportProgramming(this.#layer.plan, this.#layer.store);
  }

  /** Drift exponents of devices that follow a power law; one entry per tile, slice and side that has them. */
  driftExponents(): ArrayExponents[] {
    this.#open();
    return readExponents(this.#layer.plan, this.#layer.store);
  }

  /**
   * The devices as they are now, in siemens; one entry per tile, slice and side.
   *
   * @example layer.conductances()[0].siemens   // Float64Array [rows x columns]
   */
  conductances(): ArrayConductances[] {
    this.#open();
    return readConductances(this.#layer.plan, this.#layer.store);
  }

  /**
   * Programs measured or invented conductances; arrays that are not named stay as they are.
   *
   * @param arrays  as `conductances()` gives them, siemens; what is read back and written again changes nothing
   * @throws {ConfigError | ShapeError | NotFiniteError} before anything changes
   * @example layer.setConductances(layer.conductances().slice(0, 1))
   */
  setConductances(arrays: readonly ArrayConductances[]): void {
    this.#open();
    writeConductances(this.#layer.plan, this.#layer.store, arrays);
  }

  /**
   * Every intermediate of a read: one row per conversion, and the digital constants; `addTrace` gives `forward` again.
   *
   * Draws as a replay from sample 0; the layer's counter does not move.
   *
   * @param x  [batch x inFeatures]
   * @example layer.trace(x).rows.filter((row) => row.output === 0)
   */
  trace(x: Numbers): Trace {
    const { machine, layer, address } = this.#subject();
    return traceLayer(machine, layer, this.#inputs(x), address);
  }

  /**
   * What every ADC sees on these inputs, per row block, conversion, cycle and side, in full devices.
   *
   * Draws as a replay from sample 0; the layer's counter does not move.
   * @example layer.profile(x)[0].saturated   // share of conversions below and above the range
   */
  profile(x: Numbers, options: ProfileOptions = {}): ConversionProfile[] {
    return profileLayer(this.#subject(), this.#inputs(x), options);
  }

  /**
   * The configuration with input and ADC ranges chosen from data; make a layer with it.
   *
   * @param x  [batch x inFeatures]
   * @throws {ConfigError} nothing but zeros to calibrate on
   * @example engine.linear(source, layer.calibrate(x, { method: "leastError" }))
   */
  calibrate(x: Numbers, options: CalibrationOptions = {}): CrossbarConfig {
    return calibrateLayer(this.#subject(), this.#inputs(x), options);
  }

  /**
   * Error against floating point split by cause, one effect switched on after the other with the same draws.
   *
   * @param x  [batch x inFeatures]
   * @example layer.compare(x).effects.map(({ effect, relative }) => [effect, relative])
   */
  compare(x: Numbers): ErrorSplit {
    return compareLayer(this.#subject(), this.#inputs(x));
  }

  /** Everything another thread needs to rebuild this layer. */
  state(): LinearState {
    this.#open();
    return {
      kind: "linear",
      lawVersion,
      source: this.#source,
      config: this.config,
      address: this.address,
      samples: this.samples,
      seconds: this.seconds,
      byHand: this.#layer.store.byHand(),
    };
  }

  /** @internal */
  restoreByHand(entries: LinearState["byHand"]): void {
    this.#layer.store.restoreByHand(entries);
  }

  /** Whether its cells have been freed. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Frees the cells. Calling it again does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#layer.store.free();
    this.#layer.bank?.free();
  }

  #inputs(x: Numbers): Float32Array {
    this.#open();
    return checkInputs(x, this.inFeatures, this.#machine);
  }

  #subject(): InsightSubject {
    const { chip, layer, read } = this.address;
    return {
      machine: this.#machine,
      layer: this.#layer,
      source: this.#source,
      address: { chip, layer, read, sample: 0 },
      variant: (config, devices, use) => Linear.under(this, config, (made) => use(made.#layer), devices),
    };
  }

  /** @internal Lends a layer under another configuration, with the same devices and draws. */
  static under<T>(layer: Linear, config: CrossbarConfig, use: (layer: Linear) => T, devices = true): T {
    const made = new Linear(layer.#machine, layer.#source, config, layer.address);
    try {
      const { store } = layer.#layer;
      if (devices) made.restoreByHand(store.byHand());
      if (devices && store.seconds !== null) made.drift(store.seconds);
      return use(made);
    } finally {
      made.dispose();
    }
  }

  #open(): void {
    if (this.#disposed) throw new DisposedError("layer");
  }
}
