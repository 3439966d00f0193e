import { isCircuitModel } from "./cross-sim-circuits.js";
import { type CrossSimFields, type CrossSimParameters, leaves } from "./cross-sim-parameters.js";
import type { NoteBook } from "./note.js";

/** Fields the adapter reads; each is in the configuration or has a note of its own. */
const READ = new Set(
  `core.style core.weight_bits core.rows_max core.cols_max
  core.balanced.style core.balanced.interleaved_posneg core.balanced.subtract_current_in_xbar
  core.bit_sliced.style core.bit_sliced.num_slices core.offset.style
  core.mapping.weights.clipping core.mapping.weights.min core.mapping.weights.max core.mapping.weights.percentile
  core.mapping.weights.row_partition_strategy core.mapping.weights.col_partition_strategy
  core.mapping.weights.row_partition_priority core.mapping.weights.col_partition_priority
  core.mapping.inputs.mvm.min core.mapping.inputs.mvm.max core.mapping.inputs.mvm.percentile
  xbar.device.cell_bits xbar.device.Rmin xbar.device.Rmax xbar.device.infinite_on_off_ratio
  xbar.device.clip_conductance xbar.device.time
  xbar.device.read_noise.enable xbar.device.read_noise.model xbar.device.read_noise.magnitude
  xbar.device.programming_error.enable xbar.device.programming_error.model xbar.device.programming_error.magnitude
  xbar.device.drift_error.enable xbar.device.drift_error.model
  xbar.device.nonlinear_IV.enable xbar.device.nonlinear_IV.model
  xbar.array.Icol_max xbar.array.parasitics.enable
  xbar.adc.mvm.model xbar.adc.mvm.bits xbar.adc.mvm.adc_per_ibit xbar.adc.mvm.adc_range_option
  xbar.adc.mvm.calibrated_range xbar.adc.mvm.stochastic_rounding xbar.adc.mvm.gain_db xbar.adc.mvm.group_size
  xbar.adc.mvm.split_cdac xbar.adc.mvm.symmetric_cdac xbar.adc.mvm.sigma_capacitor xbar.adc.mvm.sigma_comparator
  xbar.adc.mvm.sigma_C1 xbar.adc.mvm.sigma_C2 xbar.adc.mvm.sigma_Cpar
  xbar.dac.mvm.model xbar.dac.mvm.bits xbar.dac.mvm.signed xbar.dac.mvm.input_bitslicing xbar.dac.mvm.slice_size`.split(
    /\s+/,
  ),
);

/** Why the rest does not matter, by the path it starts with; the first that fits. */
const IGNORED: readonly (readonly [prefix: string, reason: string])[] = [
  ["core.output_dtype", "outputs are single precision"],
  ["core.mapping.inputs.mvm.clipping", "the tool never reads it: an ideal DAC does not clip, a quantising one does"],
  ["core.mapping.inputs._match", "only forward reads are taken over"],
  ["core.mapping.inputs.vmm", "only forward reads are taken over"],
  ["xbar.adc._match", "only forward reads are taken over"],
  ["xbar.adc.vmm", "only forward reads are taken over"],
  ["xbar.dac._match", "only forward reads are taken over"],
  ["xbar.dac.vmm", "only forward reads are taken over"],
  ["xbar.adc.mvm.signed", "the tool only checks it; the range decides"],
  ["xbar.adc.mvm.", "belongs to a converter model that is not in use"],
  ["xbar.array.parasitics.", "wires are not modelled"],
  [
    "xbar.device.Vread",
    "inputs are relative to full drive; only SONOS devices and nonlinear currents know a read voltage",
  ],
  ["xbar.device.drift_error.", "the drift model has no magnitude"],
  ["xbar.device.nonlinear_IV.", "nonlinear currents have no parameter but the read voltage"],
  ["simulation.convolution.", "how the tool arranges its work"],
  ["simulation.analytics.", "what the tool records"],
  ["simulation.", "how the tool computes, not what"],
];

/** Names every remaining field of the tree, so that none is dropped in silence. */
export function nameTheRest(params: CrossSimParameters, fields: CrossSimFields, book: NoteBook): void {
  for (const [path, value] of leaves(params)) {
    if (READ.has(path) || book.has(path)) {
      noteUnused(path, value, fields, book);
      continue;
    }
    if ((path === "core.complex_matrix" || path === "core.complex_input") && value !== false) {
      book.unsupported(path, value, "matrices are real here; program [[Re, -Im], [Im, Re]] as the tool does");
    } else if (path !== "core.complex_matrix" && path !== "core.complex_input") {
      const reason = IGNORED.find(([prefix]) => path.startsWith(prefix))?.[1];
      book.ignored(path, value, reason ?? "not a field of CrossSim 3.x that this adapter knows");
    }
  }
}

const STYLES: readonly (readonly [prefix: string, serves: (fields: CrossSimFields) => boolean])[] = [
  ["core.weight_bits", (f) => f.style === "bitSliced" || f.adcRange === "granular"],
  ["core.bit_sliced.", (f) => f.style === "bitSliced"],
  ["core.balanced.style", (f) => f.style === "balanced"],
  ["core.balanced.", (f) => f.style === "balanced" || (f.style === "bitSliced" && !f.slicedOffset)],
  ["core.offset.style", (f) => f.style === "offset" || (f.style === "bitSliced" && f.slicedOffset)],
  ["xbar.device.Rmax", (f) => !f.infiniteOnOff],
  ["xbar.adc.mvm.calibrated_range", (f) => f.adcRange === "calibrated"],
  ["xbar.adc.mvm.stochastic_rounding", (f) => f.adcModel === "QuantizerADC" || f.adcModel === "SignMagnitudeADC"],
  ["xbar.adc.mvm.gain_db", (f) => isCircuitModel(f.adcModel)],
  ["xbar.adc.mvm.sigma_comparator", (f) => isCircuitModel(f.adcModel)],
  ["xbar.adc.mvm.group_size", (f) => isCircuitModel(f.adcModel) && f.adcModel !== "RampADC"],
  ["xbar.adc.mvm.split_cdac", (f) => f.adcModel === "SarADC"],
  ["xbar.adc.mvm.symmetric_cdac", (f) => f.adcModel === "RampADC"],
  ["xbar.adc.mvm.sigma_capacitor", (f) => f.adcModel === "SarADC" || f.adcModel === "RampADC"],
  ["xbar.adc.mvm.sigma_C", (f) => f.adcModel === "PipelineADC" || f.adcModel === "CyclicADC"],
  ["xbar.dac.mvm.slice_size", (f) => f.inputSlicing],
];

/** Fields that are read, but belong to a style or option that is not chosen. */
function noteUnused(path: string, value: unknown, fields: CrossSimFields, book: NoteBook): void {
  if (book.has(path)) return;
  const serves = STYLES.find(([prefix]) => path.startsWith(prefix))?.[1];
  if (serves !== undefined && !serves(fields))
    book.ignored(path, value, "belongs to a style or option that is not chosen");
  if (path === "core.balanced.interleaved_posneg" && value === true && serves?.(fields)) {
    book.ignored(path, value, "matters with wires or a column limit only");
  }
}
