/** Places for results that arrive in any order and are fetched in one: by their own number, or as they came. */
export class Shelf<T> {
  readonly #places: {
    readonly promise: Promise<T>;
    readonly fill: (value: T) => void;
    readonly fail: (why: unknown) => void;
  }[];
  #arrived = 0;

  constructor(
    size: number,
    readonly order: "plan" | "completion",
  ) {
    this.#places = Array.from({ length: size }, () => place<T>());
  }

  put(index: number, value: T): void {
    this.#places[this.order === "plan" ? index : this.#arrived++]?.fill(value);
  }

  at(index: number): Promise<T> {
    return this.#places[index]!.promise;
  }

  /** Every place that is still empty fails. */
  breakOff(why: unknown): void {
    for (const { fail } of this.#places) fail(why);
  }
}

function place<T>() {
  let fill!: (value: T) => void;
  let fail!: (why: unknown) => void;
  const promise = new Promise<T>((ok, no) => {
    fill = ok;
    fail = no;
  });
  // Nobody need look at a place: a broken-off sweep leaves most of them behind.
  promise.catch(() => {});
  return { promise, fill, fail };
}
