import { JSDOM } from "jsdom";
import { describe } from "vitest";
import { figureSuite } from "./figures.js";

describe("figures drawn with jsdom", () => figureSuite(new JSDOM("").window.document));
