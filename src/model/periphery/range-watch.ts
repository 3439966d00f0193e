import type { BoundManagementConfig } from "../../config/management.js";
import type { Machine } from "../../engine/machine.js";
import { PANEL_COLUMNS } from "../panels.js";
import type { Conversion } from "../panel-conversion.js";
import type { LayerPlan } from "../plan.js";
import type { Workspace } from "../workspace.js";

const ABOVE = 1;
const BELOW = 2;

/** Which vectors have a conversion that left its converter's range, while an array is read. */
export class RangeWatch {
  readonly #counted: number;
  #left = 0;

  constructor(
    private readonly machine: Machine,
    private readonly plan: LayerPlan,
    { tests }: Exclude<BoundManagementConfig, { kind: "none" }>,
    private readonly at: Workspace,
  ) {
    this.#counted = tests === "both" ? ABOVE | BELOW : ABOVE;
  }

  /** How many of the vectors that were last looked at have left the range. */
  get left(): number {
    return this.#left;
  }

  start(vectors: number): void {
    this.#left = 0;
    this.machine.u32.fill(0, this.at.flags >>> 2, (this.at.flags >>> 2) + vectors);
  }

  /** Looks at the workspace's lines as the converter is about to. An ADC's range ends half a step beyond its last code. */
  look({ tile, group, converter, panel, unit }: Conversion, vectors: number, inputSlices: number, tau: number): void {
    const { at } = this;
    const columns = unit ? 1 : Math.min(PANEL_COLUMNS, tile.columns.size - panel * PANEL_COLUMNS);
    const look = (q: number, p: number, o: number, low: number, high: number, rounded: number) =>
      this.machine.kernels.u32_flag_outside(
        at.flags,
        at.lines,
        vectors,
        inputSlices,
        p === 0 ? 0 : tau,
        q,
        p,
        o,
        low,
        high,
        rounded,
        columns,
        this.#counted,
      );
    if (converter !== null) this.#left = look(converter.q, converter.p, converter.o, 0, converter.top, 1);
    else {
      const clip = this.plan.clips[tile.rowBlock]?.[this.plan.groups.indexOf(group)] ?? null;
      if (clip === null) return;
      const perDevice = 1 / group.levelsPerDevice;
      this.#left = look(perDevice, group.baseline / group.levelsPerDevice, 0, clip[0], clip[1], 0);
    }
  }

  /** Whether each vector of the last reads left the range. */
  marks(vectors: number): boolean[] {
    const { u32 } = this.machine;
    const first = this.at.flags >>> 2;
    const marks = new Array<boolean>(vectors);
    for (let v = 0; v < vectors; v++) marks[v] = ((u32[first + v] as number) & this.#counted) !== 0;
    return marks;
  }
}
