/** What workstation and server say to each other. Both parse what comes in; limits are named here once. */
import { z } from 'zod';
import { fhirId } from '../contract/types.ts';

export const PROTOCOL_VERSION = 1;
/** Items in one push or one page of a pull. */
export const BATCH_ITEMS_MAX = 200;
/** Characters of resource text after which a batch is closed; one larger item travels alone. */
export const BATCH_CHARACTERS_MAX = 1024 * 1024;
/** Characters of one resource. */
const RESOURCE_CHARACTERS_MAX = 4 * 1024 * 1024;
/** Bytes of one request's body: the largest resource in the worst escaping, and room for the rest. */
export const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes of one piece of a file. */
export const FILE_PIECE_BYTES = 1024 * 1024;
export const FILE_BYTES_MAX = 2_000_000_000;
/** Audit entries in one request. */
export const AUDIT_ENTRIES_MAX = 500;
/** Characters of all of them, far below what a body may have; one longer than that cannot be sent. */
export const AUDIT_CHARACTERS_MAX = 4 * 1024 * 1024;
/** A vault is not restored so often. */
export const FURTHER_LOGS_MAX = 200;

/** Stands for the content of a resource that was deleted. */
export const DELETED = 'deleted';

/** What the hash of a resource's content is taken over: its text, and the file that belongs to it. */
export function hashedText(body: string, file: string | undefined): string {
  return file === undefined ? body : `${body}\n${file}`;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const contentHash = z.union([sha256, z.literal(DELETED)]);
const origin = z.enum(['person', 'machine', 'imported']);
const resourceType = z.string().regex(/^[A-Z][A-Za-z]{1,63}$/);
/** Text that every database takes: no lone surrogate, no NUL. */
const sound = (text: string) => !/[\0\p{Surrogate}]/u.test(text);
const name = z.string().max(200).refine(sound, 'holds characters that cannot be stored');
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

/** One change of one resource. `base` is the hash of what it was made from, or null where there was nothing; `hash` that of `body`. */
export const pushItem = z.object({
  seq: z.number().int().positive(),
  type: resourceType,
  id: fhirId,
  patient: fhirId.optional(),
  base: contentHash.nullable(),
  hash: contentHash,
  /** The resource as text, byte for byte as the workstation keeps it, or null for a deletion. */
  body: z.string().max(RESOURCE_CHARACTERS_MAX).refine(sound, 'holds characters that cannot be stored').nullable(),
  /** The file that belongs to it. */
  file: fhirId.optional(),
  /** Who made it: a person, a machine, or an import. */
  origin: origin.optional(),
  hlc: name,
  author: name,
  at: name,
});
export type PushItem = z.output<typeof pushItem>;

/** Items are parsed one by one, so that a bad one is refused and the rest goes on. */
export const pushRequest = z.object({
  items: z.array(z.unknown()).min(1).max(BATCH_ITEMS_MAX),
  /** The people who wrote these changes, by the ids that the items name. */
  people: z.array(z.object({ id: name, name })).max(BATCH_ITEMS_MAX),
});

/** A resource as the server has it. */
export const remote = z.object({
  type: resourceType,
  id: fhirId,
  patient: fhirId.optional(),
  version: z.number().int().positive(),
  hash: contentHash,
  body: z.string().nullable(),
  file: fhirId.optional(),
  origin: origin.optional(),
  hlc: name,
  author: name,
  device: name,
  at: name,
});
export type Remote = z.output<typeof remote>;

const itemAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('accepted'), version: z.number().int().positive() }),
  z.object({ status: z.literal('known'), version: z.number().int().positive() }),
  z.object({ status: z.literal('conflict'), theirs: remote }),
  /** `diagnostics` as in an OperationOutcome's issue. */
  z.object({ status: z.literal('refused'), diagnostics: z.string() }),
]);
export type ItemAnswer = z.output<typeof itemAnswer>;

/** One answer for each item, in the order sent. `feed`: the server's last change number before and after this push. */
export const pushAnswer = z.object({
  answers: z.array(itemAnswer),
  feed: z.object({ before: z.number().int().min(0), after: z.number().int().min(0) }),
});
export type PushAnswer = z.output<typeof pushAnswer>;

export const pullRequest = z.object({
  direction: z.enum(['after', 'before']),
  /** A change number; left out with `before` it means the newest. */
  from: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(BATCH_ITEMS_MAX).default(100),
});
export type PullRequest = z.input<typeof pullRequest>;

/** A page of the newest version of each resource. `last` is where the next page begins. */
export const pullAnswer = z.object({
  changes: z.array(remote),
  last: z.number().int().min(0),
  head: z.number().int().min(0),
  more: z.boolean(),
});
export type PullAnswer = z.output<typeof pullAnswer>;

export const enrolRequest = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  secret: hex(8),
  device: z.string().min(1).max(64),
  name,
  /** Ed25519, raw, as all keys here. */
  publicKey: hex(32),
});
export const enrolAnswer = z.object({ server: z.object({ id: name, name, publicKey: hex(32) }) });

export const fileDeclaration = z.object({
  id: fhirId,
  patient: fhirId,
  sha256,
  size: z.number().int().min(0).max(FILE_BYTES_MAX),
  mediaType: name,
  name: z.string().max(255).refine(sound),
});
export type FileDeclaration = z.output<typeof fileDeclaration>;
/** `stored`: the content is there already and the declaration is kept; `wanted`: send it by tus to `upload`. */
export const fileAnswer = z.object({ state: z.enum(['stored', 'wanted']) });

const logName = z.string().regex(/^[\w.:-]{1,128}$/);
export const auditRequest = z.object({
  entries: z
    .array(z.object({ n: z.number().int().positive(), entry: z.string().max(AUDIT_CHARACTERS_MAX), hash: sha256 }))
    .max(AUDIT_ENTRIES_MAX),
  seals: z
    .array(z.object({ count: z.number().int().positive(), head: sha256, at: name, signature: hex(64) }))
    .max(AUDIT_ENTRIES_MAX),
  /** The key that the seals are checked with. */
  publicKey: hex(32),
  /** The log that is written now, where it is not the workstation's first one. */
  log: logName.optional(),
  /** The further logs that the workstation has begun, in order, with the entry that each begins with. */
  further: z
    .array(z.object({ n: z.number().int().positive(), log: logName, former: logName }))
    .max(FURTHER_LOGS_MAX)
    .optional(),
});
const auditReceipt = z.object({
  count: z.number().int().positive(),
  head: sha256,
  at: name,
  server: name,
  publicKey: hex(32),
  signature: hex(64),
});
export const auditAnswer = z.object({
  /** The last entry that the server has. */
  entries: z.number().int().min(0),
  receipts: z.array(auditReceipt),
  /** The log that this one goes on from, as the server has it, and up to which entry the two are the same. */
  former: z.object({ log: logName, sharedTo: z.number().int().min(0), receipt: auditReceipt }).optional(),
});
