/** All of a device's drift that does not depend on time; drawn once, so that times may come in any order. */
export interface FrozenDevices {
  /** Where relaxing devices' deviations are looked up; null for power laws, which have used it. */
  readonly target: Float32Array | null;
  /** Levels to go on from: within bounds for power laws, free of them where deviations grow. */
  readonly programmed: Float32Array;
  /** ν of power laws, the first draw of relaxing devices; null where neither is used. */
  readonly exponents: Float32Array | null;
  /** Relative long-term noise before its growth with time, or the second draw of relaxing devices. */
  readonly noise: Float32Array | null;
}
