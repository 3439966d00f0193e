import { describe } from "vitest";
import { figureSuite } from "./figures.js";

describe("figures drawn with the page's document", () => figureSuite(document));
