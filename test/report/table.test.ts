import { describe, expect, it } from "vitest";
import { htmlTable, percent, percentSpread, textTable } from "../../src/report/index.js";

const rows = [
  { name: "a", bits: 4, accuracy: 0.123456 },
  { name: "longer", bits: 16, accuracy: null },
];

describe("a table", () => {
  it("is aligned for a terminal, numbers to the right", () => {
    expect(textTable(rows)).toBe(
      ["name    bits  accuracy", "------  ----  --------", "a          4    0.1235", "longer    16         –"].join(
        "\n",
      ),
    );
  });

  it("shows the columns it is given", () => {
    const columns = [{ title: "±", cell: (row: (typeof rows)[number]) => percentSpread(row.accuracy, 0.01) }];
    expect(textTable(rows.slice(0, 1), columns)).toBe("±\n----------\n12.3 ± 1.0");
  });

  it("is escaped in HTML", () => {
    const html = htmlTable([{ "<b>": `"a" & 'b'` }]);
    expect(html).toContain('<th scope="col">&#60;b&#62;</th>');
    expect(html).toContain("<td>&#34;a&#34; &#38; &#39;b&#39;</td>");
  });
});

describe("a share", () => {
  it("is told in per cent", () => {
    expect([percent(0.87418), percent(1, 0), percent(null)]).toEqual(["87.4", "100", "–"]);
    expect([percentSpread(0.5, null), percentSpread(null, null)]).toEqual(["50.0", "–"]);
  });
});
