/** Where a frame of a file or a mark stands in the study, and the way there. */
import type { TFunction } from 'i18next';
import type { Mark } from '../../imaging/marks.ts';
import { placeIn, type Stack } from '../../imaging/stacks.ts';
import { axisOf } from '../../imaging/volume.ts';
import type { ViewerCommands } from './useViewerCommands.ts';
import type { ViewerProps } from './Viewer.tsx';

type Finding = Pick<ViewerProps, 'stacks' | 'priorStacks' | 'desk'>;
type Known = Pick<Finding, 'stacks' | 'priorStacks'>;

/** Shows a frame of a file in the active place. */
export async function goTo({ stacks, priorStacks, desk }: Finding, instance: string, frame: number): Promise<void> {
  const stack = [...stacks, ...priorStacks].find(({ instances }) => instances.some(({ id }) => id === instance));
  if (!stack) return;
  if (stack.known) await stack.pictures().catch(() => {});
  const index = placeIn(stack, instance, frame);
  if (desk.stack?.key !== stack.key) {
    desk.goesTo(stack, index);
    desk.place(stack);
  } else desk.tile?.scrollTo(index);
}

/** Shows what a mark lies on: a picture of the study, a cut through it, a photograph. */
export async function goToMark(finding: Finding, { reformat }: ViewerCommands, { picture, cut }: Mark): Promise<void> {
  const { stacks, priorStacks, desk } = finding;
  if (cut) return reformat.show(cut, [...stacks, ...priorStacks]);
  const { from, photograph } = picture ?? {};
  if (from) return goTo(finding, from.instance.id, from.address.frame);
  const stack = photograph && stacks.find((one) => one.photograph === photograph);
  if (stack && desk.stack?.key !== stack.key) desk.place(stack);
}

/** "CT 3, 14/60"; "CT 3, coronal"; the name of a photograph. */
export function whereIsMark({ stacks, priorStacks }: Known, { picture, cut }: Mark, t: TFunction): string | undefined {
  const all = [...stacks, ...priorStacks];
  if (cut) {
    const stack = all.find(({ instances }) => instances.some(({ id }) => id === cut.instance));
    return [stack && named(stack), t(`imaging.axis.${axisOf(cut.normal)}`)].filter(Boolean).join(', ');
  }
  const { from, photograph } = picture ?? {};
  if (from) return whereIs({ stacks, priorStacks }, from.instance.id, from.address.frame);
  return all.find((one) => one.photograph !== undefined && one.photograph === photograph)?.series.description;
}

function named({ series }: Stack): string {
  return [series.modality, series.number].filter((part) => part !== undefined).join(' ');
}

/** "CT 3, 14/60". */
export function whereIs({ stacks, priorStacks }: Known, instance: string, frame: number): string | undefined {
  const stack = [...stacks, ...priorStacks].find(({ instances }) => instances.some(({ id }) => id === instance));
  if (!stack) return undefined;
  const index = placeIn(stack, instance, frame) + 1;
  return [named(stack), stack.count > 1 ? `${index}/${stack.count}` : ''].filter(Boolean).join(', ');
}
