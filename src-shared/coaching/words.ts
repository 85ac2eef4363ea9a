import { stemmer } from 'stemmer';

const STOP_WORDS = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by can could
  did do does doing don't down during each few for from further get gets getting go goes going had has have having he her here
  hers him his how i i'm if in into is it it's its itself just keep keeps let like may me might more most much my need no nor of
  off on once only or other our out over own same she should so some such than that the their them then there these they this
  those through to too under until up upon us use used very was we were what when where which while who whom whose why will
  with without would you your yours someone somebody something people person thing things many make makes made come comes
  happen happens mean means tell know called known im ive dont doesnt isnt cant`.split(/\s+/),
);

// British to American spelling, as the sources write it; parts that hardly occur in other words.
const SPELLING: readonly (readonly [RegExp, string])[] = [
  [/haem/g, 'hem'],
  [/aem(?=i[ac])/g, 'em'],
  [/oedema/g, 'edema'],
  [/oesoph/g, 'esoph'],
  [/oestr/g, 'estr'],
  [/rrhoea/g, 'rrhea'],
  [/foet/g, 'fet'],
  [/faec/g, 'fec'],
  [/paed/g, 'ped'],
  [/orthopaed/g, 'orthoped'],
  [/gynaec/g, 'gynec'],
  [/anaesth/g, 'anesth'],
  [/caec/g, 'cec'],
  [/leukaem/g, 'leukem'],
  [/coeliac/g, 'celiac'],
  [/dyspnoea/g, 'dyspnea'],
  [/apnoea/g, 'apnea'],
  [/tumour/g, 'tumor'],
  [/colour/g, 'color'],
  [/odour/g, 'odor'],
  [/behaviour/g, 'behavior'],
  [/fibre/g, 'fiber'],
  [/litre/g, 'liter'],
  [/centre/g, 'center'],
  [/paralys(?=e)/g, 'paralyz'],
  [/(?<=[a-z]{3})isation\b/g, 'ization'],
  [/(?<=[a-z]{4})ise(?=[sd]?\b)/g, 'ize'],
  [/sulph/g, 'sulf'],
  [/ageing/g, 'aging'],
  [/grey/g, 'gray'],
  [/mould/g, 'mold'],
];

/** Stems of the words of a text that carry meaning, in order. */
export function terms(text: string): string[] {
  const found: string[] = [];
  for (const word of plainWords(text)) {
    const stem = STEMS.get(word) ?? remember(word);
    if (stem !== '') found.push(stem);
  }
  return found;
}

/** Lower-case words in American spelling without accents, stop words included. */
export function plainWords(text: string): string[] {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[’`]/g, "'");
  return plain.match(/[a-z0-9]+(?:'[a-z]+)?/g) ?? [];
}

// Words repeat: 3 million words of the knowledge base are 60,000 different ones.
const STEMS_MAX = 200_000;
const STEMS = new Map<string, string>();

function remember(word: string): string {
  const stem = stemOf(word);
  if (STEMS.size >= STEMS_MAX) STEMS.clear();
  STEMS.set(word, stem);
  return stem;
}

function stemOf(word: string): string {
  if (STOP_WORDS.has(word)) return '';
  let plain = word.replace(/'s?$|'(?=[a-z])/g, '');
  if (plain.length < 2 || STOP_WORDS.has(plain)) return '';
  for (const [british, american] of SPELLING) plain = plain.replace(british, american);
  return /\d/.test(plain) ? plain : stemmer(plain);
}
