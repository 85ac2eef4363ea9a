/**
 * What all workstations of a hospital must know alike although it is no record of a patient: who cares for whom, legal holds, incidents, erasures. Each
 * workstation, and the server, writes signed notices in a chain of its own; every other one reads all of them. What they say together does not depend on
 * the order in which they arrive (decision 0014).
 */
import { z } from 'zod';
import { fhirId } from '../contract/types.ts';
import { ruleIds } from '../incidents/rules.ts';
import { incidentStates } from '../incidents/states.ts';

/** Items in one notice. */
export const NOTICE_ITEMS_MAX = 500;
/** Characters of one notice, and of a page of them. */
export const NOTICE_CHARACTERS_MAX = 4 * 1024 * 1024;
export const PAGE_CHARACTERS_MAX = 8 * 1024 * 1024;
/** Notices in one request. */
export const NOTICES_MAX = 50;
/** Patients that an incident names to others; of more only their number is told. */
export const EXTENT_PATIENTS_MAX = 5_000;

const sound = (text: string) => !/[\0\p{Surrogate}]/u.test(text);
const words = (max: number) => z.string().max(max).refine(sound, 'holds characters that cannot be stored');
const id = z.string().regex(/^[A-Za-z0-9\-.:/]{1,128}$/);
const at = z.string().max(40);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** People are local to a vault: the same user name makes the same person, unless the names shown contradict each other. */
const member = z.object({ userName: words(200), displayName: words(200) });
export type Member = z.output<typeof member>;

/** `after`: the ends of this relation that were known when it was given. One that was not known ends it: what was taken away at the same time stays away. */
const careGrant = z.object({
  kind: z.literal('care-grant'),
  id,
  patient: fhirId,
  member,
  since: at,
  by: words(200).optional(),
  reason: words(2000).optional(),
  after: z.array(id).max(1000),
});
const careEnd = z.object({
  kind: z.literal('care-end'),
  id,
  patient: fhirId,
  member,
  at,
  by: words(200).optional(),
  reason: words(2000).optional(),
});

const hold = z.object({ kind: z.literal('hold'), id, patient: fhirId, reason: words(2000), by: words(200), at });
const holdLift = z.object({
  kind: z.literal('hold-lift'),
  id,
  hold: id,
  patient: fhirId,
  reason: words(2000),
  by: words(200),
  at,
});

const incident = z.object({
  kind: z.literal('incident'),
  id,
  incident: id,
  /** What people at the workstation call it. */
  number: z.number().int().positive(),
  rule: z.enum(ruleIds),
  severity: z.enum(['note', 'review', 'alarm']),
  state: z.enum(incidentStates),
  person: member.optional(),
  patient: fhirId.optional(),
  said: words(20_000),
  begins: at,
  ends: at,
  discovered: at,
});
const incidentStep = z.object({
  kind: z.literal('incident-step'),
  id,
  incident: id,
  at,
  /** Hybrid clock: steps stand in its order. */
  hlc: z.string().max(100),
  by: words(200),
  step: z.enum(['raised', 'note', 'state', 'assigned', 'period', 'report']),
  text: words(20_000),
  to: z.enum(incidentStates).optional(),
  /** The changes of state that were known when this one was made. */
  after: z.array(id).max(1000).optional(),
  assigned: member.nullable().optional(),
  begins: at.optional(),
  ends: at.optional(),
});
/** Whose records an incident concerns, as the log of the workstation that raised it says; the last one counts. */
const incidentExtent = z.object({
  kind: z.literal('incident-extent'),
  id,
  incident: id,
  said: words(20_000),
  ends: at,
  total: z.number().int().min(0),
  patients: z
    .array(z.object({ id: fhirId, first: at, last: at, times: z.number().int(), kinds: z.array(words(200)).max(50) }))
    .max(EXTENT_PATIENTS_MAX),
});

/** Everybody destroys the record, unless a legal hold stands. */
const erasure = z.object({
  kind: z.literal('erasure'),
  id,
  patient: fhirId,
  ground: z.string().max(40),
  at,
  /** `Type/id` of what belonged to it. */
  targets: z.array(z.string().regex(/^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9\-.]{1,64}$/)).max(50_000),
});
const erasureDone = z.object({
  kind: z.literal('erasure-done'),
  id,
  erasure: id,
  /** Of the workstation or the server. */
  name: words(200),
  at,
  versions: z.number().int().min(0),
  files: z.number().int().min(0),
  /** SHA-256 of the proof that was made there. */
  proof: sha256.optional(),
  /** The server names the workstations that are enrolled: from each of them an answer is expected. */
  workstations: z
    .array(z.object({ device: id, name: words(200) }))
    .max(2000)
    .optional(),
});

export const noticeItem = z.discriminatedUnion('kind', [
  careGrant,
  careEnd,
  hold,
  holdLift,
  incident,
  incidentStep,
  incidentExtent,
  erasure,
  erasureDone,
]);
export type NoticeItem = z.output<typeof noticeItem>;
export type ItemOf<Kind extends NoticeItem['kind']> = Extract<NoticeItem, { kind: Kind }>;

/** The text that is signed: canonical JSON (RFC 8785) of this. */
export const noticeText = z.object({
  device: id,
  /** From 1, without a gap. */
  seq: z.number().int().positive(),
  /** Hash of the notice before; empty for the first. */
  prev: z.union([sha256, z.literal('')]),
  at,
  items: z.array(noticeItem).min(1).max(NOTICE_ITEMS_MAX),
});

export const notice = z.object({
  text: z.string().max(NOTICE_CHARACTERS_MAX).refine(sound, 'holds characters that cannot be stored'),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
export type Notice = z.output<typeof notice>;

export const ledgerPush = z.object({
  notices: z.array(notice).min(1).max(NOTICES_MAX),
  /** The key that the notices are checked with: that of the access log. */
  publicKey: sha256,
});
/** The last notice of the workstation that the server has. */
export const ledgerPushed = z.object({ last: z.number().int().min(0) });

export const ledgerPull = z.object({ after: z.coerce.number().int().min(0) });
export const ledgerPage = z.object({
  notices: z.array(notice.extend({ feed: z.number().int().positive(), publicKey: sha256 })),
  more: z.boolean(),
  /** The last notice of the one who asks that is here. */
  own: z.number().int().min(0),
});
export const ledgerNews = z.object({ news: z.boolean() });
export type LedgerPage = z.output<typeof ledgerPage>;

/** Bound to its purpose: a notice can pass for nothing else that this key signs. */
export function noticeMessage(text: string): Uint8Array {
  return new TextEncoder().encode(`lamplight-notice\n${text}`);
}

/** How people call a workstation: the beginning of the hash of its id, which is the same everywhere. */
export function workstationTag(sha256OfDevice: string): string {
  return sha256OfDevice.slice(0, 4).toUpperCase();
}

/** Is the relation there? Only what was given in knowledge of every end counts. */
export function isGiven(grants: readonly { after: readonly string[] }[], ends: readonly { id: string }[]): boolean {
  return grants.some(({ after }) => ends.every(({ id: end }) => after.includes(end)));
}

/** From the gravest down: where two people decided without knowing of each other, the graver stands, until somebody decides again. */
const gravest: readonly (typeof incidentStates)[number][] = [
  'breach-confirmed',
  'investigating',
  'open',
  'not-a-breach',
  'closed',
];

/**
 * The state of an incident after all its changes.
 * @returns `disputed` where several changes stand that did not know of each other and do not say the same
 */
export function stateOf(
  begun: (typeof incidentStates)[number],
  changes: readonly { id: string; to: (typeof incidentStates)[number]; after: readonly string[] }[],
): { state: (typeof incidentStates)[number]; heads: string[]; disputed: boolean } {
  const superseded = new Set(changes.flatMap(({ after }) => after));
  const standing = changes.filter((change) => !superseded.has(change.id));
  const state = gravest.find((one) => standing.some(({ to }) => to === one)) ?? begun;
  return { state, heads: standing.map((change) => change.id).sort(), disputed: new Set(standing.map(({ to }) => to)).size > 1 };
}
