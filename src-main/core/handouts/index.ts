/** Documents on their way out, held in memory for the one who asked, piece by piece, until the last is fetched. */
import { open, rename, rm } from 'node:fs/promises';
import type { Handout } from '../../../src-shared/contract/handouts.ts';
import { CHUNK_BYTES_MAX } from '../../../src-shared/contract/wire.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, query, startJob } from '../bind.ts';
import type { Chance, RunningJob } from '../context.ts';
import type { Places } from '../places.ts';
import { diskError } from '../vault/index.ts';

/** On their way at once; the oldest gives way. */
const HELD_MAX = 8;

/** The parts of a document in order, made as they are asked for. */
export type Parts = Iterator<string | Uint8Array>;

export interface Handouts {
  offer(person: string, document: { name: string; mediaType: string; parts: Iterable<string | Uint8Array> }): Handout;
  /** Throws `not-found` for what was fetched already, or is somebody else's. */
  next(person: string, id: string): { bytes: Uint8Array; done: boolean };
  procedures: Handlers;
}

/** @param places what stands behind the handles that the shell gives for dialogs */
export function openHandouts(chance: Chance, places: Places): Handouts {
  const held = new Map<string, { person: string; name: string; parts: Parts; rest: Uint8Array }>();
  const handouts: Handouts = {
    offer(person, { name, mediaType, parts }) {
      for (const oldest of held.keys()) {
        if (held.size < HELD_MAX) break;
        held.delete(oldest);
      }
      const id = chance.id();
      held.set(id, { person, name, parts: parts[Symbol.iterator](), rest: new Uint8Array() });
      return { handout: id, name, mediaType };
    },
    next(person, id) {
      const document = held.get(id);
      if (document?.person !== person) throw new AppError('not-found', { what: 'document' });
      let { rest } = document;
      let done = false;
      if (rest.length === 0) {
        const part = document.parts.next();
        done = part.done === true;
        if (!done) rest = typeof part.value === 'string' ? new TextEncoder().encode(part.value) : part.value;
      }
      document.rest = rest.subarray(CHUNK_BYTES_MAX);
      if (done) held.delete(id);
      return { bytes: rest.slice(0, CHUNK_BYTES_MAX), done };
    },
    procedures: {
      'handouts.read': query((context, input) => handouts.next(context.person.id, input.handout)),
      'handouts.save': startJob(async (context, input) => {
        const path = places.path(input.place);
        const document = held.get(input.handout);
        if (document?.person !== context.person.id) throw new AppError('not-found', { what: 'document' });
        const run = async (job: RunningJob) => {
          await saveWhole(path, () => handouts.next(context.person.id, input.handout), job);
          return { name: document.name };
        };
        return { job: context.jobs.start({ kind: 'save', title: `Saving ${document.name}`, unit: 'bytes', run }) };
      }),
    },
  };
  return handouts;
}

/** Under another name first, so that nothing half-written is taken for the document; for its owner's eyes alone. */
async function saveWhole(path: string, next: () => { bytes: Uint8Array; done: boolean }, job: RunningJob): Promise<void> {
  const half = `${path}.part`;
  try {
    const file = await open(half, 'w', 0o600);
    try {
      let written = 0;
      for (let done = false; !done; ) {
        job.signal.throwIfAborted();
        const piece = next();
        await file.writeFile(piece.bytes);
        written += piece.bytes.length;
        job.progress(written, written);
        done = piece.done;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(half, path);
  } catch (thrown) {
    await rm(half, { force: true });
    throw diskError(thrown);
  }
}
