import vocabulary from '../../../../resources/vocabulary/headings.json' with { type: 'json' };
import { wordPattern } from './fold.ts';
import { heightOf, type Letter, type Line, middleOf } from './layout.ts';

export type SectionKind =
  | 'medication'
  | 'allergy'
  | 'diagnosis'
  | 'history'
  | 'family'
  | 'results'
  | 'examination'
  | 'course'
  | 'plan'
  | 'other';

export interface Section {
  kind: SectionKind;
  /** The heading, in the running text. */
  heading: [start: number, end: number];
  /** The content, up to the next heading. */
  start: number;
  end: number;
}

// The order decides for a heading that begins like two.
const kinds = ['family', 'allergy', 'medication', 'diagnosis', 'history', 'results', 'examination', 'course', 'plan'] as const;
const patterns = kinds.map((kind): [SectionKind, RegExp] => [
  kind,
  new RegExp(`^(?:\\d{1,2}[.)]\\s*)?(?:${wordPattern(vocabulary.sections[kind])})(?<rest>.*)$`, 'u'),
]);

// Alone on a line these are cells of a table; before a colon they head a list.
const labelOnly =
  /^(?:stopped|discontinued|continued|increased|reduced|started|suspendeu|suspendidos?|suspensos|arretes|poursuivis|introduits|meds|dh|fh|hd)$/;

/** Finds headings, each on a line of its own or before a colon, and what stands below them. */
export function findSections(letter: Letter): Section[] {
  const sections: Section[] = [];
  const open = (kind: SectionKind, heading: [number, number], start: number) => {
    const last = sections.at(-1);
    if (last) last.end = heading[0];
    sections.push({ kind, heading, start, end: letter.text.length });
  };
  for (const [i, line] of letter.lines.entries()) {
    const folded = letter.folded.slice(line.start, line.end);
    const known = knownHeading(folded);
    if (known) {
      const at = line.start + (known.colon ?? folded.length);
      open(known.kind, [line.start, at], Math.min(at + 1, letter.text.length));
    } else if (isUnknownHeading(letter, i)) open('other', [line.start, line.end], line.end + 1);
  }
  return sections.flatMap((section) =>
    section.kind === 'allergy' || section.kind === 'family' ? endEarly(letter, section) : [section],
  );
}

/** What is said of allergies and of the family is short; what follows without a heading is the patient's own again. */
function endEarly(letter: Letter, section: Section): Section[] {
  const content = letter.text.slice(section.start, section.end);
  const inline = /[:\t]/.test(letter.text[section.start - 1] ?? '') && /\S/.test(content.split('\n')[0] ?? '');
  let length = 0;
  for (const line of content.split('\n')) {
    const before = content.slice(0, length).trimEnd();
    const ended = before !== '' && /[.।]$/.test(before);
    // Behind "Allergies:" its own line, and the next when that goes on; below a heading up to the first longer sentence.
    const over = inline
      ? before !== '' && (ended || !/[,;(-]$/.test(before)) && !/^\s*[\p{Ll}(]/u.test(line)
      : ended && line.split(/\s+/).length > 7 && !/[:(]|\s-\s/.test(line);
    if (over) break;
    length += line.length + 1;
  }
  const stop = Math.min(section.end, section.start + length);
  if (stop >= section.end) return [section];
  return [
    { ...section, end: stop },
    { kind: 'other', heading: [stop, stop], start: stop, end: section.end },
  ];
}

function knownHeading(folded: string): { kind: SectionKind; colon?: number } | undefined {
  for (const [kind, pattern] of patterns) {
    const rest = pattern.exec(folded)?.groups?.rest;
    if (rest === undefined) continue;
    // "ALLERGIES    Co-amoxiclav": the heading stands in a cell of its own.
    if (/^\t/.test(rest) && (kind === 'allergy' || kind === 'diagnosis' || kind === 'history' || kind === 'family'))
      return { kind, colon: folded.length - rest.length };
    const colon = /^[^:.;\n]{0,30}:/.exec(rest);
    if (colon && !/\d{3}/.test(colon[0])) return { kind, colon: folded.length - rest.length + colon[0].length - 1 };
    if (labelOnly.test(folded.trim())) continue;
    // Alone on its line, perhaps with a date or two words more ("Results 16 January 2026", "Biologie du 27 février 2026").
    if (
      /^\s*$/.test(rest) ||
      (!/[.,;:]/.test(rest) && rest.trim().split(/\s+/).length <= 4 && (/\d{4}\s*$/.test(rest) || !/\d/.test(rest)))
    ) {
      if (/\t/.test(folded)) continue;
      return { kind };
    }
  }
  return undefined;
}

/** A short line without digits or full stop that is larger than what follows, or stands apart from what precedes. */
function isUnknownHeading(letter: Letter, at: number): boolean {
  const line = letter.lines[at];
  const next = letter.lines[at + 1];
  const before = letter.lines[at - 1];
  if (!line || !next || line.tokens.length > 7 || next.page !== line.page) return false;
  const printed = letter.text.slice(line.start, line.end);
  if (/[\d\t.;,]/.test(printed) || !/^[\p{Lu}\p{Lo}]/u.test(printed)) return false;
  if (/:\s*$/.test(printed)) return true;
  const larger = heightOf(line) > 1.07 * heightOf(next);
  const apart =
    before?.page === line.page &&
    middleOf(line) - middleOf(before) > 1.3 * (middleOf(next) - middleOf(line)) &&
    line.tokens.length <= 5 &&
    isSentence(next);
  return larger || Boolean(apart);
}

const isSentence = (line: Line): boolean => line.tokens.length >= 6;

/** The section a position of the running text lies in. */
export function sectionAt(sections: Section[], position: number): Section | undefined {
  let found: Section | undefined;
  for (const section of sections) {
    if (section.heading[0] > position) break;
    found = section;
  }
  return found;
}
