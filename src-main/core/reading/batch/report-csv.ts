/** The report of a batch as CSV (RFC 4180): a line a picture. */
import type { ReportRow, Summary } from './summary.ts';

const COLUMNS: readonly [string, (row: ReportRow) => string | number | boolean | null | undefined][] = [
  ['file', ({ name }) => name],
  ['task', ({ result }) => result?.task],
  ['status', ({ result }) => result?.status ?? 'waiting'],
  ['reason', ({ result }) => result?.reason],
  ['grade', ({ result }) => result?.grade],
  ['finding', ({ result }) => result?.finding],
  ['positive', ({ result }) => result?.referable ?? result?.positive],
  ['probability', ({ result }) => result?.referableProbability ?? result?.probability],
  ['threshold', ({ result }) => result?.threshold],
  ['population', ({ result }) => result?.population],
  ['model', ({ result }) => result?.model],
  ['version', ({ result }) => result?.modelVersion],
  ['provider', ({ result }) => result?.provider],
  ['ms', ({ result }) => result?.ms],
  ['read_at', ({ at }) => at],
];

/** With a byte order mark: spreadsheets take a file without one for Latin-1. */
export function reportCsv({ rows }: Summary): string {
  const lines = [COLUMNS.map(([head]) => head), ...rows.map((row) => COLUMNS.map(([, value]) => cell(value(row))))];
  return `\u{FEFF}${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // A spreadsheet takes what begins so for a formula; a file's name is anybody's.
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
