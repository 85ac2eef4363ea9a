/**
 * An entry as FHIR R4 AuditEvent. Where a resource was created, read, updated or deleted with success it follows IHE Basic Audit Log Patterns 1.1
 * (IHE.BasicAudit.Create, Read, Update, Delete and their Patient forms); what BALP has no profile for (sign-in, break-glass, denials, jobs) is a plain AuditEvent.
 */
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const TYPE = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const INTERACTION = 'http://hl7.org/fhir/restful-interaction';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ENTITY_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const PROFILE = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';

const code = (system: string, value: string, display: string) => ({ system, code: value, display });
const concept = (system: string, value: string, display: string) => ({ coding: [code(system, value, display)] });

const source = concept(DCM, '110153', 'Source Role ID');
const destination = concept(DCM, '110152', 'Destination Role ID');
const author = concept(PARTICIPATION, 'AUT', 'Author');
const recipient = concept(PARTICIPATION, 'IRCP', 'information recipient');
const application = concept(DCM, '110150', 'Application');
const custodian = concept('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'custodian', 'Custodian');

/** Who is client and server of an interaction: data flow to the client when it reads, from it when it writes; the profile of Delete names them by what they are. */
const interactions = {
  C: { code: 'create', profile: 'Create', client: source, server: destination, user: author },
  R: { code: 'read', profile: 'Read', client: destination, server: source, user: recipient },
  U: { code: 'update', profile: 'Update', client: source, server: destination, user: author },
  D: { code: 'delete', profile: 'Delete', client: application, server: custodian, user: author },
  E: { code: 'operation', profile: null, client: source, server: destination, user: author },
} as const;

/** Success, minor failure (refused), serious failure (FHIR value set audit-event-outcome). */
const OUTCOME = { ok: '0', denied: '4', failed: '8' } as const;

/** What is no restful interaction: DICOM PS3.15 A.5 names it. */
const special: Readonly<Record<string, { type: ReturnType<typeof code>; subtype: ReturnType<typeof code> }>> = {
  'session.signIn': { type: code(DCM, '110114', 'User Authentication'), subtype: code(DCM, '110122', 'Login') },
  'session.recover': { type: code(DCM, '110114', 'User Authentication'), subtype: code(DCM, '110122', 'Login') },
  'session.signOut': { type: code(DCM, '110114', 'User Authentication'), subtype: code(DCM, '110123', 'Logout') },
  'patients.breakGlass': {
    type: code(DCM, '110113', 'Security Alert'),
    subtype: code(DCM, '110127', 'Emergency Override Started'),
  },
};

export interface Naming {
  nameOf: (person: string) => string | undefined;
  /** The clinic. */
  site?: string;
}

export function auditEvent(entry: ChainEntry, naming: Naming): Record<string, unknown> {
  const interaction = interactions[entry.action];
  const other = special[entry.procedure];
  const balp = interaction.profile !== null && entry.outcome === 'ok' && !other;
  const device = { identifier: { system: 'urn:lamplight:device', value: entry.device } };
  const network = { address: `urn:lamplight:device:${entry.device}`, type: '5' };
  return {
    resourceType: 'AuditEvent',
    id: `${entry.device.slice(0, 48)}-${entry.n}`,
    ...(balp ? { meta: { profile: [`${PROFILE}${entry.patient ? 'Patient' : ''}${interaction.profile}`] } } : {}),
    type: other?.type ?? code(TYPE, 'rest', 'Restful Operation'),
    // The profile of Delete allows one subtype alone.
    subtype: [
      other?.subtype ?? code(INTERACTION, interaction.code, interaction.code),
      ...(entry.action === 'D' ? [] : [{ system: 'urn:lamplight:procedure', code: entry.procedure }]),
    ],
    action: entry.action,
    recorded: entry.at,
    outcome: OUTCOME[entry.outcome],
    ...(entry.reason ? { outcomeDesc: entry.reason } : {}),
    agent: [
      {
        type: interaction.client,
        who: { ...device, display: 'Lamplight workstation' },
        requestor: entry.person === undefined,
        network,
      },
      { type: interaction.server, who: { ...device, display: 'Lamplight records' }, requestor: false, network },
      ...(entry.person ? [userAgent(entry, entry.person, interaction.user, naming)] : []),
      ...modelAgent(entry),
    ],
    source: {
      ...(naming.site ? { site: naming.site } : {}),
      observer: { ...device, display: 'Lamplight' },
      type: [code('http://terminology.hl7.org/CodeSystem/security-source-type', '1', 'User Device')],
    },
    entity: [...(entry.patient ? [patientEntity(entry.patient)] : []), dataEntity(entry)],
  };
}

function userAgent(entry: ChainEntry, person: string, type: typeof author, { nameOf }: Naming) {
  const name = nameOf(person);
  return {
    type,
    who: { identifier: { system: 'urn:lamplight:person', value: person }, ...(name ? { display: name } : {}) },
    ...(name ? { name } : {}),
    requestor: true,
    ...(entry.roles.length > 0
      ? { role: entry.roles.map((role) => ({ coding: [{ system: 'urn:lamplight:role', code: role }] })) }
      : {}),
  };
}

/** A model is an agent of its own: it did not ask, it spoke. What it said stands with the data. */
function modelAgent(entry: ChainEntry) {
  const model = entry.ai?.model ?? entry.model;
  if (model === undefined) return [];
  const version = entry.ai?.version;
  return [
    {
      type: {
        coding: [code('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'assembler', 'Assembler')],
        text: 'AI model',
      },
      who: { identifier: { system: 'urn:lamplight:model', value: version ? `${model} ${version}` : model }, display: model },
      name: version ? `${model} ${version}` : model,
      requestor: false,
    },
  ];
}

function patientEntity(patient: string) {
  return {
    what: { reference: `Patient/${patient}` },
    type: code(ENTITY_TYPE, '1', 'Person'),
    role: code(ENTITY_ROLE, '1', 'Patient'),
  };
}

/** The profiles want exactly one: the resource where one was touched, else the act, with all resources as details. */
function dataEntity(entry: ChainEntry) {
  const [only, ...others] = entry.resources;
  const single = only !== undefined && others.length === 0;
  const detail = [
    ...(single ? [] : entry.resources.map((resource) => ({ type: 'resource', valueString: versioned(resource) }))),
    ...(entry.ai?.outcome ? [{ type: 'ai-outcome', valueString: entry.ai.outcome }] : []),
  ];
  return {
    what: single ? whatOf(only) : { identifier: { system: 'urn:lamplight:procedure', value: entry.procedure } },
    type: code(ENTITY_TYPE, '2', 'System Object'),
    role: single ? code(ENTITY_ROLE, '4', 'Domain Resource') : code(ENTITY_ROLE, '20', 'Job'),
    ...(detail.length > 0 ? { detail } : {}),
  };
}

/** What this program keeps beside resources of FHIR: it has no address there. */
const ownTypes =
  /^(?:Setting|Incident|Backup|Batch|Model|ModelPublisher|Erasure|LegalHold|EscrowKey|RecoveryCode|RetentionRule)$/;

function whatOf(resource: ChainEntry['resources'][number]) {
  if (!ownTypes.test(resource.type)) return { reference: versioned(resource) };
  return { identifier: { system: `urn:lamplight:${resource.type.toLowerCase()}`, value: resource.id } };
}

function versioned({ type, id, after }: ChainEntry['resources'][number]): string {
  return `${type}/${id}${after === undefined ? '' : `/_history/${after}`}`;
}
