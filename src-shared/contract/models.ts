/** The models of this machine: versions, who vouches for them, what computes them, and how they do. */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done, instant, job } from './types.ts';

const modelId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const version = z.string().max(40);
const ofModel = z.object({ id: modelId, version });

/** `active` reads; `shadow` reads beside it and is shown to nobody; `spare` could; `refused` was changed or is not vouched for. */
const state = z.enum(['active', 'shadow', 'spare', 'refused']);

const modelRow = ofModel.extend({
  task: z.string(),
  title: z.string(),
  intendedUse: z.string(),
  notFor: z.array(z.string()),
  /** For whom it is made. */
  population: z.string().optional(),
  researchUse: z.string().optional(),
  licence: z.string(),
  state,
  /** Why it is refused. */
  problem: z.string().optional(),
  /** Came with the application, or was installed from a package. */
  origin: z.enum(['shipped', 'installed']),
  publisher: z.string().optional(),
  /** What runs it, where it is open now. */
  provider: z.string().optional(),
  device: z.string().optional(),
  providerReason: z.string().optional(),
  threads: z.number().optional(),
  card: z.string(),
  metrics: z.unknown(),
});
export type ModelRow = z.output<typeof modelRow>;

/** A share with its 95 % interval (Wilson). */
const share = z.object({ count: z.number(), of: z.number(), value: z.number(), low: z.number(), high: z.number() });
export type Share = z.output<typeof share>;

const watchRow = ofModel.extend({
  task: z.string(),
  readings: z.number(),
  since: instant.optional(),
  accepted: share,
  changed: share,
  rejected: share,
  refused: share,
  /** Population stability index by feature, against the pictures that it was trained on; null where its manifest says nothing of them or too few were read. */
  drift: z.array(z.object({ feature: z.string(), psi: z.number(), images: z.number() })).nullable(),
  /** Whether it said the same as the active version while it read in its shadow. */
  shadow: z.object({ against: z.string(), agreement: share }).optional(),
  /** What is out of bounds, as sentences. */
  alarms: z.array(z.object({ id: z.string(), says: z.string(), since: instant, seenBy: z.string().optional() })),
});
export type WatchRow = z.output<typeof watchRow>;

export const models = {
  'models.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ models: z.array(modelRow) }),
    permission: 'signed-in',
    audit: null,
    summary: 'Models on this machine with their versions, state and cards',
  }),
  'models.install': procedure({
    kind: 'job',
    input: z.union([z.object({ place: z.string() }), z.object({ upload: z.string() })]),
    output: job,
    permission: 'model.write',
    audit: 'C',
    summary:
      'Install a signed model package from a file that was chosen or handed over; the job result is { id, version }. It reads nothing until it is made active',
  }),
  'models.activate': procedure({
    kind: 'command',
    input: ofModel,
    output: done,
    permission: 'model.write',
    audit: 'U',
    summary: 'Let this version read from now on',
  }),
  'models.shadow': procedure({
    kind: 'command',
    input: z.object({ id: modelId, version: version.nullable() }),
    output: done,
    permission: 'model.write',
    audit: 'U',
    summary: 'Let this version read silently beside the active one; null ends it',
  }),
  'models.rollBack': procedure({
    kind: 'command',
    input: z.object({ id: modelId }),
    output: z.object({ version }),
    permission: 'model.write',
    audit: 'U',
    summary: 'Go back to the version that read before',
  }),
  'models.remove': procedure({
    kind: 'command',
    input: ofModel,
    output: done,
    permission: 'model.write',
    audit: 'D',
    summary: 'Remove an installed version that does not read',
  }),
  'models.history': procedure({
    kind: 'query',
    input: z.object({ id: modelId }),
    output: z.object({
      entries: z.array(z.object({ act: z.string(), version: z.string().nullable(), by: z.string(), at: instant })),
    }),
    permission: 'model.watch',
    audit: null,
    summary: 'Which version read when, and who changed it',
  }),
  'models.publishers': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      publishers: z.array(z.object({ key: z.string(), fingerprint: z.string(), name: z.string(), by: z.string(), at: instant })),
    }),
    permission: 'model.watch',
    audit: null,
    summary: 'Keys whose model packages are taken here',
  }),
  'models.trust': procedure({
    kind: 'command',
    input: z.object({ name: z.string().trim().min(1).max(120), key: z.string().max(100) }),
    output: z.object({ fingerprint: z.string() }),
    permission: 'model.write',
    audit: 'C',
    summary: "Trust a publisher's key (Ed25519, 32 bytes in base64)",
  }),
  'models.distrust': procedure({
    kind: 'command',
    input: z.object({ key: z.string().max(100) }),
    output: done,
    permission: 'model.write',
    audit: 'D',
    summary: 'Trust a key no longer; its models are refused from then on',
  }),
  'models.providers': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ choice: z.string(), offered: z.array(z.string()), device: z.string() }),
    permission: 'signed-in',
    audit: null,
    summary: 'What could compute models here, and what is chosen: auto or one of them',
  }),
  'models.setProvider': procedure({
    kind: 'command',
    input: z.object({ provider: z.string().max(40) }),
    output: done,
    permission: 'model.write',
    audit: 'U',
    summary: 'Choose what computes the models: auto or one of those offered',
  }),
  'models.tryOut': procedure({
    kind: 'job',
    input: z.object({}),
    output: job,
    permission: 'model.watch',
    audit: null,
    summary: 'Open every active model now, measure it again, and say what runs it and why',
  }),
  'models.watch': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ rows: z.array(watchRow) }),
    permission: 'model.watch',
    audit: null,
    summary: 'How each model version does: agreement of clinicians, refusals, drift, shadow; and what is out of bounds',
  }),
  'models.alarmSeen': procedure({
    kind: 'command',
    input: z.object({ alarm: z.string() }),
    output: done,
    permission: 'model.watch',
    audit: 'U',
    summary: 'Say that somebody looks after what is out of bounds',
  }),
};
