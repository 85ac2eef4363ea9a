import { plainWords } from './words.ts';

/** What a passage is about, as MedQuAD names it. */
export const QUESTION_TYPES = [
  'information',
  'symptoms',
  'causes',
  'treatment',
  'exams and tests',
  'prevention',
  'outlook',
  'complications',
  'inheritance',
  'genetic changes',
  'frequency',
  'susceptibility',
  'considerations',
  'research',
  'stages',
  'support groups',
] as const;

export type QuestionType = (typeof QUESTION_TYPES)[number];

/** Turns of phrase that say what is asked; an asterisk stands for the rest of a word. */
const CUES: Partial<Record<QuestionType, string>> = {
  symptoms: `symptom* sign signs feature* complaint* feel* |look like|show itself|shows itself|point to|warning|suggest*|present with`,
  causes: `cause* why due reason* trigger* lead leads provoke* damages |bring on|brings on|come from|wear out|result of`,
  treatment: `treat* cure* therap* medicine* medication* drug* drugs pill pills tablet* surgery operation manage* managed relief relieve* ease*
    eased settle* injection* steroid* antibiotic* cream inhale* inhaler* insulin statin* diuretic* chemotherapy radiotherapy radiation remove removing
    removal laser stimulation vaccine* replacement transplant* option* |get rid|getting rid|what helps|what can be done|what is done|keep under control`,
  'exams and tests': `diagnos* test tests tested testing scan scans confirm* detect* screening biops* measure* reading readings |find out|found out|
    blood test|x ray|checked for|how is * found`,
  prevention: `prevent* avoid* stop* |keep from|protect against|reduce the risk|lower the risk|lower my risk|ward off|so as not|stay free`,
  outlook: `outlook prognosis surviv* expectancy |long term|how long do|life span|get better|chance of recovery`,
  complications: `complication* consequences |what else can go wrong|can lead to|if left untreated|untreated`,
  inheritance: `inherit* hereditary |runs in|passed on|pass it|passed down|family risk`,
  'genetic changes': `gene genes mutation* chromosome* genetic`,
  frequency: `common rare prevalence incidence |how many|how often|how frequent`,
  susceptibility: `likely risk risks |who gets|at risk|more prone|who is most`,
  considerations: `diet eat eating nutrition food foods drink`,
  research: `research trial trials studies study`,
  stages: `stage stages staging`,
};

interface Cues {
  type: QuestionType;
  pattern: RegExp;
}

let patterns: Cues[] | undefined;

/** Question types whose turns of phrase occur in the question, in no order; empty when it says nothing of the kind. */
export function askedTypes(question: string): Set<QuestionType> {
  patterns ??= QUESTION_TYPES.flatMap((type) => {
    const cues = CUES[type];
    return cues === undefined ? [] : [{ type, pattern: pattern(cues) }];
  });
  const text = ` ${plainWords(question).join(' ')} `;
  return new Set(patterns.filter((cue) => cue.pattern.test(text)).map((cue) => cue.type));
}

/** Words first, apart by spaces; then phrases, each behind a bar. */
function pattern(cues: string): RegExp {
  const [words = '', ...phrases] = cues.split('|');
  const alternatives = [...words.trim().split(/\s+/), ...phrases.map((phrase) => phrase.trim().replace(/\s+/g, ' '))];
  return new RegExp(` (?:${alternatives.map((cue) => cue.replaceAll('*', '[a-z]*')).join('|')}) `);
}
