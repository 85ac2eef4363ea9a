// Folding keeps the length: position n of the folded text is position n of the printed text, so every match can be traced back to its words.

const digits: Record<string, string> = {
  '⁰': '0',
  '¹': '1',
  '²': '2',
  '³': '3',
  '⁶': '6',
  '⁹': '9',
  '₂': '2',
  '₃': '3',
};

const signs: Record<string, string> = {
  µ: 'u',
  μ: 'u',
  '’': "'",
  '‘': "'",
  '`': "'",
  '´': "'",
  '–': '-',
  '—': '-',
  '−': '-',
  '‐': '-',
  '‑': '-',
  '×': 'x',
  '≤': '<',
  '≥': '>',
  º: '°',
  '˚': '°',
  ß: 's',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  œ: 'o',
  æ: 'a',
  '“': '"',
  '”': '"',
  '⁄': '/',
  '∕': '/',
  ı: 'i',
  '\u00a0': ' ',
};

function foldCharacter(char: string): string {
  const known = digits[char] ?? signs[char];
  if (known) return known;
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x0966 && code <= 0x096f) return String(code - 0x0966);
  const lower = char.toLowerCase();
  // Latin letters lose their accents; Devanagari marks stay, they carry the vowels.
  const base = code < 0x0250 ? lower.normalize('NFD').charAt(0) : lower;
  return base.length === char.length ? base : char;
}

const cache = new Map<string, string>();

/** Lower case, without accents, plain digits and dashes; as long as `text` (which should be NFC). */
export function fold(text: string): string {
  let folded = '';
  for (const char of text) {
    let known = cache.get(char);
    if (known === undefined) {
      known = foldCharacter(char);
      cache.set(char, known);
    }
    folded += known;
  }
  return folded;
}

/** Edit distance of two words, counted to at most `limit` (then `limit + 1`). */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 1] ? 0 : 1;
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + swap));
    }
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}

/**
 * Pattern that finds a printed Devanagari or Latin term in folded text: blanks stretch over line ends, Devanagari vowel signs may be
 * missing, doubled or followed by a gap, as recognition and damaged text layers leave them.
 */
function termPattern(term: string): string {
  return [...fold(term.normalize('NFC'))]
    .map((char) => {
      if (/\p{M}/u.test(char)) return '';
      if (/\p{Script=Devanagari}/u.test(char)) return `${char}\\p{M}*`;
      if (char === ' ') return '\\s+';
      return char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    })
    .join('');
}

/** Alternatives, longest first, that begin and end at a word boundary of any script. */
export function wordPattern(terms: readonly string[]): string {
  const ordered = [...terms].sort((a, b) => b.length - a.length);
  return `(?<![\\p{L}\\p{M}\\p{N}])(?:${ordered.map(termPattern).join('|')})(?![\\p{L}\\p{M}])`;
}
