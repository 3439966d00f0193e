import { ConfigError, DisposedError } from "../config/errors.js";
import { lawVersion } from "../config/lawVersion.js";
import { resolveConfig } from "../config/resolve.js";
import type { CrossbarConfigInput } from "../config/schema.js";
import { compileKernels, createMachine } from "../engine/load.js";
import type { Machine } from "../engine/machine.js";
import { splitMatrix } from "../model/split.js";
import type { NetworkSource } from "./graph.js";
import type { NetworkConfig } from "./layerConfig.js";
import { Linear, type LinearState } from "./linear.js";
import { Network, type NetworkState } from "./network.js";
import { LayerNumbers, type LayerOptions } from "./numbers.js";
import { type LinearSource, measureLinearSource } from "./source.js";

/** What an engine runs on. */
export interface EngineOptions {
  /** The kernels, where the built-in ones cannot be used: bytes or a compiled module. */
  readonly wasm?: BufferSource | WebAssembly.Module;
}

/** Seeds of a network; its nodes are numbered in it. */
export type NetworkOptions = Omit<LayerOptions, "layer">;

/**
 * Crossbars on the calling thread; every method is synchronous.
 *
 * @example
 * const engine = await createEngine();
 * const layer = engine.linear({ weights: [1, 2], inFeatures: 2, outFeatures: 1 });
 * layer.forward([3, 4]);   // Float32Array [ 11 ]
 */
export class Engine {
  /** Version of the law that decides every bit of a result. */
  readonly lawVersion = lawVersion;
  readonly #machine: Machine;
  readonly #numbers = new LayerNumbers();
  readonly #live = new Set<Linear | Network>();
  #disposed = false;

  /** @internal */
  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /**
   * One physical tile: a matrix that fits one array position, without digital bias.
   *
   * @throws {ConfigError} the matrix needs several arrays
   */
  tile(source: Omit<LinearSource, "bias">, config: CrossbarConfigInput = {}, options: LayerOptions = {}): Linear {
    this.#open();
    const { map, largest } = measureLinearSource(source, this.#machine);
    if (map.bias !== null)
      throw new ConfigError("source.bias", source, "no bias: a tile has no digital adder", "use linear()");
    const resolved = resolveConfig(config);
    const { rowBlocks, columnBlocks } = splitMatrix(resolved.array, map.inFeatures, map.outFeatures);
    if (rowBlocks.length * columnBlocks.length !== 1) {
      throw new ConfigError(
        "source",
        `${map.outFeatures} outputs x ${map.inFeatures} inputs`,
        `a matrix that fits one array of ${resolved.array.rows ?? "any"} rows x ${resolved.array.columns ?? "any"} columns`,
        "use linear(), which splits it",
      );
    }
    return this.#keep(new Linear(this.#machine, map, resolved, this.#numbers.assign(options), 0, largest));
  }

  /**
   * A linear layer y = W x + b, split over as many arrays as it needs.
   *
   * @param source  weights [outFeatures x inFeatures], row-major, and a bias per output
   * @param config  every field has a default; `{}` is the ideal crossbar
   * @param options  seeds: `chip` names the devices, `read` the measurement, `layer` the place on the chip
   * @throws {ConfigError | ShapeError | NotFiniteError | OutOfMemoryError} before anything is kept
   * @example engine.linear(source, { weights: { bits: 4 } }, { chip: 1 })
   */
  linear(source: LinearSource, config: CrossbarConfigInput = {}, options: LayerOptions = {}): Linear {
    this.#open();
    const { map, largest } = measureLinearSource(source, this.#machine);
    return this.#keep(new Linear(this.#machine, map, resolveConfig(config), this.#numbers.assign(options), 0, largest));
  }

  /**
   * A network: a graph of named nodes, or the list of them in order.
   *
   * @example engine.network([...nodes, { kind: "argmax" }], { default: {}, layers: [{ match: "#0", config: "digital" }] })
   * @throws {ConfigError | ShapeError | NotFiniteError | OutOfMemoryError} before anything is kept
   */
  network(source: NetworkSource, config: NetworkConfig = {}, options: NetworkOptions = {}): Network {
    this.#open();
    if (typeof options === "object" && options !== null && "layer" in options) {
      throw new ConfigError(
        "options.layer",
        options.layer,
        "one of the keys chip, read",
        "a network's nodes are its layer numbers",
      );
    }
    const { chip, read } = this.#numbers.check(options);
    return this.#keep(new Network(this.#machine, source, config, { chip, read }));
  }

  /**
   * A layer or network exactly as its `state()` says, in this engine.
   *
   * @throws {ConfigError} a state of another law version
   * @example engine.restore(layer.state())
   */
  restore(state: LinearState | NetworkState): Linear | Network {
    this.#open();
    if (state?.lawVersion !== lawVersion) {
      throw new ConfigError("state.lawVersion", state?.lawVersion, `${lawVersion}, the law this release follows`);
    }
    const made =
      state.kind === "linear"
        ? new Linear(this.#machine, state.source, state.config, state.address, state.samples)
        : new Network(this.#machine, state.source, state.config, state.address, state.samples);
    try {
      made.restoreByHand(state.byHand as never);
      if (state.seconds !== null) made.drift(state.seconds);
    } catch (error) {
      made.dispose();
      throw error;
    }
    return this.#keep(made);
  }

  /** Bytes of wasm memory that layers hold. */
  memoryInUse(): number {
    return this.#machine.arena.bytesInUse;
  }

  /** Disposes every layer. */
  dispose(): void {
    this.#disposed = true;
    for (const layer of this.#live) layer.dispose();
    this.#live.clear();
  }

  #keep<T extends Linear | Network>(layer: T): T {
    for (const known of this.#live) if (known.disposed) this.#live.delete(known);
    this.#live.add(layer);
    return layer;
  }

  #open(): void {
    if (this.#disposed) throw new DisposedError("engine");
  }
}

/**
 * Compiles the kernels once per thread and makes an engine with memory of its own.
 *
 * @throws {UnsupportedError} no WebAssembly SIMD, or compilation blocked by the page's policy
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  return new Engine(createMachine(await compileKernels(options.wasm)));
}
