/** The picture archive: its addresses, asking it, fetching from it, sending to it, the modality worklist, and the receiver that takes what is sent here. */
import { z } from 'zod';
import { dicomUid } from './imaging.ts';
import { procedure } from './procedure.ts';
import { done, instant, job, patientId } from './types.ts';

/** PS3.5 6.2: at most 16 characters, no backslash, not only spaces. */
export const aeTitle = z
  .string()
  .trim()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/);
const port = z.number().int().min(1).max(65_535);
const host = z.string().trim().min(1).max(253);

const dimsePeer = z.object({ kind: z.literal('dimse'), host, port, aeTitle });
const webPeer = z.object({
  kind: z.literal('dicomweb'),
  /** Root of the services, such as https://pacs.hospital/dicom-web; http is allowed to this machine alone. */
  url: z.url({ protocol: /^https?$/ }).max(500),
  userName: z.string().max(200).optional(),
});
export const peer = z.object({
  id: z.string().max(64),
  name: z.string().trim().min(1).max(80),
  /** What it is asked for. */
  serves: z.array(z.enum(['archive', 'worklist'])).min(1),
  address: z.discriminatedUnion('kind', [dimsePeer, webPeer]),
});
export type Peer = z.output<typeof peer>;

export const receiver = z.object({
  on: z.boolean(),
  /** Address of this machine that it listens on; 127.0.0.1 is this machine alone. */
  host,
  port,
  /** Who we are, to the archive as well. */
  aeTitle,
  /** Senders that are let in; with an address only from there. */
  allowed: z.array(z.object({ aeTitle, host: host.optional() })).max(100),
});
export type Receiver = z.output<typeof receiver>;

export const foundStudy = z.object({
  study: z.string(),
  date: z.string().optional(),
  time: z.string().optional(),
  description: z.string(),
  accession: z.string().optional(),
  modalities: z.array(z.string()),
  /** family^given^middle; `writtenAlso` in the person's own script, where the archive has both. */
  name: z.string(),
  writtenAlso: z.string().optional(),
  patientNumber: z.string(),
  birthDate: z.string().optional(),
  sex: z.string().optional(),
  instances: z.number().optional(),
  /** It is in this vault already, all or in part. */
  here: z.boolean(),
});

export const worklistItem = z.object({
  name: z.string(),
  writtenAlso: z.string().optional(),
  patientNumber: z.string(),
  birthDate: z.string().optional(),
  sex: z.string().optional(),
  accession: z.string().optional(),
  procedure: z.string(),
  modality: z.string(),
  station: z.string().optional(),
  /** Day and time as the archive has them: 2026-11-22, 09:30. */
  date: z.string().optional(),
  time: z.string().optional(),
  study: z.string().optional(),
  performer: z.string().optional(),
  /** Our patient of that number, name and birth date, where there is exactly one. */
  patient: z.string().optional(),
});

/** Objects that are named in one call; the receiver has room for as many. */
export const OBJECTS_AT_ONCE = 5000;
const setAsideObjects = z.object({ objects: z.array(z.string().max(64)).min(1).max(OBJECTS_AT_ONCE) });
const howMany = ({ objects }: z.output<typeof setAsideObjects>) => `${objects.length} objects that were set aside`;

export const pacs = {
  'pacs.state': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      receiver: receiver.extend({
        listening: z.boolean(),
        /** Why it does not listen although it is on, as a sentence. */
        problem: z.string().optional(),
        received: z.number(),
        refused: z.number(),
        /** Durably here but not yet in a chart or on the waiting list. */
        pending: z.number(),
        /** Acknowledged, but damaged or in conflict with what is here: kept, and tried again at each start. */
        setAside: z.number(),
        /** Objects that senders were asked to send again later, and what there was too little of the last time. */
        sentBack: z.object({ count: z.number(), short: z.enum(['memory', 'waiting', 'disk']), at: instant }).optional(),
        lastAt: instant.optional(),
      }),
      peers: z.array(peer),
    }),
    permission: 'pacs.ask',
    audit: null,
    summary: 'Archives that are known, and whether the receiver listens',
  }),
  'pacs.setAside': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      /** Of one sender, for one reason. */
      groups: z.array(
        z.object({
          sender: z.string(),
          why: z.string(),
          count: z.number(),
          bytes: z.number(),
          firstAt: instant,
          lastAt: instant,
          /** As the two procedures below take them, the oldest first. */
          objects: z.array(z.string()),
        }),
      ),
    }),
    permission: 'pacs.ask',
    audit: null,
    summary: 'Objects that were acknowledged and could not be taken in, and why',
  }),
  'pacs.takeAgain': procedure({
    kind: 'command',
    input: setAsideObjects,
    output: z.object({ objects: z.number() }),
    permission: 'imaging.match',
    reason: howMany,
    audit: 'U',
    summary: 'Try at once to take in objects that were set aside; what cannot be taken in is set aside again',
  }),
  'pacs.discard': procedure({
    kind: 'command',
    input: setAsideObjects,
    output: z.object({ objects: z.number() }),
    permission: 'imaging.match',
    reason: howMany,
    audit: 'D',
    summary: 'Throw objects that were set aside away for good: their room is free again',
  }),
  'pacs.setReceiver': procedure({
    kind: 'command',
    input: receiver,
    output: done,
    permission: 'settings.write',
    audit: 'U',
    summary: 'Where, under which name and for whom the receiver listens (off unless said)',
  }),
  'pacs.savePeer': procedure({
    kind: 'command',
    input: peer.extend({ id: z.string().max(64).optional(), password: z.string().max(500).optional() }),
    output: z.object({ id: z.string() }),
    permission: 'settings.write',
    audit: 'U',
    summary: 'Keep an archive or worklist; its password is sealed in the vault and never comes back out',
  }),
  'pacs.removePeer': procedure({
    kind: 'command',
    input: z.object({ id: z.string() }),
    output: done,
    permission: 'settings.write',
    audit: 'D',
    summary: 'Forget an archive',
  }),
  'pacs.echo': procedure({
    kind: 'query',
    input: z.object({ peer: z.string() }),
    output: z.object({ ok: z.literal(true), ms: z.number() }),
    permission: 'pacs.ask',
    audit: null,
    summary: 'Whether an archive answers (C-ECHO, or an empty search)',
  }),
  'pacs.find': procedure({
    kind: 'query',
    input: z
      .object({
        peer: z.string(),
        /** As it is written on the films: family, or family^given; * stands for anything. */
        name: z.string().max(64).optional(),
        patientNumber: z.string().max(64).optional(),
        accession: z.string().max(16).optional(),
        modality: z.string().max(16).optional(),
        /** Days, both included: 2026-11-22. */
        from: z.iso.date().optional(),
        to: z.iso.date().optional(),
        study: dicomUid.optional(),
      })
      .refine(
        (i) => i.name || i.patientNumber || i.accession || i.from || i.study,
        'say a name, a number, an accession number, a day or a study',
      ),
    output: z.object({ studies: z.array(foundStudy), more: z.boolean() }),
    permission: 'pacs.find',
    audit: 'R',
    summary: 'Studies in an archive (C-FIND or QIDO), at most 500',
  }),
  'pacs.retrieve': procedure({
    kind: 'job',
    input: z.object({
      peer: z.string(),
      study: dicomUid,
      /** Whose it should be; objects that name somebody else wait for a decision. By `move` it is matched like anything that is sent here. */
      patient: patientId.optional(),
      /** How a DIMSE archive sends: over the same line, or to our receiver, which must be on. */
      by: z.enum(['get', 'move']).default('get'),
      /** How many objects the archive said there are: how far it has come is told against it. */
      objects: z.number().int().positive().optional(),
    }),
    output: job,
    permission: 'imaging.import',
    patient: (input) => input.patient,
    audit: 'C',
    summary:
      'Fetch a study (C-GET, C-MOVE or WADO) and take it in; what was not asked for waits for a decision; the job result is { results, waiting } as for an import',
  }),
  'pacs.send': procedure({
    kind: 'job',
    input: z.object({ peer: z.string(), patient: patientId, study: dicomUid }),
    output: job,
    permission: 'imaging.export',
    patient: (input) => input.patient,
    audit: 'R',
    summary: 'Send a study of this vault to an archive (C-STORE or STOW), unchanged; the job result is { sent, refused }',
  }),
  'pacs.worklist': procedure({
    kind: 'query',
    input: z.object({ peer: z.string(), day: z.iso.date(), modality: z.string().max(16).optional() }),
    output: z.object({ items: z.array(worklistItem) }),
    permission: 'pacs.find',
    audit: 'R',
    summary: "A day's planned examinations (modality worklist), with our patient where there is exactly one",
  }),
};
