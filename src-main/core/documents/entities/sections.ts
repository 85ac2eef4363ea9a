import { wordPattern } from './fold.ts';
import { heightOf, type Letter, type Line, middleOf } from './layout.ts';

export type SectionKind = 'medication' | 'allergy' | 'diagnosis' | 'history' | 'family' | 'results' | 'examination' | 'course' | 'plan' | 'other';

export interface Section {
  kind: SectionKind;
  /** The heading, in the running text. */
  heading: [start: number, end: number];
  /** The content, up to the next heading. */
  start: number;
  end: number;
}

const headings: [SectionKind, string[]][] = [
  ['family', ['family history', 'antecedentes familiares', 'antecedents familiaux', 'historia familiar', 'historia ya familia', 'पारिवारिक इतिहास']],
  ['allergy', ['allergies', 'allergy', 'drug allergies', 'known allergies', 'allergies and intolerances', 'allergies and adverse reactions', 'adverse reactions', 'drug allergy', 'alergias', 'alergia', 'alergias medicamentosas', 'alergias e intolerancias', 'allergies connues', 'allergie', 'mzio', 'mizio', 'mzio wa dawa', 'एलर्जी', 'दवा से एलर्जी']],
  [
    'medication',
    ['medication', 'medications', 'current medication', 'current medications', 'medication on discharge', 'discharge medication', 'discharge medications', 'medicines', 'medicines on discharge', 'current treatment', 'treatment', 'regular medication', 'regular medications', 'prescription', 'prescribed', 'drug history', 'drugs', 'medication list', 'medications at discharge', 'medication at discharge', 'treatment on discharge', 'medicines to take home', 'tto', 'ttos', 'tta', 'ttas', 'rx', 'started', 'tratamiento', 'tratamiento al alta', 'tratamiento actual', 'tratamiento habitual', 'medicacion', 'medicacion actual', 'medicacion habitual', 'tratamiento domiciliario', 'receta', 'traitement', 'traitements', 'traitement de sortie', 'traitement actuel', 'traitement habituel', 'traitement en cours', 'ordonnance', 'medicaments', 'tratamento', 'medicacao', 'medicacao habitual', 'terapeutica', 'medicacao atual', 'receita medica', 'prescricao', 'terapeutica a data da alta', 'medicacao a data da alta', 'matibabu', 'matibabu yaliyotolewa', 'dawa', 'dawa za sasa', 'dawa alizopewa', 'dawa za nyumbani', 'दवाएं', 'दवा', 'दवाइयां', 'छुट्टी के समय दवाएं', 'वर्तमान दवाएं', 'उपचार', 'इलाज'],
  ],
  [
    'diagnosis',
    ['diagnosis', 'diagnoses', 'principal diagnosis', 'primary diagnosis', 'secondary diagnoses', 'secondary diagnosis', 'final diagnosis', 'discharge diagnosis', 'discharge diagnoses', 'working diagnosis', 'provisional diagnosis', 'impression', 'assessment', 'problems', 'problem list', 'active problems', 'diagnostico', 'diagnosticos', 'diagnostico principal', 'diagnosticos secundarios', 'juicio clinico', 'impresion diagnostica', 'diagnostic', 'diagnostics', 'diagnostic principal', 'conclusion', 'diagnosticos principais', 'hipotese diagnostica', 'hipoteses diagnosticas', 'utambuzi', 'uchunguzi wa mwisho', 'ugonjwa', 'निदान', 'अंतिम निदान'],
  ],
  ['history', ['past history', 'past medical history', 'medical history', 'background', 'pmh', 'comorbidities', 'antecedentes', 'antecedentes personales', 'antecedents', 'antecedents personnels', 'antecedents medicaux', 'antecedentes pessoais', 'historia ya awali', 'historia ya magonjwa', 'पूर्व इतिहास', 'पुराना इतिहास']],
  ['results', ['results', 'investigations', 'blood tests', 'blood results', 'laboratory results', 'laboratory', 'analitica', 'analisis', 'pruebas complementarias', 'biologie', 'bilan biologique', 'examens complementaires', 'analises', 'exames complementares', 'exames', 'vipimo', 'matokeo', 'full blood count', 'biochemistry', 'haematology', 'जांच', 'जांच परिणाम']],
  ['examination', ['examination', 'on examination', 'findings on arrival', 'physical examination', 'observations', 'observations at discharge', 'vital signs', 'exploracion fisica', 'exploracion', 'examen clinique', 'examen physique', 'exame objetivo', 'exame fisico', 'uchunguzi', 'परीक्षण', 'शारीरिक परीक्षण']],
  ['course', ['hospital course', 'presenting complaint', 'presenting complaint and history', 'history of presenting complaint', 'motivo de ingreso', 'motivo de ingreso y evolucion', 'evolucion', 'evolution', 'motif', 'motif de consultation', 'histoire de la maladie', 'motivo de consulta', 'clinical summary', 'progress', 'शिकायत', 'hali ya mgonjwa']],
  ['plan', ['plan', 'recommendations', 'actions', 'actions for the general practitioner', 'actions for gp', 'follow-up', 'follow up', 'advice', 'information given to the patient', 'recomendaciones', 'plan de actuacion', 'conduite a tenir', 'suivi', 'plano', 'recomendacoes', 'seguimiento', 'seguimento', 'ushauri', 'mpango', 'सलाह']],
];

const patterns = headings.map(([kind, names]): [SectionKind, RegExp] => [kind, new RegExp(`^(?:\\d{1,2}[.)]\\s*)?(?:${wordPattern(names)})(?<rest>.*)$`, 'u')]);

/** Finds headings, each on a line of its own or before a colon, and what stands below them. */
export function findSections(letter: Letter): Section[] {
  const sections: Section[] = [];
  const open = (kind: SectionKind, heading: [number, number], start: number) => {
    const last = sections.at(-1);
    if (last) last.end = heading[0];
    sections.push({ kind, heading, start, end: letter.text.length });
  };
  for (const [i, line] of letter.lines.entries()) {
    const folded = letter.folded.slice(line.start, line.end);
    const known = knownHeading(folded);
    if (known) {
      const at = line.start + (known.colon ?? folded.length);
      open(known.kind, [line.start, at], Math.min(at + 1, letter.text.length));
    } else if (isUnknownHeading(letter, i)) open('other', [line.start, line.end], line.end + 1);
  }
  return sections;
}

function knownHeading(folded: string): { kind: SectionKind; colon?: number } | undefined {
  for (const [kind, pattern] of patterns) {
    const rest = pattern.exec(folded)?.groups?.['rest'];
    if (rest === undefined) continue;
    const colon = /^[^:.;\n]{0,30}:/.exec(rest);
    if (colon && !/\d{3}/.test(colon[0])) return { kind, colon: folded.length - rest.length + colon[0].length - 1 };
    // Alone on its line, perhaps with a date or two words more ("Results 16 January 2026", "Biologie du 27 février 2026").
    if (/^\s*$/.test(rest) || (!/[.,;:]/.test(rest) && rest.trim().split(/\s+/).length <= 4 && (/\d{4}\s*$/.test(rest) || !/\d/.test(rest)))) {
      if (/\t/.test(folded)) continue;
      return { kind };
    }
  }
  return undefined;
}

/** A short line without digits or full stop that is larger than what follows, or stands apart from what precedes. */
function isUnknownHeading(letter: Letter, at: number): boolean {
  const line = letter.lines[at];
  const next = letter.lines[at + 1];
  const before = letter.lines[at - 1];
  if (!line || !next || line.tokens.length > 7 || next.page !== line.page) return false;
  const printed = letter.text.slice(line.start, line.end);
  if (/[\d\t.;,]/.test(printed) || !/^[\p{Lu}\p{Lo}]/u.test(printed)) return false;
  if (/:\s*$/.test(printed)) return true;
  const larger = heightOf(line) > 1.07 * heightOf(next);
  const apart = before?.page === line.page && middleOf(line) - middleOf(before) > 1.3 * (middleOf(next) - middleOf(line)) && line.tokens.length <= 5 && isSentence(next);
  return larger || Boolean(apart);
}

const isSentence = (line: Line): boolean => line.tokens.length >= 6;

/** The section a position of the running text lies in. */
export function sectionAt(sections: Section[], position: number): Section | undefined {
  let found: Section | undefined;
  for (const section of sections) {
    if (section.heading[0] > position) break;
    found = section;
  }
  return found;
}
