/** The log in the forms of others: FHIR R4 AuditEvent after IHE BALP, and a table. */
import type { ChainEntry } from '../../../src-shared/audit/chain.ts';

const OUTCOME = { ok: '0', denied: '4', failed: '8' } as const;
const REST = { C: 'create', R: 'read', U: 'update', D: 'delete', E: 'operation' } as const;
const PROFILE = { C: 'Create', R: 'Read', U: 'Update', D: 'Delete', E: 'Query' } as const;

export function auditEventBundle(entries: readonly ChainEntry[], device: string): unknown {
  return { resourceType: 'Bundle', type: 'collection', total: entries.length, entry: entries.map((entry) => ({ resource: auditEvent(entry, device) })) };
}

/** IHE Basic Audit Log Patterns 1.1: RESTful event with agent, source and entities. */
function auditEvent(entry: ChainEntry, device: string): unknown {
  const patientPart = entry.patient
    ? [{ what: { reference: `Patient/${entry.patient}` }, type: code('http://terminology.hl7.org/CodeSystem/audit-entity-type', '1'), role: code('http://terminology.hl7.org/CodeSystem/object-role', '1') }]
    : [];
  return {
    resourceType: 'AuditEvent',
    id: `${device.slice(0, 40)}-${entry.n}`,
    meta: { profile: [`https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${entry.patient ? 'Patient' : ''}${PROFILE[entry.action]}`] },
    type: code('http://terminology.hl7.org/CodeSystem/audit-event-type', 'rest'),
    subtype: [code('http://hl7.org/fhir/restful-interaction', REST[entry.action]), code('urn:lamplight:procedure', entry.procedure)],
    action: entry.action,
    recorded: entry.at,
    outcome: OUTCOME[entry.outcome],
    ...(entry.reason ? { outcomeDesc: entry.reason } : {}),
    agent: [
      { type: { coding: [code('http://terminology.hl7.org/CodeSystem/extra-security-role-type', 'humanuser')] }, who: { identifier: { value: entry.person ?? 'nobody' } }, requestor: true, role: entry.roles.map((role) => ({ text: role })) },
      ...(entry.model ? [{ type: { text: 'model' }, who: { display: entry.model }, requestor: false }] : []),
    ],
    source: { observer: { identifier: { value: entry.device } }, type: [code('http://terminology.hl7.org/CodeSystem/security-source-type', '1')] },
    entity: [...patientPart, ...entry.resources.map((resource) => ({ what: { reference: `${resource.type}/${resource.id}${resource.after ? `/_history/${resource.after}` : ''}` } }))],
  };
}

function code(system: string, value: string) {
  return { system, code: value };
}

const COLUMNS = ['n', 'at', 'person', 'roles', 'device', 'action', 'procedure', 'patient', 'resources', 'outcome', 'reason', 'model'] as const;

export function auditTable(entries: readonly ChainEntry[]): string {
  const rows = entries.map((entry) =>
    COLUMNS.map((column) => cell(column === 'resources' ? entry.resources.map((resource) => `${resource.type}/${resource.id}`).join(' ') : column === 'roles' ? entry.roles.join(' ') : String(entry[column] ?? ''))).join(','),
  );
  return `${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** RFC 4180 quoting; a leading sign that a spreadsheet would run as a formula is made harmless. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
