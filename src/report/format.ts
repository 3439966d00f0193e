/** A share as per cent with one decimal; an en dash for nothing. */
export function percent(share: number | null | undefined, digits = 1): string {
  return typeof share === "number" ? (100 * share).toFixed(digits) : "–";
}

/** "72.1 ± 3.9" in per cent; without a spread the mean alone. */
export function percentSpread(mean: number | null, sd: number | null): string {
  return sd === null ? percent(mean) : `${percent(mean)} ± ${percent(sd)}`;
}

/** Anything as a table cell shows it. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Text that HTML shows as it is, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
