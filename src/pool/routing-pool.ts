import { ConfigError, DisposedError } from "../config/errors.js";
import { lawVersion } from "../config/lawVersion.js";
import { resolveConfig } from "../config/resolve.js";
import type { CrossbarConfig, CrossbarConfigInput } from "../config/schema.js";
import type { NetworkOptions } from "../layers/engine.js";
import { checkGraph, type NetworkSource } from "../layers/graph.js";
import { configureNodes, type NetworkConfig } from "../layers/layerConfig.js";
import type { LinearState } from "../layers/linear.js";
import type { NetworkAddress, NetworkState } from "../layers/network.js";
import { type LayerAddress, LayerNumbers, type LayerOptions } from "../layers/numbers.js";
import { SampleCounter } from "../layers/reading.js";
import { checkLinearSource, type LinearMap, type LinearSource } from "../layers/source.js";
import { splitMatrix } from "../model/split.js";
import { type SweepOptions, sweep } from "../sweep/sweep.js";
import type { SweepPlan } from "../sweep/plan.js";
import type { SweepRow } from "../sweep/row.js";
import type { AsyncLinear, AsyncNetwork, EnginePool } from "./async.js";
import type { Crew } from "./crew.js";
import { type PoolMeans, RoutedLayer } from "./routed-layer.js";
import { runTask } from "./run-task.js";
import { SharedValues } from "./shared-values.js";
import type { RunOptions } from "./task.js";
import { twinLinear, twinNetwork } from "./twins.js";
import { type LayerSource, unpackError } from "./wire.js";

/** Milliseconds a question takes that needs no computing. */
const ANSWER_MS = 1_000;

/**
 * The pool as its users see it. Everything that depends on the order of calls (layer numbers, samples, checks) happens here,
 * before the first `await`, with the engine's own code; workers get complete addresses.
 */
export class RoutingPool implements EnginePool {
  readonly lawVersion = lawVersion;
  readonly #numbers = new LayerNumbers();
  readonly #values: SharedValues;

  constructor(
    readonly crew: Crew,
    readonly mode: EnginePool["mode"],
    readonly means: PoolMeans,
  ) {
    this.#values = new SharedValues(() => crew.slots);
  }

  get workers(): number {
    return this.crew.size;
  }

  async tile(
    source: Omit<LinearSource, "bias">,
    config: CrossbarConfigInput = {},
    options: LayerOptions = {},
  ): Promise<AsyncLinear> {
    this.#open();
    const map = checkLinearSource(source);
    const resolved = resolveConfig(config);
    const { rowBlocks, columnBlocks } = splitMatrix(resolved.array, map.inFeatures, map.outFeatures);
    // What is no tile takes no number; the engine in the worker says why.
    const isTile = map.bias === null && rowBlocks.length * columnBlocks.length === 1;
    const address = isTile ? this.#numbers.assign(options) : { chip: 0, layer: 0, read: 0 };
    return this.#linear({ kind: "tile", args: [map, resolved, address] }, map, resolved, address);
  }

  async linear(
    source: LinearSource,
    config: CrossbarConfigInput = {},
    options: LayerOptions = {},
  ): Promise<AsyncLinear> {
    this.#open();
    const map = checkLinearSource(source);
    const resolved = resolveConfig(config);
    const address = this.#numbers.assign(options);
    return this.#linear({ kind: "linear", args: [map, resolved, address] }, map, resolved, address);
  }

  async network(
    source: NetworkSource,
    config: NetworkConfig = {},
    options: NetworkOptions = {},
  ): Promise<AsyncNetwork> {
    this.#open();
    checkNetworkOptions(options);
    const { chip, read } = this.#numbers.check(options);
    checkNetwork(source, config);
    const args = structuredClone([source, config, { chip, read }] as const);
    return this.#network({ kind: "network", args }, ...args, 0);
  }

  async restore(state: LinearState | NetworkState): Promise<AsyncLinear | AsyncNetwork> {
    this.#open();
    checkState(state);
    if (state.kind === "network") checkNetwork(state.source, state.config);
    const kept = structuredClone(state);
    const source = { kind: "restore", args: [kept] } as const;
    return kept.kind === "network"
      ? this.#network(source, kept.source, kept.config, kept.address, kept.samples)
      : this.#linear(source, kept.source, kept.config, kept.address, kept.samples);
  }

  /** Bytes of wasm memory that layers hold, in all workers together. */
  async memoryInUse(): Promise<number> {
    this.#open();
    const replies = await Promise.all(this.crew.slots.map((slot) => slot.ask((host) => host.memoryInUse(), ANSWER_MS)));
    return replies.reduce((sum, reply) => {
      if (!reply.ok) throw unpackError(reply.error);
      return sum + reply.value;
    }, 0);
  }

  async run<Result>(task: string, payload: unknown, options: RunOptions = {}): Promise<Result> {
    this.#open();
    return runTask<Result>(this.crew, this.#values, task, payload, options);
  }

  sweep(plan: SweepPlan, options: SweepOptions = {}): AsyncGenerator<SweepRow, void, void> {
    return sweep(this, plan, options);
  }

  close(): Promise<void> {
    return this.crew.close();
  }

  dispose(): Promise<void> {
    return this.close();
  }

  async #linear(
    source: Pick<LayerSource, "kind" | "args">,
    map: LinearMap,
    config: CrossbarConfig,
    address: LayerAddress,
    samples = 0,
  ): Promise<AsyncLinear> {
    const counter = new SampleCounter(address.read, samples);
    const layer = new RoutedLayer(this.crew, "layer", source, map.inFeatures, map.outFeatures, counter, this.means);
    await layer.build();
    return twinLinear(layer, config, address);
  }

  async #network(
    from: Pick<LayerSource, "kind" | "args">,
    source: NetworkSource,
    config: NetworkConfig,
    address: NetworkAddress,
    samples: number,
  ): Promise<AsyncNetwork> {
    const graph = checkGraph(source);
    const counter = new SampleCounter(address.read, samples);
    const layer = new RoutedLayer(this.crew, "network", from, graph.inFeatures, graph.outFeatures, counter, this.means);
    await layer.build();
    return twinNetwork(layer, config, address, graph);
  }

  #open(): void {
    if (this.crew.closed) throw new DisposedError("pool");
  }
}

function checkNetworkOptions(options: NetworkOptions): void {
  if (typeof options === "object" && options !== null && "layer" in options) {
    throw new ConfigError(
      "options.layer",
      options.layer,
      "one of the keys chip, read",
      "a network's nodes are its layer numbers",
    );
  }
}

function checkNetwork(source: NetworkSource, config: NetworkConfig): void {
  configureNodes(config, checkGraph(source).nodes);
}

function checkState(state: LinearState | NetworkState): void {
  if (state?.lawVersion === lawVersion) return;
  throw new ConfigError("state.lawVersion", state?.lawVersion, `${lawVersion}, the law this release follows`);
}
