// Precision and recall of the entity finder on the typeset letters, by letter and kind.
//   node tests/accuracy/entities.ts [--ocr] [--verbose] [letter ...]
// Without --ocr on the words of the truth files; with it on pages recognised by our own engines.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entity, extractEntities, type PageText, type PageWord } from '../../src-main/core/documents/entities/index.ts';

const folder = join(process.env.LAMPLIGHT_SHARED ?? '../shared', 'data/letters/typeset');
const flags = process.argv.slice(2).filter((a) => a.startsWith('--'));
const wanted = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const verbose = flags.includes('--verbose');

interface Truth {
  id: string;
  language: string;
  patient: { birth_date?: string };
  diagnoses: string[];
  allergies: string[];
  medications: { name: string; dose?: string; route?: string; frequency?: string; status?: string }[];
  vital_signs: { type: string; value: string; unit: string }[];
  lab_results: { test: string; value: string; unit: string; flag?: string }[];
  dates: { iso: string; text: string; kind: string }[];
}

interface Score {
  truth: number;
  found: number;
  right: number;
  offered: number;
  /** Wrong and not marked doubtful. */
  unmarked: string[];
  missed: string[];
  fields: Record<string, [right: number, of: number]>;
}

const noFields: Record<string, boolean> = {};
const plain = (text: string | undefined): string =>
  (text ?? '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[µμ]/g, 'u')
    .replace(/[\s,.;()]+/g, ' ')
    .trim();
const number = (text: string): string => text.replace(/\s/g, '');
const unit = (text: string): string => plain(text).replace(/\s/g, '');

/** Values that stand in the letters beside those of the truth files (a table's other dates, blood gases, ...), looked at by eye. */
function standsInLetter(letter: string, entity: Entity): boolean {
  const squeezed = plain(letter);
  switch (entity.kind) {
    case 'vital':
    case 'lab':
      return (
        squeezed.includes(plain(entity.value.value)) &&
        unit(letter).includes(unit(entity.value.unit)) &&
        rowHolds(letter, entity.value.value, entity.text)
      );
    case 'medication':
      return false;
    case 'diagnosis':
      return squeezed.includes(plain(entity.value.text));
    case 'allergy':
      return false;
    case 'date':
      return squeezed.includes(plain(entity.value.printed));
  }
}

/** One line of the letter holds the name's first word and the value. */
function rowHolds(letter: string, value: string, text: string): boolean {
  const first = plain(text).split(' ')[0] ?? '';
  return letter.split('\n').some((line) => plain(line).includes(first) && number(line).includes(number(value)));
}

function score(letter: string, truth: Truth, entities: Entity[]): Map<string, Score> {
  const scores = new Map<string, Score>();
  const compare = <T, E extends Entity>(
    kind: string,
    truths: T[],
    offered: E[],
    same: (t: T, e: E) => boolean,
    show: (t: T) => string,
    fields?: (t: T, e: E) => Record<string, boolean>,
  ) => {
    const result: Score = {
      truth: truths.length,
      found: 0,
      right: 0,
      offered: offered.length,
      unmarked: [],
      missed: [],
      fields: {},
    };
    const used = new Set<E>();
    for (const one of truths) {
      const match = offered.find((e) => !used.has(e) && same(one, e));
      if (!match) {
        result.missed.push(show(one));
        continue;
      }
      used.add(match);
      result.found++;
      for (const [field, ok] of Object.entries(fields?.(one, match) ?? {})) {
        const [right, of] = result.fields[field] ?? [0, 0];
        result.fields[field] = [right + (ok ? 1 : 0), of + 1];
        if (!ok && verbose) console.log(`    ${truth.id} ${kind} ${show(one)}: ${field} is ${JSON.stringify(match.value)}`);
      }
    }
    for (const one of offered) {
      if (used.has(one) || standsInLetter(letter, one)) result.right++;
      else if (!one.doubtful) result.unmarked.push(JSON.stringify(one.value));
      if (verbose && !used.has(one) && kind !== 'date')
        console.log(
          `    ${truth.id} ${kind} besides the truth: ${JSON.stringify(one.value)}${one.doubtful ? ' (doubtful)' : ''}`,
        );
    }
    if (verbose) for (const miss of result.missed) console.log(`    ${truth.id} ${kind} missed: ${miss}`);
    scores.set(kind, result);
  };
  const of = <K extends Entity['kind']>(kind: K) => entities.filter((e): e is Extract<Entity, { kind: K }> => e.kind === kind);
  const alike = (a: string, b: string) => plain(a).includes(plain(b)) || plain(b).includes(plain(a));
  compare(
    'medication',
    truth.medications,
    of('medication'),
    (t, e) => alike(t.name, e.value.name) && plain(t.dose) === plain(e.value.dose),
    (t) => `${t.name} ${t.dose}`,
    (t, e) => ({
      ...(t.route ? { route: plain(t.route) === plain(e.value.route) } : {}),
      ...(t.frequency ? { frequency: plain(e.value.frequency) !== '' && alike(t.frequency, e.value.frequency ?? '') } : {}),
      ...(t.status ? { status: plain(t.status) === plain(e.value.status) } : {}),
    }),
  );
  compare(
    'vital',
    truth.vital_signs,
    of('vital'),
    (t, e) => alike(t.type, e.value.name) && number(t.value) === number(e.value.value) && unit(t.unit) === unit(e.value.unit),
    (t) => `${t.type} ${t.value} ${t.unit}`,
  );
  compare(
    'lab',
    truth.lab_results,
    of('lab'),
    (t, e) => alike(t.test, e.value.name) && number(t.value) === number(e.value.value) && unit(t.unit) === unit(e.value.unit),
    (t) => `${t.test} ${t.value} ${t.unit}`,
    (t, e) => (t.flag && e.value.referenceRange ? { flag: t.flag === e.value.flag } : noFields),
  );
  compare(
    'diagnosis',
    truth.diagnoses,
    of('diagnosis'),
    (t, e) => alike(t, e.value.text),
    (t) => t,
  );
  compare(
    'allergy',
    truth.allergies,
    of('allergy'),
    (t, e) => alike(t, e.value.substance),
    (t) => t,
  );
  compare(
    'date',
    truth.dates,
    of('date'),
    (t, e) => t.iso === e.value.iso,
    (t) => t.iso,
  );
  return scores;
}

interface WordsFile {
  pages: { width: number; height: number; words: { text: string; box: [number, number, number, number] }[] }[];
}

function truthPages(id: string, language: string): PageText[] {
  // The text layer of the Devanagari letter is broken into pieces: its lines come from the plain text.
  if (language === 'hi') return plainPages(readFileSync(join(folder, `${id}.txt`), 'utf8'));
  const file: WordsFile = JSON.parse(readFileSync(join(folder, `${id}.words.json`), 'utf8'));
  return file.pages.map((page, i) => ({
    page: i + 1,
    width: page.width,
    height: page.height,
    text: '',
    words: page.words.map((w) => ({ ...w, confidence: 1, doubtful: false })),
  }));
}

function plainPages(text: string): PageText[] {
  const words = text.split('\n').flatMap((line, n): PageWord[] => {
    let x = 50;
    return line
      .split(' ')
      .filter(Boolean)
      .map((word) => {
        const box: PageWord['box'] = [x, 50 + n * 16, x + 6 * word.length, 60 + n * 16];
        x = box[2] + 4;
        return { text: word, box, confidence: 1, doubtful: false, line: n };
      });
  });
  return [{ page: 1, width: 600, height: 900, text, words }];
}

const files: Record<string, string[]> = {};
for (const file of readdirSync(folder)) {
  if (/\.(?:pdf|jpg|tif|png)$/.test(file)) files[letterOf(file)] = [...(files[letterOf(file)] ?? []), file];
}

function letterOf(file: string): string {
  return file.replace(/\.(?:pdf|jpg|tif|png)$/, '').replace(/-(?:scan150|text|p\d)$/, '');
}

/** The letter's own scan: of those with a text layer the image-only copy. */
async function recognisedPages(id: string): Promise<PageText[]> {
  const { recogniseDocument } = await import('../../src-main/core/documents/recognise.ts');
  const all = (files[id] ?? []).filter((f) => !f.includes('-text.')).sort();
  const scan = all.find((f) => f.includes('scan150'));
  const pages: PageText[] = [];
  for (const file of scan ? [scan] : all)
    for (const page of (await recogniseDocument(readFileSync(join(folder, file)), { engine: 'both' })).pages)
      pages.push({ ...page, page: pages.length + 1 });
  return pages;
}

const totals = new Map<string, Score>();
for (const file of readdirSync(folder)
  .filter((f) => f.endsWith('.entities.json'))
  .sort()) {
  const truth: Truth = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  if (wanted.length > 0 && !wanted.some((w) => truth.id.startsWith(w))) continue;
  const pages = flags.includes('--ocr') ? await recognisedPages(truth.id) : truthPages(truth.id, truth.language);
  const before = performance.now();
  const entities = extractEntities(pages, { language: flags.includes('--ocr') ? undefined : truth.language });
  const ms = performance.now() - before;
  const letter = readFileSync(join(folder, `${truth.id}.txt`), 'utf8');
  console.log(`${truth.id} (${pages.length} page${pages.length > 1 ? 's' : ''}, ${ms.toFixed(0)} ms)`);
  for (const [kind, result] of score(letter, truth, entities)) {
    console.log(`  ${line(kind, result)}`);
    for (const wrong of kind === 'date' ? [] : result.unmarked) console.log(`      not in the truth: ${wrong}`);
    const total = totals.get(kind) ?? { truth: 0, found: 0, right: 0, offered: 0, unmarked: [], missed: [], fields: {} };
    totals.set(kind, add(total, result));
  }
}
console.log('all letters');
for (const [kind, result] of totals) console.log(`  ${line(kind, result)}`);

function add(a: Score, b: Score): Score {
  const fields = { ...a.fields };
  for (const [field, [right, of]] of Object.entries(b.fields))
    fields[field] = [(fields[field]?.[0] ?? 0) + right, (fields[field]?.[1] ?? 0) + of];
  return {
    truth: a.truth + b.truth,
    found: a.found + b.found,
    right: a.right + b.right,
    offered: a.offered + b.offered,
    unmarked: [...a.unmarked, ...b.unmarked],
    missed: [...a.missed, ...b.missed],
    fields,
  };
}

function line(kind: string, s: Score): string {
  const percent = (a: number, b: number) => (b === 0 ? '   -' : `${((100 * a) / b).toFixed(1)} %`);
  const fields = Object.entries(s.fields)
    .map(([name, [right, of]]) => `${name} ${right}/${of}`)
    .join(', ');
  return `${kind.padEnd(11)} recall ${s.found}/${s.truth} ${percent(s.found, s.truth)}; in the truth ${s.found}/${s.offered}, standing in the letter ${s.right}/${s.offered} ${percent(s.right, s.offered)}; wrong unmarked ${s.unmarked.length}${fields ? `; ${fields}` : ''}`;
}
