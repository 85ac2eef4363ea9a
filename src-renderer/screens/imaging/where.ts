/** Where a frame of a file stands in the study, and the way there. */
import type { ViewerProps } from './Viewer.tsx';

type Finding = Pick<ViewerProps, 'stacks' | 'priorStacks' | 'desk'>;

/** Shows a frame of a file in the active place. */
export async function goTo({ stacks, priorStacks, desk }: Finding, instance: string, frame: number): Promise<void> {
  const stack = [...stacks, ...priorStacks].find(({ instances }) => instances.some(({ id }) => id === instance));
  if (!stack) return;
  const index = stack.instances.length > 1 ? stack.instances.findIndex(({ id }) => id === instance) : frame - 1;
  if (desk.stack?.key !== stack.key) {
    desk.goesTo(stack, index);
    desk.place(stack);
  } else desk.tile?.scrollTo(index);
}

/** "CT 3, 14/60". */
export function whereIs(
  { stacks, priorStacks }: Pick<Finding, 'stacks' | 'priorStacks'>,
  instance: string,
  frame: number,
): string | undefined {
  const stack = [...stacks, ...priorStacks].find(({ instances }) => instances.some(({ id }) => id === instance));
  if (!stack) return undefined;
  const index = stack.instances.length > 1 ? stack.instances.findIndex(({ id }) => id === instance) + 1 : frame;
  return [
    [stack.series.modality, stack.series.number].filter((part) => part !== undefined).join(' '),
    stack.count > 1 ? `${index}/${stack.count}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
