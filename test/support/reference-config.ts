/**
 * The shape of a resolved configuration, as far as the reference reads it.
 *
 * Restated here and not imported: the reference is written from the documents alone, and a resolved
 * `CrossbarConfig` must be assignable to it.
 */
export interface LawConfig {
  readonly weights: {
    readonly bits: number | null;
    readonly scale: {
      readonly kind: string;
      readonly per?: "matrix" | "output" | "array" | "arrayOutput" | undefined;
      readonly clip: boolean;
      readonly percentile?: number | undefined;
      readonly max?: number | readonly number[] | undefined;
    };
    readonly representation: {
      readonly kind: string;
      readonly sides?: 1 | 2 | undefined;
      readonly subtract?: "analog" | "digital" | undefined;
      readonly remove?: "digital" | "unitColumn" | undefined;
    };
    readonly slices: {
      readonly kind: string;
      readonly bitsPerSlice?: number | readonly number[] | null | undefined;
      readonly count?: number | null | undefined;
    };
  };
  readonly cells: LawCells | readonly LawCells[];
  readonly array: {
    readonly rows: number | null;
    readonly columns: number | null;
    readonly split:
      | "balanced"
      | "even"
      | "fill"
      | { readonly rows: readonly number[]; readonly columns: readonly number[] };
  };
  readonly input: {
    readonly bits: number | null;
    readonly signed: boolean;
    readonly range: {
      readonly kind: string;
      readonly max?: number | readonly number[] | undefined;
      readonly per?: "layer" | "array" | undefined;
    };
    readonly clip: boolean;
    readonly sliceBits: number | null;
  };
  readonly readout: {
    readonly weightSlices: "digital" | "analog";
    readonly inputSlices: "digital" | "analog";
    readonly columnLimit: number | null;
    readonly adc: LawAdc;
  };
}

export interface LawCells {
  readonly gMin: number;
  readonly gMax: number;
  readonly levels: number | null;
  readonly read?: { readonly kind: string; readonly sigma?: unknown } | undefined;
}

export type Bound = number | readonly number[] | readonly (readonly number[])[];

export interface LawAdc {
  readonly kind: string;
  readonly bits?: number | undefined;
  readonly range?:
    | { readonly kind: string; readonly min?: Bound | undefined; readonly max?: Bound | undefined }
    | undefined;
}
