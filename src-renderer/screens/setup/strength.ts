/** How good a new password is, in a word; the core decides by its own rules whether it is taken. */

export type Strength = 'empty' | 'short' | 'plain' | 'fair' | 'strong';

/** Distinct characters below this share of the length, or fewer than this many, read as repetition. */
const DISTINCT_MIN = 6;
const STRONG_LENGTH = 20;

/** @param names what must not make up the password: user name, clinic */
export function strength(password: string, lengthMin: number, names: readonly string[]): Strength {
  const length = [...password].length;
  if (length === 0) return 'empty';
  if (length < lengthMin) return 'short';
  const folded = password.toLowerCase();
  const holdsName = names.some((name) => name.length >= 3 && folded.includes(name.toLowerCase()));
  if (new Set(folded).size < DISTINCT_MIN || holdsName || /^(.{1,6})\1+$/.test(folded)) return 'plain';
  return length >= STRONG_LENGTH ? 'strong' : 'fair';
}
