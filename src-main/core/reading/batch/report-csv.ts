/** The report of a batch as CSV: a line a picture. */
import { type Cell, csvLine } from '../../csv.ts';
import type { ReportRow, Summary } from './summary.ts';

const COLUMNS: readonly [string, (row: ReportRow) => Cell][] = [
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
  const lines = [COLUMNS.map(([head]) => head), ...rows.map((row) => COLUMNS.map(([, value]) => value(row)))];
  return `\u{FEFF}${lines.map(csvLine).join('')}`;
}
