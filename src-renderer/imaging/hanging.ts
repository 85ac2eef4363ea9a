/** How the stacks of a study are laid out at first, by modality. */
import type { ImagingStudyRow } from '../../src-shared/contract/imaging.ts';
import type { Layout } from './desk.ts';
import type { Stack } from './stacks.ts';

export interface Hung {
  layout: Layout;
  cells: readonly (Stack | null)[];
}

/** Right beside left, as mammograms are read: craniocaudal above, oblique below. */
const mammography = [
  ['R', 'CC'],
  ['L', 'CC'],
  ['R', 'MLO'],
  ['L', 'MLO'],
] as const;

/**
 * @param first the series to begin with; without it the modality decides
 */
export function hanging(stacks: readonly Stack[], first?: string): Hung {
  const wanted = stacks.find(({ series }) => series.uid === first);
  if (wanted) return one(wanted);
  const pictures = stacks.filter(({ kind }) => kind === 'pictures');
  const [leading] = pictures;
  if (!leading) return one(stacks[0] ?? null);
  const same = pictures.filter(({ series }) => series.modality === leading.series.modality);
  switch (leading.series.modality) {
    case 'MG':
      return hangMammograms(same);
    case 'CR':
    case 'DX':
      return same.length > 1 ? { layout: { rows: 1, columns: 2 }, cells: same.slice(0, 2) } : one(leading);
    case 'CT':
    case 'MR':
    case 'PT': {
      // The one with most slices says most; a locator of few pictures comes last.
      const longest = same.reduce((best, stack) => (stack.count > best.count ? stack : best), leading);
      return one(longest);
    }
    default:
      return one(leading);
  }
}

function hangMammograms(stacks: readonly Stack[]): Hung {
  const of = (side: string, view: string) =>
    stacks.find((stack) => stack.instances.some(({ laterality, viewPosition }) => laterality === side && viewPosition === view));
  const places = mammography.map(([side, view]) => of(side, view) ?? null);
  const found = places.filter((stack) => stack !== null);
  // Four views in one series are one stack: they cannot lie side by side as they are.
  if (new Set(found).size < 2) return one(stacks[0] ?? null);
  return { layout: { rows: 2, columns: 2 }, cells: places };
}

function one(stack: Stack | null): Hung {
  return { layout: { rows: 1, columns: 1 }, cells: [stack] };
}

/** What of an earlier examination is most like a stack: the same words, else the same modality with most pictures. */
export function partnerStack(stack: Stack | null, earlier: readonly Stack[]): Stack | undefined {
  const same = earlier.filter(({ kind, series }) => kind === 'pictures' && (!stack || series.modality === stack.series.modality));
  const named = same.find(({ series }) => series.description !== '' && series.description === stack?.series.description);
  return named ?? same.sort((one, other) => other.count - one.count)[0] ?? earlier.find(({ kind }) => kind === 'pictures');
}

/** What is made from pictures, or of words: nobody compares two examinations by it. */
const derived = new Set(['SEG', 'SR', 'KO', 'PR', 'DOC', 'REG', 'RTSTRUCT', 'RTPLAN', 'RTDOSE', 'RTRECORD']);

/**
 * The last examination before this one that can be laid beside it: of the same part of the body where there is one, else of the same modality.
 * @param modality of the stack that is shown
 */
export function lastBefore(
  study: ImagingStudyRow,
  studies: readonly ImagingStudyRow[],
  modality: string | undefined,
): ImagingStudyRow | undefined {
  const shared = (one: string) => study.modalities.includes(one) && !derived.has(one);
  const earlier = studies
    .filter((other) => other.uid !== study.uid && (other.date ?? '') <= (study.date ?? '') && other.modalities.some(shared))
    .sort((one, other) => (other.date ?? '').localeCompare(one.date ?? ''));
  const same = earlier.filter(({ modalities }) => modality !== undefined && modalities.includes(modality));
  return same.find(({ bodyParts }) => bodyParts.some((one) => study.bodyParts.includes(one))) ?? same[0] ?? earlier[0];
}
