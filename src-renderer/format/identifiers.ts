/** Which of a patient's numbers people read out: those with a name, short ones first. */

interface Identifier {
  value: string;
  label?: string;
}

/** A number longer than this (a UUID of some system) is only shown where there is no other. */
const READABLE_LENGTH_MAX = 24;

export function shownIdentifiers<Id extends Identifier>(identifiers: readonly Id[], max: number): Id[] {
  const distinct = identifiers.filter(({ value }, index) => identifiers.findIndex((each) => each.value === value) === index);
  const readable = distinct.filter(({ value }) => value.length <= READABLE_LENGTH_MAX);
  return (readable.length > 0 ? readable : distinct).slice(0, max);
}
