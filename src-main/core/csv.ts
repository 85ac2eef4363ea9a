/** Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in it. */

export type Cell = string | number | boolean | null | undefined;

/** One line with its end; a cell without a value stays empty. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

/** A text whose leading sign a spreadsheet would run as a formula is made harmless with an apostrophe (OWASP, CSV Injection); a number is no formula. */
function written(value: Cell): string {
  if (typeof value !== 'string') return String(value ?? '');
  const harmless = /^[\s]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
