import { fold, wordPattern } from './fold.ts';

// All patterns run over folded text.

const number = '\\d{1,3}(?:[., ]\\d{3})+(?![\\d])|\\d+(?:[.,]\\d+)?|½|¼';
/** Without a full stop that ends the sentence, not the abbreviation. */
const tidyFrequency = (printed: string): string =>
  printed
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^([^.]*)\.$/, '$1');

const massUnits =
  'mg|milligrams?|miligramos?|miligramas?|milligrammes?|miligramu|g|grams?|gramos?|grammes?|gramas?|gr|mcg|ug|micrograms?|microgramos?|microgramas?|microgrammes?|maikrogramu|ng|nanograms?|units?|unidades|unites?|unidade|iu|ui|u|i\\.u\\.|vitengo|mmol|meq|ml|मिग्रा|मि\\.?ग्रा\\.?|मिलीग्राम|ग्राम|यूनिट|एमएल|माइक्रोग्राम';
const countUnits =
  'tablets?|tabs?|capsules?|caps?|puffs?|drops?|sachets?|patch(?:es)?|sprays?|ampoules?|vials?|suppositor(?:y|ies)|comprimidos?|comp\\.?|capsulas?|inhalaciones|inhalacion|gotas?|sobres?|parches?|parche|comprimes?|cp|gelules?|bouffees?|gouttes?|inhalacoes|inhalacao|vidonge|kidonge|matone|गोली|गोलियां|कैप्सूल|बूंद|चम्मच|pulverizaciones|pulverizations?|unidosis|teaspoons?|dose';

const each =
  '(?:\\s?(?:\\/|per)\\s?(?:\\d+(?:[.,]\\d+)?\\s?)?(?:ml|l|dose|puff|actuation|inhalation|(?<!\\d\\s?)(?:h|hr|hour|hora|heure)|24\\s?h|day|kg|patch|spray|m2|g|dosis|tablet)(?![\\p{L}]))?';
// "5.4 mg/dL" and "31 ng/L" are concentrations in blood, no doses.
const notBlood = '(?!\\s?\\/\\s?(?:d?l|mmol|mol|min|24|1\\.73)(?![\\p{L}]))';

/** A dose: "500 mg", "875/125 mg", "5-10 mg", "250 mg/5 mL", "100 micrograms", "32 unités". */
export const dosePattern = `(?<![\\p{L}\\d.,/])(?:${number})(?:\\s?(?:mg|g|mcg)?\\s?[/+-]\\s?(?:${number}))*\\s?(?:${massUnits})(?![\\p{L}\\p{M}\\d])${notBlood}${each}(?!\\s?\\/\\s?(?:d?l|mmol)(?![\\p{L}]))`;
/** A number of pieces: "2 puffs", "1 comprimido". */
export const countPattern = `(?<![\\p{L}\\d.,/])(?:${number}|one|two|half|un|une|una|uno|dos|deux|um|uma|dois|duas|एक|दो|आधा)(?:\\s?[-/]\\s?\\d+)?\\s+(?:${countUnits})(?![\\p{L}\\p{M}])`;

// ---- routes: what is printed, and what is offered for it in English; other languages are offered as printed, without "via".

const routes: [pattern: string, offered: string | undefined][] = [
  ['by\\s+mouth|orally|per\\s+os|v\\.?o\\.?(?=[\\s,;.)]|$)|p\\.?\\s?o\\.?(?=[\\s,;.]|$)', 'oral'],
  ['(?:by\\s+)?subcutaneous(?:ly)?(?:\\s+injection)?|s\\.?\\/?c\\.?(?=[\\s,;.)]|$)|subcut\\.?', 'subcutaneous'],
  ['(?:by\\s+)?intramuscular(?:ly)?(?:\\s+injection)?|i\\.?\\/?m\\.?(?=[\\s,;.)]|$)', 'intramuscular'],
  ['intravenous(?:ly)?|i\\.?\\/?v\\.?(?=[\\s,;.)]|$)', 'intravenous'],
  ['sublingual(?:ly)?|s\\.?l\\.?(?=[\\s,;.)]|$)|under\\s+the\\s+tongue|s\\/l', 'sublingual'],
  ['inhaled|by\\s+inhalation|via\\s+inhaler|nebuli[sz]ed|via\\s+nebuli[sz]er|inh\\.?(?=[\\s,;]|$)', 'inhaled'],
  ['rectal(?:ly)?|per\\s+rectum|p\\.?r\\.?(?=[\\s,;]|$)', 'rectal'],
  ['topical(?:ly)?|to\\s+the\\s+skin|applied\\s+to\\s+the\\s+\\p{L}+(?:\\s+(?:area|skin))?', 'topical'],
  ['transdermal(?:ly)?', 'transdermal'],
  ['vaginal(?:ly)?|per\\s+vaginam', 'vaginal'],
  ['intranasal(?:ly)?|nasal(?:ly)?|into\\s+each\\s+nostril', 'nasal'],
  ['(?:into|in|to)\\s+(?:the\\s+)?(?:both|left|right|affected|each)\\s+eyes?', 'ocular'],
  ['(?:into|in|to)\\s+(?:the\\s+)?(?:both|left|right|affected)\\s+ears?', 'otic'],
  [
    '(?:por\\s+)?via\\s+(?<bare>oral|inhalada|inhalatoria|subcutanea|intramuscular|intravenosa|endovenosa|sublingual|topica|rectal|oftalmica|nasal|transdermica|vaginal|cutanea|inalatoria|retal)',
    undefined,
  ],
  [
    '(?:par\\s+)?voie\\s+(?<bare>orale|sous-cutanee|intramusculaire|intraveineuse|sublinguale|inhalee|rectale|cutanee|topique|nasale|vaginale|ophtalmique)',
    undefined,
  ],
  ['sous-cutanee?|intramusculaire|intraveineuse|intraveineux|sublinguale?|inhalee?|en\\s+inhalation|per\\s+os', undefined],
  ['subcutane[oa]|intramuscular|intravenos[oa]|sublingual|inhalad[oa]|inalad[oa]|oralmente|oral|orale', undefined],
  [
    'kwa\\s+(?:mdomo|mshipa|misuli|sindano(?:\\s+ya\\s+(?:msuli|mshipa))?|njia\\s+ya\\s+(?:haja\\s+kubwa|mdomo|mshipa)|kuvuta|kupaka|kunywa)|chini\\s+ya\\s+(?:ulimi|ngozi)',
    undefined,
  ],
];
const hindiRoutes = ['मुंह से', 'मुँह से', 'मुख से', 'नस में', 'इंजेक्शन से', 'मांसपेशी में', 'त्वचा के नीचे', 'जीभ के नीचे', 'सांस से', 'नस से'];

const routePatterns = [
  ...routes.map(([pattern, offered]) => ({
    pattern: new RegExp(`(?<![\\p{L}\\p{M}\\d/])(?:${pattern})(?![\\p{L}\\p{M}])`, 'gu'),
    offered,
  })),
  { pattern: new RegExp(wordPattern(hindiRoutes), 'gu'), offered: undefined },
];

export interface Part {
  start: number;
  end: number;
}

export interface RoutePart extends Part {
  route: string;
}

/** The first route in a stretch, as it is offered. */
export function findRoute(printed: string): RoutePart | undefined {
  const folded = fold(printed);
  let best: RoutePart | undefined;
  for (const { pattern, offered } of routePatterns) {
    pattern.lastIndex = 0;
    const match = pattern.exec(folded);
    if (
      !match ||
      (best && (match.index > best.start || (match.index === best.start && match[0].length <= best.end - best.start)))
    )
      continue;
    const bare = match.groups?.bare;
    const at = bare ? match.index + match[0].lastIndexOf(bare) : match.index;
    best = {
      start: match.index,
      end: match.index + match[0].length,
      route: offered ?? printed.slice(at, match.index + match[0].length).replace(/\s+/g, ' '),
    };
  }
  return best;
}

// ---- frequencies

const count =
  '(?:\\d+|once|one|two|three|four|five|six|un[ae]?|dos|tres|cuatro|deux|trois|quatre|um[a]?|duas|quatro|moja|mbili|tatu|nne)';
const meals = 'meals?|food|breakfast|lunch|dinner|supper|tea|water|milk|evening\\s+meal';
const spell = '(?:hours?|hrs?|h|days?|weeks?|months?|nights?|minutes?)';
const frequencies = [
  // English
  '(?:once|twice|thrice|(?:one|two|three|four|five|six|\\d)\\s+times?)\\s+(?:(?:a|an|per|each|every)\\s+)?(?:daily|day|weekly|week|month|monthly|nightly|night)',
  '(?:once|twice)(?=\\s+(?:in|at|before))',
  'daily|nightly|weekly|fortnightly|monthly|every\\s+other\\s+day|(?:on\\s+)?alternate\\s+(?:days|nights)',
  `every\\s+(?:\\d+(?:\\s?-\\s?\\d+)?|two|three|four|six|eight|twelve|second|third)?\\s*(?:to\\s+\\d+\\s+)?${spell}`,
  'every\\s+(?:morning|evening|night|day)',
  '\\d{1,2}(?:\\s?-\\s?\\d{1,2})?\\s?-?\\s?hourly',
  'at\\s+(?:night|bedtime|lunchtime|breakfast|noon|teatime)',
  'in\\s+the\\s+(?:morning|evening|afternoon)',
  '(?:each|every|before|on)\\s+(?:morning|evening|night|bedtime)',
  '(?:each|on)\\s+(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)',
  'morning\\s+and\\s+(?:evening|night)',
  'mane|nocte|noct|at\\s+hs',
  '(?:o\\.?d|b\\.?d|t\\.?d\\.?s|t\\.?i\\.?d|b\\.?i\\.?d|q\\.?d\\.?s|q\\.?i\\.?d|q\\.?d|p\\.?r\\.?n|o\\.m|o\\.n|h\\.?s|q\\.?h\\.?s|s\\.?o\\.?s|stat|a\\.?c|p\\.?c)\\.?(?=[\\s,;:.)\\]]|$)',
  'q\\.?\\s?\\d{1,2}(?:\\s?-\\s?\\d{1,2})?\\s?h(?:rs?|ourly)?',
  '(?:when|as|if)\\s+(?:required|needed|necessary)(?:\\s+for\\s+\\p{L}+)?',
  'if\\s+(?:required|needed|pain)',
  'until\\s+(?:\\d+\\s+\\p{L}+|review|well|\\p{L}+\\s+\\d{1,2})',
  `(?:with|after|before|during)\\s+(?:each\\s+|the\\s+|main\\s+)?(?:${meals})(?:\\s+and\\s+(?:${meals}))?`,
  'on\\s+an\\s+empty\\s+stomach',
  'for\\s+(?:a\\s+(?:further|total\\s+of)\\s+)?(?:\\d+|one|two|three|four|five|six|seven|ten|fourteen)\\s+(?:more\\s+|further\\s+)?(?:days?|weeks?|months?|doses?)',
  'x\\s?\\d+\\s?(?:days?|weeks?|months?|\\/7|d)(?![\\p{L}])',
  'single\\s+dose|one\\s+dose',
  '(?:when|at)\\s+(?:going\\s+to\\s+)?bed(?:time)?',
  '\\d+\\/7(?!\\d)',
  // Notations read the same everywhere: morning-noon-evening(-night), c/8h, 8/8 h, 1x3
  '(?<![\\d-])[\\d½](?:[.,]5)?\\s?-\\s?[\\d½](?:[.,]5)?\\s?-\\s?[\\d½](?:[.,]5)?(?:\\s?-\\s?[\\d½])?(?![\\d-])',
  'c\\s?\\/\\s?\\d{1,2}\\s?(?:h(?:oras|rs?)?)?\\.?',
  '\\d{1,2}\\s?\\/\\s?\\d{1,2}\\s?h(?:oras)?',
  '\\d\\s?x\\s?\\d(?:\\s+kwa\\s+siku\\s+\\d+)?(?![\\d])',
  `\\d\\s?x\\s?\\/\\s?(?:j(?:our)?|dia|d|day)`,
  // Spanish
  'cada\\s+\\d+(?:\\s?-\\s?\\d+)?\\s+(?:horas?|dias?|semanas?|h)',
  'cada\\s+(?:dia|noche|manana|semana|mes)',
  `${count}\\s+ve(?:z|ces)\\s+(?:al|por|a\\s+la)\\s+(?:dia|semana|mes)`,
  'por\\s+la\\s+(?:manana|noche|tarde)',
  '(?:al|antes\\s+de)\\s+(?:acostarse|dormir|levantarse)',
  'en\\s+(?:ayunas|desayuno|comida|cena)',
  '(?:en\\s+)?(?:desayuno|comida|cena)(?:\\s*(?:,|y|-)\\s*(?:comida|cena))+',
  'con\\s+(?:las\\s+comidas|el\\s+desayuno|la\\s+comida|la\\s+cena|alimentos)',
  '(?:antes|despues)\\s+d(?:e|el)\\s+(?:las\\s+comidas|desayuno|la\\s+comida|la\\s+cena|comer|cenar)',
  'durante\\s+\\d+\\s+(?:dias?|semanas?|mes(?:es)?)',
  'si\\s+(?:precisa|dolor|fiebre|necesario|lo\\s+precisa|es\\s+necesario|disnea)',
  'diari[oa](?:mente)?|semanal(?:mente)?|dosis\\s+unica|a\\s+demanda|dias\\s+alternos|una\\s+diaria|hasta\\s+(?:nueva\\s+orden|revision)',
  // French
  `${count}\\s+fois\\s+(?:par\\s+(?:jour|semaine|mois)|\\/\\s?j(?:our)?)`,
  '(?:\\d\\s?)?(?:par|\\/)\\s?j(?:our)?(?![\\p{L}])',
  'le\\s+(?:matin|soir|midi|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)',
  '(?:matin|midi|soir)(?:\\s*(?:,|et|-)\\s*(?:matin|midi|soir))*',
  'au\\s+(?:coucher|lever|petit-dejeuner|dejeuner|diner)',
  '(?:avant|apres|pendant|au\\s+cours\\s+d(?:u|es))\\s+(?:les\\s+|le\\s+)?repas',
  'toutes\\s+les\\s+(?:\\d+\\s+)?(?:heures?|h|semaines?|jours?|mois)',
  '(?:pendant|durant)\\s+\\d+\\s+(?:jours?|semaines?|mois)',
  'si\\s+(?:besoin|douleurs?|necessaire|fievre)',
  'a\\s+jeun|en\\s+une\\s+prise|en\\s+continu|quotidien(?:nement)?|un\\s+jour\\s+sur\\s+deux|chaque\\s+(?:matin|soir|jour|semaine)',
  // Portuguese
  'de\\s+\\d+\\s+em\\s+\\d+\\s+(?:horas?|h|dias|semanas)',
  `${count}\\s+vez(?:es)?\\s+(?:por|ao|a|/)\\s*(?:dia|semana|mes)`,
  'a\\s+noite|de\\s+manha|pela\\s+manha|a\\s+tarde|ao\\s+(?:deitar|jantar|almoco|pequeno-almoco|acordar|levantar)',
  'em\\s+jejum',
  '(?:antes|depois)\\s+d(?:as?|os?)\\s+(?:refeicoes|refeicao|almoco|jantar|pequeno-almoco)',
  'com\\s+as\\s+refeicoes|as\\s+refeicoes',
  '(?:durante|por)\\s+\\d+\\s+(?:dias?|semanas?|mes(?:es)?)',
  'se\\s+(?:dor|necessario|febre|precisar)|em\\s+sos|uma\\s+toma|toma\\s+unica|diariamente|por\\s+dia|ao\\s+dia|al\\s+dia',
  // Swahili
  'kila\\s+baada\\s+ya\\s+(?:saa|masaa)\\s+\\d+',
  'kila\\s+(?:siku|wiki|mwezi|saa\\s+\\d+|masaa\\s+\\d+)',
  `mara\\s+${count}(?:\\s+(?:kwa|kila)\\s+(?:siku|wiki|mwezi))?`,
  '(?:kutwa|siku)\\s+mara\\s+\\p{L}+',
  'asubuhi(?:\\s+na\\s+(?:jioni|usiku))?|jioni|usiku|wakati\\s+wa\\s+kulala',
  '(?:kabla|baada)\\s+ya\\s+(?:kula|chakula)',
  'kwa\\s+siku\\s+\\p{L}+|kwa\\s+siku\\s+\\d+|kwa\\s+wiki\\s+\\d+',
  'dozi\\s+ya\\s+kwanza|dozi\\s+moja|inapohitajika|ikihitajika|kwa\\s+maumivu',
];
const hindiFrequencies = [
  'दिन में एक बार',
  'दिन में दो बार',
  'दिन में तीन बार',
  'दिन में चार बार',
  'सप्ताह में एक बार',
  'हफ्ते में एक बार',
  'रोज',
  'रोजाना',
  'प्रतिदिन',
  'रात को',
  'रात में',
  'सोते समय',
  'सुबह',
  'शाम',
  'सुबह शाम',
  'सुबह-शाम',
  'भोजन के बाद',
  'भोजन से पहले',
  'खाने के बाद',
  'खाने से पहले',
  'नाश्ते से पहले',
  'नाश्ते के बाद',
  'खाली पेट',
  'बुखार होने पर',
  'दर्द होने पर',
  'जरूरत पड़ने पर',
  'आवश्यकता होने पर',
  'ज़रूरत पड़ने पर',
];
const hindiSpans =
  'हर\\s+\\d+\\s+घ\\p{M}*ट\\p{M}*(?:\\s+(?:पर|म\\p{M}*))?|\\d+\\s+(?:दिन|द\\p{M}*न|सप्ताह|स\\p{M}*प्?\\p{M}*त\\p{M}*ह\\p{M}*|हफ\\p{M}*त\\p{M}*)\\s+तक|दिन\\s+में\\s+\\d+\\s+बार';

const frequencyUnit = `(?:(?<=^|\\p{L}\\s?)\\/\\s?(?:4|6|8|12|24)\\s?h(?:oras?|rs?)?(?![\\p{L}])|(?<![\\p{L}\\p{M}\\d/])(?:${[...frequencies].join('|')}|${hindiSpans})(?![\\p{L}\\p{M}])|${wordPattern(hindiFrequencies)})`;
const frequencyPattern = new RegExp(
  `${frequencyUnit}(?:(?:\\s*[,(]?\\s*|\\s+(?:and|then|y|et|e|na|और)\\s+)${frequencyUnit})*`,
  'gu',
);

/** The first frequency in a stretch: neighbouring parts ("twice daily", "with meals", "for 7 days") make one. */
export function findFrequency(printed: string): (Part & { frequency: string }) | undefined {
  frequencyPattern.lastIndex = 0;
  const match = frequencyPattern.exec(fold(printed));
  // OM and ON (every morning, every night) count in capitals only: "on" is a word.
  if (!match) {
    const capitals = /\b(?:OM|ON)\b/.exec(printed);
    return capitals ? { start: capitals.index, end: capitals.index + 2, frequency: capitals[0] } : undefined;
  }
  const end = match.index + match[0].length;
  return { start: match.index, end, frequency: tidyFrequency(printed.slice(match.index, end)) };
}
