import { cellText, escapeHtml } from "./format.js";

/** A column of a table of records. */
export interface Column<Row> {
  readonly title: string;
  /** What the cell shows; numbers and empty values are formatted. */
  readonly cell: (row: Row) => unknown;
  readonly align?: "left" | "right" | undefined;
}

/** Columns that show keys of the records under their own names, numbers to the right. */
export function columnsOf<Row extends object>(rows: readonly Row[]): Column<Row>[] {
  const keys = Array.from(new Set(rows.flatMap((row) => Object.keys(row))));
  return keys.map((key) => {
    const cell = (row: Row) => (row as Record<string, unknown>)[key];
    return { title: key, cell, align: rows.some((row) => typeof cell(row) === "number") ? "right" : "left" };
  });
}

/**
 * A table for a terminal: aligned columns, two blanks apart, a rule under the titles, no trailing blanks.
 *
 * @example textTable([{ bits: 4, name: "a" }])   // "bits  name\n----  ----\n   4  a"
 */
export function textTable<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[] = columnsOf(rows),
): string {
  const cells = rows.map((row) => columns.map((column) => cellText(column.cell(row))));
  const widths = columns.map((column, c) => Math.max(width(column.title), ...cells.map((line) => width(line[c]!))));
  const rule = widths.map((w) => "-".repeat(w));
  const print = (line: readonly string[]) =>
    line
      .map((text, c) => pad(text, widths[c]!, columns[c]!.align ?? "left"))
      .join("  ")
      .trimEnd();
  return [columns.map((column) => column.title), rule, ...cells].map(print).join("\n");
}

/** The same table as HTML, titles and cells escaped. */
export function htmlTable<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[] = columnsOf(rows),
): string {
  const attribute = ({ align }: Column<Row>) => (align === "right" ? ' class="number"' : "");
  const head = columns.map((column) => `<th scope="col"${attribute(column)}>${escapeHtml(column.title)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = columns.map((column) => `<td${attribute(column)}>${escapeHtml(cellText(column.cell(row)))}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table></div>`;
}

/** Characters as a terminal counts them, near enough: code points. */
function width(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, size: number, align: "left" | "right"): string {
  const blanks = " ".repeat(size - width(text));
  return align === "right" ? blanks + text : text + blanks;
}
