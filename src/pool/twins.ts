import type { CrossbarConfig } from "../config/schema.js";
import type { Graph } from "../layers/graph.js";
import type { NetworkConfig } from "../layers/layerConfig.js";
import type { LinearState } from "../layers/linear.js";
import type { NetworkAddress, NetworkState } from "../layers/network.js";
import type { LayerAddress } from "../layers/numbers.js";
import type { AsyncLinear, AsyncNetwork } from "./async.js";
import type { RoutedLayer } from "./routed-layer.js";

/** What users hold in place of a `Linear`. */
export function twinLinear(layer: RoutedLayer, config: CrossbarConfig, address: LayerAddress): AsyncLinear {
  return {
    kind: "linear",
    config,
    address,
    inFeatures: layer.inFeatures,
    outFeatures: layer.outFeatures,
    get samples() {
      return layer.counter.samples;
    },
    get seconds() {
      return layer.seconds;
    },
    get disposed() {
      return layer.disposed;
    },
    forward: (x, options) => layer.forward(x, options),
    converterTable: (query) => layer.call("converterTable", query),
    describe: () => layer.call("describe"),
    conductances: () => layer.call("conductances"),
    setConductances: (arrays) => layer.change("setConductances", arrays),
    drift: (seconds) => drift(layer, seconds),
    compensation: () => layer.call("compensation"),
    programming: () => layer.call("programming"),
    driftExponents: () => layer.call("driftExponents"),
    trace: (x) => layer.call("trace", x),
    profile: (x, options) => layer.call("profile", x, options),
    calibrate: (x, options) => layer.call("calibrate", x, options),
    compare: (x) => layer.call("compare", x),
    state: () => stateOf<LinearState>(layer),
    dispose: () => layer.dispose(),
  };
}

/** What users hold in place of a `Network`. */
export function twinNetwork(
  layer: RoutedLayer,
  config: NetworkConfig,
  address: NetworkAddress,
  graph: Graph,
): AsyncNetwork {
  return {
    kind: "network",
    config,
    address,
    inFeatures: layer.inFeatures,
    outFeatures: layer.outFeatures,
    nodes: graph.nodes.map((node) => node.name),
    get samples() {
      return layer.counter.samples;
    },
    get seconds() {
      return layer.seconds;
    },
    get disposed() {
      return layer.disposed;
    },
    forward: (x, options) => layer.forward(x, options),
    describe: () => layer.call("describe"),
    conductances: (node) => layer.call("conductances", node),
    setConductances: (node, arrays) => layer.change("setConductances", node, arrays),
    drift: (seconds) => drift(layer, seconds),
    calibrate: (x, options) => layer.call("calibrate", x, options),
    state: () => stateOf<NetworkState>(layer),
    dispose: () => layer.dispose(),
  };
}

async function drift(layer: RoutedLayer, seconds: number): Promise<void> {
  await layer.change<void>("drift", seconds);
  layer.seconds = seconds;
}

/** Workers do not count samples; the number that belongs to this call is the pool's. */
async function stateOf<State extends LinearState | NetworkState>(layer: RoutedLayer): Promise<State> {
  const { samples } = layer.counter;
  const state = await layer.call<State>("state");
  return { ...state, samples };
}
