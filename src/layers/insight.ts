import * as v from "valibot";
import { integer, section } from "../config/checks.js";
import { parse } from "../config/parse.js";
import { resolveConfig } from "../config/resolve.js";
import type { CrossbarConfig } from "../config/schema.js";
import type { Machine } from "../engine/machine.js";
import type { ReadAddress } from "../model/address.js";
import type { ProgrammedLayer } from "../model/programmed.js";
import { runLayer } from "../model/run.js";
import { type CalibrationOptions, calibratedInputMax, calibratedRanges, checkCalibration } from "./calibrate.js";
import { type ErrorSplit, effectLadder, splitError } from "./compare.js";
import { type ConversionProfile, type ConversionValues, profileOf, ValueCollector } from "./profile.js";
import type { LinearMap } from "./source.js";

const ProfileOptions = section({
  /** Bins of each histogram. */
  bins: v.optional(integer(1, 4096), 64),
});

export type ProfileOptions = v.InferInput<typeof ProfileOptions>;

/** A layer that insight may read, and build variants of, with the same devices and draws. */
export interface InsightSubject {
  readonly machine: Machine;
  readonly layer: ProgrammedLayer;
  readonly source: LinearMap;
  readonly address: ReadAddress;
  /** Reads the same weights, chip and hand-set devices under another configuration. */
  variant<T>(config: CrossbarConfig, devices: boolean, use: (layer: ProgrammedLayer) => T): T;
}

/** What every ADC of the layer sees (CrossSim profiles the wrong values where inputs accumulate: S12). */
export function profileLayer(subject: InsightSubject, x: Float32Array, options: ProfileOptions): ConversionProfile[] {
  const { bins } = parse(ProfileOptions, options, "options");
  return valuesSeen(subject, subject.layer, x).map((seen) => profileOf(subject.layer.plan, seen, bins));
}

function valuesSeen(subject: InsightSubject, layer: ProgrammedLayer, x: Float32Array): ConversionValues[] {
  const accumulated = layer.config.readout.inputSlices === "analog";
  const collector = new ValueCollector(subject.machine, layer.plan, accumulated);
  runLayer(subject.machine, layer, x, subject.address, collector.observe);
  return collector.collected();
}

/** The layer's configuration with input and ADC ranges chosen from data. */
export function calibrateLayer(subject: InsightSubject, x: Float32Array, options: CalibrationOptions): CrossbarConfig {
  const chosen = checkCalibration(options);
  const { config } = subject.layer;
  const max = chosen.inputs ? calibratedInputMax(x, config, chosen) : null;
  const driven: CrossbarConfig =
    max === null ? config : { ...config, input: { ...config.input, range: { kind: "calibrated", max } } };
  const { adc } = driven.readout;
  if (!chosen.adc || adc.kind === "none" || !("range" in adc)) return resolveConfig(driven);
  return subject.variant(driven, true, (layer) => {
    const { plan } = layer;
    const rows = plan.split.rowBlocks.map((block) => block.size);
    const groups = plan.groups.map((group) => group.slices);
    const { min, max: top } = calibratedRanges(valuesSeen(subject, layer, x), driven, rows, groups, chosen);
    const range = { kind: "calibrated" as const, min, max: top };
    return resolveConfig({ ...driven, readout: { ...driven.readout, adc: { ...adc, range } as typeof adc } });
  });
}

/** Error against floating point, one effect switched on after the other with the same draws. */
export function compareLayer(subject: InsightSubject, x: Float32Array): ErrorSplit {
  const ladder = effectLadder(subject.layer.config).map(({ effect, config, devices }) => ({
    effect,
    outputs: subject.variant(resolveConfig(config), devices, (layer) =>
      runLayer(subject.machine, layer, x, subject.address),
    ),
  }));
  return splitError(exactOutputs(subject.source, x, subject.layer), ladder);
}

/** y = W x + b in f64; given slices are summed with their significance first. */
function exactOutputs(
  { weights, inFeatures, outFeatures, bias }: LinearMap,
  x: Float32Array,
  layer: ProgrammedLayer,
): Float64Array {
  const { slices } = layer.config.weights;
  const factors = slices.kind === "given" ? slices.factors : [1];
  const batch = x.length / inFeatures;
  const out = new Float64Array(batch * outFeatures);
  for (let b = 0; b < batch; b++) {
    for (let m = 0; m < outFeatures; m++) {
      let sum = bias === null ? 0 : (bias[m] as number);
      factors.forEach((factor, k) => {
        const row = (k * outFeatures + m) * inFeatures;
        for (let j = 0; j < inFeatures; j++)
          sum += factor * (weights[row + j] as number) * (x[b * inFeatures + j] as number);
      });
      out[b * outFeatures + m] = sum;
    }
  }
  return out;
}
