/** The archive: asked, fetched from, sent to; and the receiver's settings. */
import type { Person } from '../../../src-shared/contract/session.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query, startJob } from '../bind.ts';
import type { Context, RunningJob } from '../context.ts';
import { type DicomPool, matchPatient, originalsOf } from '../imaging/index.ts';
import { sql } from '../records/index.ts';
import { qido, stow } from './dicomweb.ts';
import { dimseQuery, qidoQuery, studyRow, type WorklistRow, worklistQuery, worklistRow } from './found.ts';
import { type Network, openNetwork } from './line.ts';
import { isTaken, type Questions } from './protocol.ts';
import { openReception } from './receiver.ts';
import { type Archive, fetched, moved } from './retrieve.ts';
import { setAsideGroups } from './set-aside.ts';
import { peerOf, peersOf, receiverOf, removePeer, savePeer, setReceiver } from './settings.ts';

const FOUND_MAX = 500;
const WORKLIST_MAX = 1000;
/** Instances sent in one STOW request. */
const STOW_GROUP = 20;
const ok = { ok: true as const };

export interface Pacs {
  procedures: Handlers;
  /** Listens, if the settings say so, for as long as the vault is open. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param contextOf whose name what others send is written in: a person of the system with the right to import */
export function openPacs(pool: DicomPool, contextOf: (person: Person) => Context, system: Person): Pacs {
  const context = contextOf({ ...system, displayName: 'DICOM receiver', roles: ['radiologist'] });
  const network: Network = openNetwork({
    keep: (object) => reception.keep(object),
    end: () => reception.rest(),
    turnedAway: (from) => reception.turnedAway(from),
    noRoom: (from) => reception.noRoom(from),
    died: () => reception.died(),
  });
  const reception = openReception(context, pool, () => network);

  const archiveOf = (asking: Context, id: string): Archive => {
    const { peer, password } = peerOf(asking.vault, id);
    const { address } = peer;
    if (address.kind === 'dicomweb') return { web: { url: address.url, userName: address.userName, password } };
    return {
      dimse: { host: address.host, port: address.port, called: address.aeTitle, calling: receiverOf(asking.vault.db).aeTitle },
    };
  };

  /** What another program wrote is read in a thread with bounds. */
  const read = (answers: Questions['find']['answer']['found']) => pool.ask('answers', { answers });

  const procedures: Handlers = {
    'pacs.state': query(({ vault }) => ({
      receiver: { ...receiverOf(vault.db), ...reception.state() },
      peers: peersOf(vault.db),
    })),
    'pacs.setAside': query(({ vault }) => ({ groups: setAsideGroups(vault.db) })),
    'pacs.takeAgain': command((_context, tx, { objects }) => ({ objects: reception.again(tx, objects) })),
    'pacs.discard': command((_context, tx, { objects }) => ({ objects: reception.discard(tx, objects) })),
    'pacs.setReceiver': command((_context, tx, wanted) => {
      setReceiver(tx.db, wanted);
      tx.changed(['settings']);
      // After the commit: listening reads what is written here.
      setImmediate(() => void reception.listen().then(() => context.emit({ name: 'changed', topics: ['settings'] })));
      return ok;
    }),
    'pacs.savePeer': command((asking, tx, { password, id, ...rest }) => {
      const kept = { ...rest, id: id ?? tx.chance.id() };
      savePeer(asking.vault, tx.db, kept, password);
      tx.changed(['settings']);
      return { id: kept.id };
    }),
    'pacs.removePeer': command((_context, tx, { id }) => {
      removePeer(tx.db, id);
      tx.changed(['settings']);
      return ok;
    }),
    'pacs.echo': query(async (asking, { peer }) => {
      const started = performance.now();
      const archive = archiveOf(asking, peer);
      if ('web' in archive) await qido(archive.web, '/studies', { limit: '1' });
      else await network.ask('echo', { to: archive.dimse });
      return { ...ok, ms: Math.round(performance.now() - started) };
    }),
    'pacs.find': query(async (asking, { peer, ...wanted }) => {
      const archive = archiveOf(asking, peer);
      const here = (study: string) =>
        sql(asking.vault.db, 'SELECT 1 FROM dicom_instance WHERE study = ? LIMIT 1').get(study) !== undefined;
      if ('web' in archive) {
        const found = await qido(archive.web, '/studies', qidoQuery(wanted, FOUND_MAX + 1));
        return { studies: found.slice(0, FOUND_MAX).map((one) => studyRow(one, here)), more: found.length > FOUND_MAX };
      }
      const { found, more } = await network.ask('find', {
        to: archive.dimse,
        model: 'study',
        query: dimseQuery(wanted),
        most: FOUND_MAX,
      });
      return { studies: (await read(found)).map((one) => studyRow(one, here)), more };
    }),
    'pacs.worklist': query(async (asking, { peer, day, modality }) => {
      const archive = archiveOf(asking, peer);
      if ('web' in archive) throw new AppError('pacs-not-taken');
      const { found } = await network.ask('find', {
        to: archive.dimse,
        model: 'worklist',
        query: worklistQuery(day, modality),
        most: WORKLIST_MAX,
      });
      const rows = (await read(found)).map(worklistRow).sort((one, other) => (one.time ?? '').localeCompare(other.time ?? ''));
      return { items: rows.map((row) => ({ ...row, ...ourPatient(asking, row) })) };
    }),
    'pacs.retrieve': startJob(async (asking, { peer, study, patient, by, objects }) => {
      const archive = archiveOf(asking, peer);
      const source = peerOf(asking.vault, peer).peer.name;
      if ('dimse' in archive && by === 'move' && !reception.state().listening) throw new AppError('pacs-needs-receiver');
      return {
        job: asking.jobs.start({
          kind: 'pacs.retrieve',
          title: 'Fetching a study',
          unit: 'objects',
          ...(patient ? { patient } : {}),
          run: (job) =>
            'dimse' in archive && by === 'move'
              ? moved(network, archive.dimse, study, job)
              : fetched(asking, pool, network, { archive, source, study, patient, objects, job }),
        }),
      };
    }),
    'pacs.send': startJob(async (asking, { peer, patient, study }) => {
      const archive = archiveOf(asking, peer);
      const originals = originalsOf(asking, patient, study);
      const run = async (job: RunningJob) => {
        let [sent, refused] = [0, 0];
        for (let at = 0; at < originals.length; at += STOW_GROUP) {
          const group = originals.slice(at, at + STOW_GROUP);
          if (job.signal.aborted) throw new AppError('cancelled');
          const files = await Promise.all(group.map(({ read }) => read()));
          if ('web' in archive) {
            const done = await stow(archive.web, study, files, job.signal);
            [sent, refused] = [sent + done.sent, refused + done.refused];
          } else {
            for (const bytes of files) {
              const { status } = await network.ask('store', { to: archive.dimse, bytes }, { signal: job.signal });
              if (isTaken(status)) sent++;
              else refused++;
            }
          }
          job.progress(Math.min(at + group.length, originals.length), originals.length);
        }
        return { sent, refused };
      };
      return { job: asking.jobs.start({ kind: 'pacs.send', title: 'Sending a study', unit: 'objects', patient, run }) };
    }),
  };

  return {
    procedures,
    start: () => reception.listen(),
    async stop() {
      await reception.stop();
      await network.close();
    },
  };
}

function ourPatient(context: Context, row: WorklistRow): { patient?: string } {
  const [family = '', given = ''] = row.name.split('^');
  const match = matchPatient(context.vault.db, {
    id: row.patientNumber,
    otherIds: [],
    name: row.name,
    family,
    given,
    birthDate: row.birthDate,
    sex: row.sex,
  });
  return match.kind === 'patient' ? { patient: match.patient } : {};
}
