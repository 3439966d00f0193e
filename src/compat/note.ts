/** What became of a field of another tool's parameters that has no exact counterpart here. */
export interface Note {
  /** The field, as that tool writes it: `xbar.adc.mvm.stochastic_rounding`. */
  readonly path: string;
  readonly value: unknown;
  /**
   * `ignored`: it does not change the results of a forward read. `changed`: the consistent form is taken where the
   * tool errs, so results may differ. `unsupported`: it changes results and is not modelled; the configuration leaves it out.
   */
  readonly effect: "ignored" | "changed" | "unsupported";
  readonly reason: string;
}

/** Collects notes in the order they arise. */
export class NoteBook {
  readonly #notes: Note[] = [];
  get notes(): readonly Note[] {
    return this.#notes;
  }
  ignored(path: string, value: unknown, reason: string): void {
    this.#notes.push({ path, value, effect: "ignored", reason });
  }
  changed(path: string, value: unknown, reason: string): void {
    this.#notes.push({ path, value, effect: "changed", reason });
  }
  unsupported(path: string, value: unknown, reason: string): void {
    this.#notes.push({ path, value, effect: "unsupported", reason });
  }
  has(path: string): boolean {
    return this.#notes.some((note) => note.path === path);
  }
}

/** Why a set of parameters cannot be reproduced; null if it can. */
export function whyUnsupported(notes: readonly Note[]): string | null {
  const reasons = notes.filter((note) => note.effect === "unsupported").map((note) => `${note.path}: ${note.reason}`);
  return reasons.length === 0 ? null : reasons.join("; ");
}
