/** Text in the character sets of (0008,0005), with the code extensions of ISO 2022 (PS3.3 C.12.1.1.2, PS3.5 6.1). */

type Decode = (bytes: Uint8Array) => string;

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
function decoderOf(label: string): InstanceType<typeof TextDecoder> {
  const decoder = decoders.get(label) ?? new TextDecoder(label);
  decoders.set(label, decoder);
  return decoder;
}
const by =
  (label: string): Decode =>
  (bytes) =>
    decoderOf(label).decode(bytes);

/** JIS X 0208 as it stands between escapes has the high bits clear; EUC-JP is the same with them set. */
const jisX0208: Decode = (bytes) => by('euc-jp')(bytes.map((byte) => byte | 0x80));
const jisX0212: Decode = (bytes) => {
  const euc: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) euc.push(0x8f, (bytes[at] ?? 0) | 0x80, (bytes[at + 1] ?? 0) | 0x80);
  return by('euc-jp')(Uint8Array.from(euc));
};
/** Bytes of G0 and G1 together; each decoder leaves the other half as it is. */
const korean = by('euc-kr');
const chinese = by('gbk');

interface Charset {
  decode: Decode;
  /** Whether code extensions may occur. */
  extended?: boolean;
}

/** By the number of the registration: ISO_IR 100, ISO 2022 IR 100. */
const byNumber: Readonly<Record<string, string>> = {
  '6': 'windows-1252',
  '100': 'windows-1252',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'windows-1254',
  '203': 'iso-8859-15',
  '13': 'shift_jis',
  '166': 'windows-874',
  '149': 'euc-kr',
  '58': 'gbk',
  '192': 'utf-8',
  '87': 'shift_jis',
  '159': 'shift_jis',
};

/** What each escape sequence switches to; `wide` where G0 has two bytes a character. */
const escapes: readonly { code: string; decode: Decode; half: 'G0' | 'G1' }[] = [
  { code: '(B', decode: by('windows-1252'), half: 'G0' },
  { code: '(J', decode: by('shift_jis'), half: 'G0' },
  { code: ')I', decode: by('shift_jis'), half: 'G1' },
  { code: '$B', decode: jisX0208, half: 'G0' },
  { code: '$@', decode: jisX0208, half: 'G0' },
  { code: '$(B', decode: jisX0208, half: 'G0' },
  { code: '$(D', decode: jisX0212, half: 'G0' },
  { code: '$)C', decode: korean, half: 'G1' },
  { code: '$)A', decode: chinese, half: 'G1' },
  { code: '-A', decode: by('windows-1252'), half: 'G1' },
  { code: '-B', decode: by('iso-8859-2'), half: 'G1' },
  { code: '-C', decode: by('iso-8859-3'), half: 'G1' },
  { code: '-D', decode: by('iso-8859-4'), half: 'G1' },
  { code: '-L', decode: by('iso-8859-5'), half: 'G1' },
  { code: '-G', decode: by('iso-8859-6'), half: 'G1' },
  { code: '-F', decode: by('iso-8859-7'), half: 'G1' },
  { code: '-H', decode: by('iso-8859-8'), half: 'G1' },
  { code: '-M', decode: by('windows-1254'), half: 'G1' },
  { code: '-T', decode: by('windows-874'), half: 'G1' },
  { code: '-b', decode: by('iso-8859-15'), half: 'G1' },
];

const ESC = 0x1b;
const WIDE_G0: readonly Decode[] = [jisX0208, jisX0212];

/** What (0008,0005) says, parsed; undefined where there is nothing. */
export function charsetOf(values: readonly string[]): Charset | undefined {
  const first = labelOf(values[0] ?? '');
  const extended = values.length > 1 || /2022/.test(values[0] ?? '');
  if (first === undefined && !extended) return undefined;
  return { decode: by(first ?? 'windows-1252'), extended };
}

function labelOf(value: string): string | undefined {
  const name = value.trim().toUpperCase();
  if (name === 'GB18030') return 'gb18030';
  if (name === 'GBK' || name === 'GB2312') return 'gbk';
  if (/^UTF-?8$/.test(name)) return 'utf-8';
  const number = /^ISO[_ -]?(?:2022[_ -]?)?IR[_ -]?(\d+)$/.exec(name)?.[1];
  if (number !== undefined) return byNumber[number];
  const part = /^ISO[_ -]?8859-(\d+)$/.exec(name)?.[1];
  return part === undefined ? undefined : part === '1' ? 'windows-1252' : `iso-8859-${part}`;
}

/**
 * Decodes a value. Without a character set only ASCII is allowed; what else is there is taken as UTF-8 where it is that, as Latin 1 where not.
 * @param delimiters bytes at which code extensions end: backslash, and ^ and = in names
 */
export function decodeText(bytes: Uint8Array, charset: Charset | undefined, delimiters: string): string {
  if (bytes.every((byte) => byte < 0x80 && byte !== ESC)) return String.fromCharCode(...chunked(bytes));
  if (!charset) return guessed(bytes);
  return charset.extended || bytes.includes(ESC) ? extended(bytes, charset.decode, delimiters) : charset.decode(bytes);
}

function* chunked(bytes: Uint8Array): Iterable<number> {
  // A spread of a long array overflows the stack; a value this long is no text that anybody reads.
  yield* bytes.length > 60_000 ? bytes.subarray(0, 60_000) : bytes;
}

function guessed(bytes: Uint8Array): string {
  if (bytes.includes(ESC)) return extended(bytes, by('windows-1252'), '\\^=');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return by('windows-1252')(bytes);
  }
}

function extended(bytes: Uint8Array, initial: Decode, delimiters: string): string {
  const ends = new Set([...`${delimiters}\r\n\f\t`].map((character) => character.charCodeAt(0)));
  let text = '';
  let [g0, g1]: [Decode, Decode] = [initial, initial];
  let from = 0;
  const flush = (to: number) => {
    if (to > from) text += piece(bytes.subarray(from, to), g0, g1);
    from = to;
  };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === ESC) {
      const found = escapes.find(({ code }) =>
        [...code].every((letter, index) => bytes[at + 1 + index] === letter.charCodeAt(0)),
      );
      if (!found) continue;
      flush(at);
      if (found.half === 'G0') g0 = found.decode;
      else g1 = found.decode;
      from = at + 1 + found.code.length;
      at = from - 1;
    } else if (ends.has(byte) && !WIDE_G0.includes(g0)) {
      flush(at);
      [g0, g1] = [initial, initial];
    } else if (ends.has(byte) && (at - from) % 2 === 0 && (byte < 0x21 || resets(bytes, at))) {
      flush(at);
      [g0, g1] = [initial, initial];
    }
  }
  flush(bytes.length);
  return text;
}

/** In two-byte G0 a delimiter may be half of a character; writers must switch back before one (PS3.5 6.1.2.5.3), so this is one only where an escape or the end follows soon. */
function resets(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === ESC || at + 1 === bytes.length;
}

/** A run between escapes: low bytes by G0, high bytes by G1. */
function piece(bytes: Uint8Array, g0: Decode, g1: Decode): string {
  if (WIDE_G0.includes(g0)) return g0(bytes.filter((byte) => byte < 0x80));
  let text = '';
  let from = 0;
  for (let at = 1; at <= bytes.length; at++) {
    const high = (bytes[at - 1] ?? 0) >= 0x80;
    if (at < bytes.length && (bytes[at] ?? 0) >= 0x80 === high) continue;
    text += (high ? g1 : g0)(bytes.subarray(from, at));
    from = at;
  }
  return text;
}

/**
 * A person's name as it is shown: "Yamada^Tarou=山田^太郎" has up to three groups (alphabetic, ideographic, phonetic), each of family, given, middle, prefix, suffix (PS3.5 6.2.1).
 * Controls and marks that turn the direction of text are taken out: a name must not change how what stands beside it reads.
 */
export function nameParts(value: string): { family: string; given: string; shown: string; groups: string[] } {
  const groups = value.split('=').map((group) => {
    const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map(clean);
    const rest = [prefix, given, middle].filter(Boolean).join(' ');
    return [family, rest].filter(Boolean).join(', ') + (suffix ? ` ${suffix}` : '');
  });
  const [family = '', given = '', middle = ''] = (value.split('=')[0] || value.split('=')[1] || '').split('^').map(clean);
  return { family, given: [given, middle].filter(Boolean).join(' '), shown: groups.filter(Boolean).join(' = '), groups };
}

/** Without controls and direction marks, spaces joined. */
export function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
