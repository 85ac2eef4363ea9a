/** Many at once in the order given: the next are decoded while the network works on the present one. */
import { availableParallelism } from 'node:os';

/** One more than there are cores: a core that waits for the disk has something to do. */
export const AT_ONCE = availableParallelism() + 1;

/** Runs `work` on every item, `atOnce` at a time. The first failure ends it after what has begun; results keep their order. */
export async function forMany<Item, Result>(
  items: readonly Item[],
  work: (item: Item, place: number) => Promise<Result>,
  atOnce = AT_ONCE,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (!failed && next < items.length) {
      const place = next++;
      try {
        results[place] = await work(items[place] as Item, place); // place is within the list
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  const broken = lanes.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
  return results;
}
