/** A report while it is written: what the draft holds, which template fits, macros, and the gaps that wait to be filled. */
import {
  type ReportSection,
  type ReportSections,
  type ReportTemplate,
  reportSections,
} from '../../src-shared/contract/radiology.ts';

export interface ReportDraft {
  template: string;
  title: string;
  sections: ReportSections;
  /** Readings of models that were put into the words. */
  readings: readonly string[];
  critical: { on: boolean; whom: string; how: 'phone' | 'in-person' | 'message'; at: string };
}

const GAP = /\[[^\]\n]*\]/g;

/** The draft as it was kept; a new one where there is none. */
export function reportDraft(text: string, title: string): ReportDraft {
  const empty: ReportDraft = {
    template: '',
    title,
    sections: { indication: '', technique: '', comparison: '', findings: '', impression: '' },
    readings: [],
    critical: { on: false, whom: '', how: 'phone', at: '' },
  };
  if (text === '') return empty;
  try {
    // Our own draft of an earlier moment; what it lacks comes from the empty one.
    const kept = JSON.parse(text) as Partial<ReportDraft>;
    return {
      ...empty,
      ...kept,
      sections: { ...empty.sections, ...kept.sections },
      critical: { ...empty.critical, ...kept.critical },
    };
  } catch {
    return empty;
  }
}

/** The template for a study: of its modality and body part, else of its modality, else of its body part alone; the free one last. */
export function templateFor(
  templates: readonly ReportTemplate[],
  modalities: readonly string[],
  bodyParts: readonly string[],
): ReportTemplate | undefined {
  const score = ({ modality, bodyPart }: ReportTemplate) => {
    if (modality !== undefined && !modalities.includes(modality)) return -1;
    if (bodyPart !== undefined && bodyParts.length > 0 && !bodyParts.some((part) => part.toUpperCase().includes(bodyPart)))
      return -1;
    return (modality === undefined ? 0 : 2) + (bodyPart === undefined || bodyParts.length === 0 ? 0 : 3);
  };
  const film = modalities.some((one) => ['CR', 'DX'].includes(one));
  const fitting = templates
    .map((template) => ({ template, score: score(template) }))
    // A film of the chest is no template for other modalities.
    .filter(({ template, score: points }) => points > 0 && (template.modality !== undefined || film));
  return fitting.sort((one, other) => other.score - one.score)[0]?.template ?? templates.find(({ id }) => id === 'free');
}

export function hasGap(text: string): boolean {
  return text.search(GAP) >= 0;
}

/** The next gap behind a place, going round through the sections. */
export function nextGap(
  sections: ReportSections,
  from: ReportSection,
  caret: number,
): { section: ReportSection; start: number; end: number } | undefined {
  const all = reportSections.flatMap((section) =>
    [...sections[section].matchAll(GAP)].map((match) => ({ section, start: match.index, end: match.index + match[0].length })),
  );
  const at = reportSections.indexOf(from);
  const behind = all.find(({ section, start }) => reportSections.indexOf(section) > at || (section === from && start >= caret));
  return behind ?? all[0];
}

/** Typed `.name` and a space: the text of the macro in its place, and where the caret goes then. */
export function expandMacro(
  text: string,
  caret: number,
  macros: readonly { name: string; text: string }[],
): { text: string; caret: number } | undefined {
  const before = text.slice(0, caret);
  const typed = /(?:^|\s)\.([\p{L}\p{N}-]{1,30})\s$/u.exec(before);
  const macro = macros.find(({ name }) => name === typed?.[1]);
  if (!typed || !macro) return undefined;
  const start = caret - (typed[1]?.length ?? 0) - 2;
  return { text: `${text.slice(0, start)}${macro.text} ${text.slice(caret)}`, caret: start + macro.text.length + 1 };
}

/** Words on a line of their own, behind the line that a place lies in. */
export function withLine(text: string, at: number, words: string): string {
  const end = text.indexOf('\n', at);
  const [before, after] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
  return `${before}${before.trim() === '' ? '' : '\n'}${words}${after}`;
}

/** The same taken out again where it still stands as it was put in. */
export function withoutLine(text: string, words: string): string {
  return text
    .split('\n')
    .filter((line) => line !== words)
    .join('\n');
}
