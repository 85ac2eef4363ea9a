/** Summaries on paper: what the document holds, in the same order and words, each patient on sheets of their own. */
import { setImmediate } from 'node:timers/promises';
import { isTransliterated } from '../latin.ts';
import { minuteOf, type Paper, writePdf } from '../pdf.ts';
import { withheldWords } from './document.ts';
import type { Section } from './sections.ts';
import { STATEMENT, type Summary } from './summary.ts';

const TRANSLITERATED =
  'Names and words in other scripts are written here in Latin letters; the electronic document holds them as they are.';
/** A cell that is longer would run off its page; the document holds the whole. */
const CELL_MAX = 1200;

export function summariesPdf(first: Summary, others: Iterable<Summary>): Promise<Uint8Array> {
  return writePdf({ title: 'International Patient Summary', footer: footerOf(first), at: first.at }, async (paper) => {
    writeSummary(paper, first);
    for (const summary of others) {
      // Somebody else may have a question in between.
      await setImmediate();
      paper.part(footerOf(summary));
      writeSummary(paper, summary);
    }
  });
}

/** Each sheet says whose it is by more than the name: sheets are parted. */
function footerOf({ who, at, by }: Summary): string {
  return `${shortened(who.name)}, born ${who.born}   printed ${minuteOf(at)} UTC by ${by.name}`;
}

function writeSummary(paper: Paper, summary: Summary): void {
  const { who, sections, labels, at, by, clinic } = summary;
  paper.title('International Patient Summary');
  paper.lines(
    [who.name, `born ${who.born}`, who.sex, who.died && (who.died === 'yes' ? 'died' : `died ${who.died}`)]
      .filter(Boolean)
      .join(', '),
    ...[who.numbers, [who.address, who.phone].filter(Boolean).join(', ')].filter(Boolean),
    `${clinic.name}, ${minuteOf(at)} UTC, ${by.name}`,
    STATEMENT,
    ...(isTransliterated(wordsIn(summary)) ? [TRANSLITERATED] : []),
  );
  if (labels.length > 0) paper.section('CONFIDENTIAL', [`This summary holds entries that are labelled: ${labels.join(', ')}.`]);
  for (const section of sections) writeSection(paper, section);
}

function writeSection(paper: Paper, { title, columns, rows, empty, withheld }: Section): void {
  paper.section(title, rows.length === 0 ? [empty] : withheld > 0 ? [withheldWords(withheld)] : []);
  if (rows.length === 0) return;
  paper.table(
    columns,
    rows.map((row) =>
      row.map((cell) => (cell.length <= CELL_MAX ? cell : `${cell.slice(0, CELL_MAX)} … (more in the electronic document)`)),
    ),
  );
}

function wordsIn({ who, sections, by, clinic }: Summary): string {
  return [...Object.values(who), by.name, clinic.name, ...sections.flatMap(({ rows }) => rows.flat())].join('\n');
}

const shortened = (name: string) => (name.length <= 40 ? name : `${name.slice(0, 40)} …`);
