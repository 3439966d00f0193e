import type { Curve } from "./curve.js";

/** Where a model's numbers hold. Conductances in siemens, times in seconds since programming. */
export interface ValidityRange {
  /** Bounds of the conductances a device may be used at; null where the law scales with the device's own gMax. */
  readonly conductance: readonly [number, number] | null;
  /** Times there are data for; a list means those times only; null: the model says nothing about time. */
  readonly seconds: { readonly from: number; readonly to: number } | readonly number[] | null;
}

/** ν = |μ(G) + σ(G)·ξ|, drawn at the target conductance: G(t) = G·(T/start)^−ν, T = t + start. */
export interface PowerLaw {
  readonly start: number;
  readonly exponent: Curve;
  readonly deviation: Curve;
}

/** Relative long-term noise: σ(t) = Q(G)·sqrt(ln((T + readTime)/(2·readTime))), G as programmed. */
export interface LongTermLaw {
  readonly readTime: number;
  readonly quality: Curve;
}

/**
 * A published device as data. One device may have several of the laws; a configuration names them one by one,
 * for programming, drift and reading.
 */
export interface DeviceModel {
  readonly title: string;
  /** Publication the numbers come from. */
  readonly source: string;
  readonly validity: ValidityRange;
  /** Conductances the publication worked at, siemens: what examples and pictures use. */
  readonly typical: { readonly gMin: number; readonly gMax: number };
  /** Standard deviation after programming. */
  readonly programming?: Curve;
  /** Standard deviation of a read. */
  readonly read?: Curve;
  readonly drift?: PowerLaw;
  readonly longTerm?: LongTermLaw;
  readonly remark?: string;
}
