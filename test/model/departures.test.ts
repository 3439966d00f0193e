import { describe, expect, it } from "vitest";
import { Departures } from "../../src/model/periphery/departures.js";
import { planLayer } from "../../src/model/plan.js";
import { resolveConfig } from "../../src/config/resolve.js";

describe("Departures", () => {
  const [first, second] = planLayer(resolveConfig({ array: { columns: 70, split: "fill" } }), 4, 110).tiles;

  it("reads panels in their order, then those first that most vectors left", () => {
    const departures = new Departures();
    expect(departures.order(first!)).toEqual([0, 1, 2, 3, 4]);
    departures.add(first!, 3, 2);
    departures.add(first!, 1, 5);
    departures.add(first!, 3, 4);
    expect(departures.order(first!)).toEqual([3, 1, 0, 2, 4]);
  });

  it("knows arrays apart", () => {
    const departures = new Departures();
    departures.add(first!, 2, 1);
    expect(departures.order(first!)).toEqual([2, 0, 1, 3, 4]);
    expect(departures.order(second!)).toEqual([0, 1, 2]);
  });
});
