/** In which order changes travel: what is referred to before what refers to it, each resource's own changes in the order they were made. */
export interface Ordered {
  seq: number;
  type: string;
  id: string;
  body: string | null;
}

/** @param items by `seq`, ascending. Circles of references are opened at their oldest change. */
export function causalOrder<T extends Ordered>(items: readonly T[]): T[] {
  const firstOf = new Map<string, T>();
  for (const item of items) if (!firstOf.has(keyOf(item))) firstOf.set(keyOf(item), item);
  const placed = new Set<T>();
  const onTheWay = new Set<T>();
  const order: T[] = [];
  const previous = previousOfSame(items);

  const place = (item: T): void => {
    // An explicit stack: chains of references can be as long as the batch.
    const stack: { item: T; needs: T[] }[] = [{ item, needs: needsOf(item) }];
    onTheWay.add(item);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top === undefined) return;
      const need = top.needs.pop();
      if (need === undefined) {
        stack.pop();
        placed.add(top.item);
        order.push(top.item);
      } else if (!placed.has(need) && !onTheWay.has(need)) {
        onTheWay.add(need);
        stack.push({ item: need, needs: needsOf(need) });
      }
    }
  };
  const needsOf = (item: T): T[] => {
    const needs: T[] = [];
    const before = previous.get(item);
    for (const key of referencesIn(item.body)) {
      const target = firstOf.get(key);
      if (target !== undefined && target !== item && key !== keyOf(item)) needs.push(target);
    }
    if (before !== undefined) needs.push(before);
    return needs;
  };
  for (const item of items) if (!placed.has(item)) place(item);
  return keepEachInSequence(order);
}

/** A circle can put a later change of a resource before an earlier one: each resource's places are filled by `seq`. */
function keepEachInSequence<T extends Ordered>(order: T[]): T[] {
  const waiting = new Map<string, T[]>();
  for (const item of order) waiting.set(keyOf(item), [...(waiting.get(keyOf(item)) ?? []), item]);
  for (const list of waiting.values()) list.sort((a, b) => a.seq - b.seq);
  return order.map((item) => waiting.get(keyOf(item))?.shift() ?? item);
}

function previousOfSame<T extends Ordered>(items: readonly T[]): Map<T, T> {
  const last = new Map<string, T>();
  const previous = new Map<T, T>();
  for (const item of items) {
    const before = last.get(keyOf(item));
    if (before !== undefined) previous.set(item, before);
    last.set(keyOf(item), item);
  }
  return previous;
}

/** `Type/id` of every literal reference in a resource's text. */
function referencesIn(body: string | null): string[] {
  return body === null
    ? []
    : [...body.matchAll(/"reference":\s*"([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})"/g)].map((match) => match[1] ?? '');
}

/** Ids of the files that a resource's text names as `urn:lamplight:file:ID`. */
export function filesIn(body: string | null): string[] {
  return body === null
    ? []
    : [...new Set([...body.matchAll(/"urn:lamplight:file:([A-Za-z0-9\-.]{1,64})"/g)].map((match) => match[1] ?? ''))];
}

function keyOf(item: Ordered): string {
  return `${item.type}/${item.id}`;
}
