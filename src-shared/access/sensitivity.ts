/**
 * Labels that narrow access to single entries of a chart, and who sees them all the same. Codes are those of HL7 v3 Confidentiality and of the information
 * sensitivity policies of v3 ActCode, as FHIR R4 carries them in `meta.security`. Core, page, tests and documentation read this one table.
 */
import { at, type Part, part, parts, text } from '../fhir/read.ts';
import type { FhirResource } from '../fhir/types.ts';
import type { Role } from './permissions.ts';

export const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
/** The same code systems under the names of earlier versions. */
const CONFIDENTIALITY_NAMES = [CONFIDENTIALITY, 'http://hl7.org/fhir/v3/Confidentiality', 'urn:oid:2.16.840.1.113883.5.25'];
const ACT_CODE_NAMES = [ACT_CODE, 'http://hl7.org/fhir/v3/ActCode', 'urn:oid:2.16.840.1.113883.5.4'];

/** Who of the care team sees an entry of this label. Whoever has broken the glass sees all for that hour; nobody else sees any. */
interface Label {
  system: typeof CONFIDENTIALITY | typeof ACT_CODE;
  /** In words, for people. */
  words: string;
  roles: readonly Role[];
  /** Offered when somebody sets a label; the others are honoured where they come in. */
  offered?: true;
}

const treating = ['clinician', 'radiologist'] as const;
const responsible = ['clinician'] as const;
const act = (words: string, roles: readonly Role[] = responsible, offered?: true): Label => ({
  system: ACT_CODE,
  words,
  roles,
  ...(offered && { offered }),
});

const table = {
  R: { system: CONFIDENTIALITY, words: 'Restricted', roles: treating, offered: true },
  V: { system: CONFIDENTIALITY, words: 'Very restricted', roles: responsible, offered: true },

  HIV: act('HIV or AIDS', treating, true),
  STD: act('Sexually transmitted disease', responsible, true),
  SEX: act('Sexuality and reproductive health', responsible, true),
  PSY: act('Psychiatry', responsible, true),
  MH: act('Mental health', responsible, true),
  ETH: act('Alcohol or drug use', responsible, true),
  SDV: act('Sexual assault, abuse or domestic violence', responsible, true),
  GDIS: act('Genetic disease', treating, true),
  BH: act('Behavioural health'),
  COGN: act('Cognitive disability'),
  DVD: act('Developmental disability'),
  EMOTDIS: act('Emotional disturbance'),
  PSYTHPN: act('Notes of psychotherapy'),
  SUD: act('Substance use disorder'),
  ETHUD: act('Alcohol use disorder'),
  OPIOIDUD: act('Opioid use disorder'),
  MST: act('Military sexual trauma'),
  VIO: act('Violence'),
  PREGNANT: act('Pregnancy', treating),
  SCA: act('Sickle cell disease', treating),
  SICKLE: act('Sickle cell disease', treating),
  TBOO: act('Taboo'),
  ADOL: act('Adolescent'),
  CEL: act('Well-known person', treating),
  EMP: act('Member of staff', treating),
  DIA: act('Diagnosis not yet told to the patient', treating),
  DRGIS: act('Medicine information', treating),
  PHY: act('Asked for by the physician', treating),
  PDS: act('The patient wishes it kept from others'),
  PRS: act('The patient does not wish to be told'),
  SPI: act('Especially protected'),
} as const satisfies Record<string, Label>;

export type SensitivityCode = keyof typeof table;
export const sensitivities: Readonly<Record<SensitivityCode, Label>> = table;
// `Object.keys` of a constant table answers its keys.
export const sensitivityCodes = Object.keys(table) as SensitivityCode[];

/** The codes that keep an entry from somebody of the care team with these roles. */
export function hiddenCodes(held: readonly Role[]): SensitivityCode[] {
  return sensitivityCodes.filter((code) => !sensitivities[code].roles.some((role) => held.includes(role)));
}

/** The sensitivity labels of a resource: `meta.security`, a document's `securityLabel`, a composition's `confidentiality`. */
export function labelsOf(resource: Part): SensitivityCode[] {
  const codings = [
    ...parts(at(resource.meta, 'security')),
    ...parts(resource.securityLabel).flatMap((concept) => parts(concept.coding)),
    ...(text(resource.confidentiality) ? [{ system: CONFIDENTIALITY, code: resource.confidentiality }] : []),
  ];
  return sensitivityCodes.filter((code) => codings.some((coding) => isLabel(coding, code)));
}

/** The resource with these sensitivity labels in place of its own; other security labels stay. */
export function withLabels(resource: FhirResource, codes: readonly SensitivityCode[]): FhirResource {
  const meta = part(resource.meta) ?? {};
  const kept = withoutLabels(parts(meta.security));
  const security = [
    ...kept,
    ...codes.map((code) => ({ system: sensitivities[code].system, code, display: sensitivities[code].words })),
  ];
  const { security: _, ...others } = meta;
  const nextMeta = { ...others, ...(security.length > 0 && { security }) };
  const { meta: __, securityLabel, confidentiality, ...rest } = resource;
  const documentLabels = parts(securityLabel).filter((concept) => withoutLabels(parts(concept.coding)).length > 0);
  return {
    ...rest,
    ...(Object.keys(nextMeta).length > 0 && { meta: nextMeta }),
    ...(documentLabels.length > 0 && { securityLabel: documentLabels }),
    ...(confidentiality !== undefined && confidentiality !== 'R' && confidentiality !== 'V' && { confidentiality }),
  };
}

const withoutLabels = (codings: readonly Part[]) =>
  codings.filter((coding) => !sensitivityCodes.some((code) => isLabel(coding, code)));

function isLabel(coding: Part, code: SensitivityCode): boolean {
  const systems = sensitivities[code].system === CONFIDENTIALITY ? CONFIDENTIALITY_NAMES : ACT_CODE_NAMES;
  return coding.code === code && typeof coding.system === 'string' && systems.includes(coding.system.replace(/\/$/, ''));
}
