import { fold } from './fold.ts';
import type { MedicationStatus } from './types.ts';

const words: [MedicationStatus, string][] = [
  [
    'STOPPED',
    'stop(?:ped|ping)?|discontinu(?:e|ed)|ceased?|withdrawn|held|suspend(?:ed|eu|e)?|suspendid[oa]|suspender|suspende|suspens[oa]|retirad[oa]|retirar|interrump\\p{L}+|arret(?:e|ee|er|es)?|suspendu(?:e|s)?|interrompu(?:e|s)?|parad[oa]|descontinuad[oa]|interrompid[oa]|imesimamishwa|imesitishwa|ameacha|acha|aache|achishwa|imeachishwa|usitumie|बंद',
  ],
  [
    'new dose',
    'new\\s+dose|dose\\s+changed?|changed?\\s+dose|nueva\\s+dosis|nouvelle\\s+dose|nova\\s+dose|dozi\\s+mpya|नई\\s+खुराक',
  ],
  [
    'reduced',
    'reduced?|decreased?|halved|lowered|reducid[oa]|disminuid[oa]|reducir|reduce|reduit(?:e|s)?|diminue(?:e|s)?|diminuid[oa]|reduzid[oa]|reduzir|imepunguzwa|punguza|imepungua|कम',
  ],
  [
    'increased',
    'increased?|doubled|uptitrated|up-titrated|aumentad[oa]|aumentar|incrementad[oa]|augmente(?:e|s)?|imeongezwa|ongeza|बढ़ा\\p{L}*|बढ़ाया|बढ़ाई',
  ],
  [
    'unchanged',
    'unchanged|no\\s+change|continued?|same(?:\\s+dose)?|as\\s+before|sin\\s+cambios|mantener|continuar|igual|inchangee?s?|poursuivi(?:e|s)?|poursuivre|sans\\s+changement|manter|mantem|mantida?|sem\\s+alterac\\p{L}+|inalterad[oa]|inaendelea|endelea|aendelee|haijabadilika|जारी|पहले\\s+जैसा',
  ],
  [
    'new',
    'new(?:ly\\s+started)?|started|start|initiated|commenced|added|nuev[oa]|iniciad[oa]|iniciar|inicia|inicio|nouveau|nouvelle|introduite?|debute(?:e|s)?|instaure(?:e|s)?|nov[oa]|introduzid[oa]|mpya|ameanza|ameanzishiwa|imeanzishwa|नया|नई|नयी|शुरू',
  ],
];

const patterns = words.map(([status, pattern]): [MedicationStatus, RegExp] => [
  status,
  new RegExp(`(?<![\\p{L}\\p{M}])(?:${pattern})(?![\\p{L}\\p{M}])`, 'u'),
]);

/** What a cell, a bracket or a clause says happened to a medicine. */
export function statusIn(printed: string): MedicationStatus | undefined {
  const folded = fold(printed);
  const hits = patterns
    .map(([status, pattern]) => ({ status, at: folded.search(pattern) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  // "not started", "do not stop": no statement that can be offered.
  const first = hits[0];
  if (!first || /\b(?:not|no|never|don't|ne|nao|hapana|without)\s+(?:\p{L}+\s+)?$/u.test(folded.slice(0, first.at)))
    return undefined;
  // "new dose" also holds "new".
  return hits.find((h) => h.at === first.at && h.status === 'new dose')?.status ?? first.status;
}
