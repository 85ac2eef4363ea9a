/** All pictures that training and evaluation use, from the lists beside the data. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Row {
  readonly set: 'graded' | 'ungraded' | 'not-fundus';
  readonly file: string;
  readonly source: string;
  readonly grade: number | null;
  readonly patient: string;
  readonly split: string;
}

export async function listRows(data: string): Promise<Row[]> {
  const graded = await readCsv(join(data, 'fundus/labels.csv'));
  const ungraded = await readCsv(join(data, 'fundus/ungraded.csv'));
  const others = await readCsv(join(data, 'not-fundus/labels.csv'));
  return [
    ...graded.map(
      (r): Row => ({
        set: 'graded',
        file: join('fundus', r.file ?? ''),
        source: r.source ?? '',
        grade: Number(r.grade),
        patient: r.patient ?? '',
        split: r.split ?? '',
      }),
    ),
    ...ungraded.map(
      (r): Row => ({
        set: 'ungraded',
        file: join('fundus', r.file ?? ''),
        source: 'ungraded',
        grade: null,
        patient: r.original_name ?? '',
        split: r.split ?? '',
      }),
    ),
    ...others.map(
      (r): Row => ({
        set: 'not-fundus',
        file: join('not-fundus', r.file ?? ''),
        source: r.category ?? '',
        grade: null,
        patient: r.file ?? '',
        split: r.split ?? '',
      }),
    ),
  ];
}

/** Rows by the names of the first line. The lists have quoted fields in places but no line breaks inside a field. */
export async function readCsv(path: string): Promise<Record<string, string>[]> {
  const [head, ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/);
  const cells = (line: string) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) =>
      (cell ?? '').replace(/^"|"$/g, '').replaceAll('""', '"'),
    );
  const names = cells(head ?? '');
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i] ?? '', cell])));
}
