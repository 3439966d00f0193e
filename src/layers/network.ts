import { ConfigError, DisposedError } from "../config/errors.js";
import { lawVersion } from "../config/lawVersion.js";
import type { Machine } from "../engine/machine.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { CalibrationOptions } from "./calibrate.js";
import type { ArrayConductances } from "./conductances.js";
import type { LayerDescription } from "./describe.js";
import { DigitalLinear } from "./digital.js";
import { checkGraph, type Graph, type GraphNode, type NetworkSource } from "./graph.js";
import { configureNodes, type NetworkConfig, type NodeConfig } from "./layerConfig.js";
import { Linear, type LinearState } from "./linear.js";
import { checkInputs, type ForwardOptions, SampleCounter } from "./reading.js";
import type { Numbers } from "./source.js";

/** Where a network's devices and reads draw from. Its nodes are its layer numbers. */
export interface NetworkAddress {
  readonly chip: number;
  readonly read: number;
}

/** All that a network is; another thread rebuilds it from this, bit for bit. */
export interface NetworkState {
  readonly kind: "network";
  readonly lawVersion: number;
  readonly source: NetworkSource;
  readonly config: NetworkConfig;
  readonly address: NetworkAddress;
  readonly samples: number;
  /** Seconds since programming that the devices have drifted to; null: not at all. */
  readonly seconds: number | null;
  /** Levels set by hand, per analog node. */
  readonly byHand: readonly { node: string; entries: LinearState["byHand"] }[];
}

/** A graph of analog layers and digital nodes. Made by {@link Engine.network}. */
export class Network {
  readonly kind = "network" as const;
  readonly #graph: Graph;
  readonly #analog = new Map<string, Linear>();
  readonly #digital = new Map<string, DigitalLinear>();
  readonly #counter: SampleCounter;
  readonly #machine: Machine;
  #seconds: number | null = null;
  #disposed = false;

  /** @internal */
  constructor(
    machine: Machine,
    private readonly source: NetworkSource,
    readonly config: NetworkConfig,
    readonly address: NetworkAddress,
    samples = 0,
  ) {
    this.#machine = machine;
    this.#graph = checkGraph(source);
    this.#counter = new SampleCounter(address.read, samples);
    const configs = configureNodes(config, this.#graph.nodes);
    try {
      for (const [n, node] of this.#graph.nodes.entries()) this.#build(node, n, configs[n] as NodeConfig | null);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Length of an input vector. */
  get inFeatures(): number {
    return this.#graph.inFeatures;
  }

  /** Length of an output vector; 1 after `argmax`. */
  get outFeatures(): number {
    return this.#graph.outFeatures;
  }

  /** Vectors read since programming: the sample number of the next one. */
  get samples(): number {
    return this.#counter.samples;
  }

  /** Names of the nodes, in order. */
  get nodes(): readonly string[] {
    return this.#graph.nodes.map((node) => node.name);
  }

  /**
   * Runs a batch through the graph.
   *
   * @param x  [batch x inFeatures]
   * @returns [batch x outFeatures]; one number per vector after `argmax`
   * @throws {ShapeError | NotFiniteError | ConfigError | DisposedError}
   * @example network.forward(x, { read: 2 })   // another measurement of the same devices
   */
  forward(x: Numbers, options: ForwardOptions = {}): Float32Array {
    this.#open();
    const inputs = checkInputs(x, this.inFeatures);
    const { read, sample } = this.#counter.take(inputs.length / this.inFeatures, options);
    const values: Float32Array[] = [];
    for (const node of this.#graph.nodes) {
      const given = node.from < 0 ? inputs : (values[node.from] as Float32Array);
      values.push(this.#evaluate(node, given, { read, firstSample: sample }));
    }
    return values[this.#graph.output] as Float32Array;
  }

  /** One description per analog node, by name. */
  describe(): Record<string, LayerDescription> {
    this.#open();
    return Object.fromEntries([...this.#analog].map(([name, layer]) => [name, layer.describe()]));
  }

  /** Devices of one analog node, in siemens. */
  conductances(node: string): ArrayConductances[] {
    return this.#layer(node).conductances();
  }

  /** Replaces devices of one analog node. */
  setConductances(node: string, arrays: readonly ArrayConductances[]): void {
    this.#layer(node).setConductances(arrays);
  }

  /** Seconds since programming that the devices have drifted to; null: as programmed. */
  get seconds(): number | null {
    return this.#seconds;
  }

  /**
   * Lets the devices of every analog node drift to a time, in any order.
   *
   * @param seconds  since programming, from 0
   * @throws {ConfigError} a time some device model has no data for; nothing has changed then
   * @example network.drift(86_400)
   */
  drift(seconds: number): void {
    this.#open();
    for (const layer of this.#analog.values()) layer.checkTime(seconds);
    for (const layer of this.#analog.values()) layer.drift(seconds);
    this.#seconds = seconds;
  }

  /**
   * A configuration with every analog node's ranges chosen from data, node after node: each is calibrated on what the
   * calibrated nodes before it give.
   *
   * @param x  [batch x inFeatures]
   * @throws {ConfigError} nothing but zeros to calibrate a node on
   * @example engine.network(nodes, network.calibrate(x))
   */
  calibrate(x: Numbers, options: CalibrationOptions = {}): NetworkConfig {
    this.#open();
    const values: Float32Array[] = [];
    const layers: { match: string; config: CrossbarConfig }[] = [];
    for (const node of this.#graph.nodes) {
      const given = node.from < 0 ? checkInputs(x, this.inFeatures) : (values[node.from] as Float32Array);
      const analog = this.#analog.get(node.name);
      const replay = { read: this.address.read, firstSample: 0 };
      if (analog === undefined) values.push(this.#evaluate(node, given, replay));
      else {
        const config = analog.calibrate(given, options);
        layers.push({ match: node.name, config });
        values.push(Linear.under(analog, config, (layer) => layer.forward(given, replay)));
      }
    }
    const digital = this.#graph.nodes.filter((n) => this.#digital.has(n.name));
    const kept = digital.map((n) => ({
      match: n.name,
      config: { digital: (this.#digital.get(n.name) as DigitalLinear).config },
    }));
    return { layers: [...layers, ...kept] };
  }

  /** Everything another thread needs to rebuild this network; `engine.restore(state)` does. */
  state(): NetworkState {
    this.#open();
    const { config, address, source, samples, seconds } = this;
    const byHand = [...this.#analog].map(([node, layer]) => ({ node, entries: layer.state().byHand }));
    return {
      kind: "network",
      lawVersion,
      source,
      config,
      address,
      samples,
      seconds,
      byHand: byHand.filter((b) => b.entries.length > 0),
    };
  }

  /** @internal */
  restoreByHand(byHand: NetworkState["byHand"]): void {
    for (const { node, entries } of byHand) this.#layer(node).restoreByHand(entries);
  }

  /** Whether its cells have been freed. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Frees the cells of every analog node. Calling it again does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const layer of this.#analog.values()) layer.dispose();
  }

  #build(node: GraphNode, number: number, config: NodeConfig | null): void {
    if (node.source === null || config === null) return;
    if ("digital" in config) this.#digital.set(node.name, new DigitalLinear(node.source, config.digital));
    else
      this.#analog.set(
        node.name,
        new Linear(this.#machine, node.source, config.analog, { ...this.address, layer: number }),
      );
  }

  #evaluate(node: GraphNode, x: Float32Array, options: ForwardOptions): Float32Array {
    switch (node.kind) {
      case "linear": {
        const analog = this.#analog.get(node.name);
        return analog === undefined
          ? (this.#digital.get(node.name) as DigitalLinear).forward(x)
          : analog.forward(x, options);
      }
      case "relu":
        return this.#onMachine(x, x.length, (out, input) => this.#machine.kernels.f32_relu(out, input, x.length));
      case "softmax": {
        const { features } = node;
        return this.#onMachine(x, x.length, (out, input) =>
          this.#machine.kernels.f32_softmax(out, input, x.length / features, features),
        );
      }
      case "argmax":
        return this.#argmax(x, node);
    }
  }

  #argmax(x: Float32Array, node: GraphNode): Float32Array {
    const width = node.from < 0 ? this.inFeatures : (this.#graph.nodes[node.from] as GraphNode).features;
    const vectors = x.length / width;
    this.#onMachine(x, vectors, (out, input) => this.#machine.kernels.u32_argmax(out, input, vectors, width));
    const at = this.#machine.arena.scratch(0) >>> 2;
    return Float32Array.from(this.#machine.u32.subarray(at, at + vectors));
  }

  /** Runs a digital kernel on a copy in wasm memory: results first, inputs behind them. */
  #onMachine(x: Float32Array, results: number, kernel: (out: number, input: number) => void): Float32Array {
    const { arena } = this.#machine;
    const resultBytes = (results * 4 + 63) & ~63;
    const out = arena.scratch(resultBytes + x.byteLength + 64);
    this.#machine.f32.set(x, (out + resultBytes) >>> 2);
    kernel(out, out + resultBytes);
    return this.#machine.f32.slice(out >>> 2, (out >>> 2) + results);
  }

  #layer(name: string): Linear {
    this.#open();
    const layer = this.#analog.get(name);
    if (layer === undefined)
      throw new ConfigError("node", name, `the name of an analog node: ${[...this.#analog.keys()].join(", ")}`);
    return layer;
  }

  #open(): void {
    if (this.#disposed) throw new DisposedError("network");
  }
}
