/** Where each person was when they locked or made room for somebody else: they come back to it. In memory alone, and addresses hold no more than ids. */
const places = new Map<string, string>();

const START = '#/';

export function rememberPlace(person: string): void {
  places.set(person, window.location.hash);
}

/** Whoever signs out begins at the beginning. */
export function forgetPlace(person: string): void {
  places.delete(person);
}

/** Goes where this person was. Going back from there must not lead to what somebody else had open, so it is marked as the first of theirs. */
export function goToPlaceOf(person: string): void {
  window.history.pushState({ [FIRST]: true }, '', places.get(person) ?? START);
}

/** Is there a screen before this one that is this person's own? */
export function mayGoBack(): boolean {
  // The history's state is ours or the router's: an object or nothing.
  const state = window.history.state as Record<string, unknown> | null;
  return state?.[FIRST] !== true;
}

const FIRST = 'lamplightFirst';
