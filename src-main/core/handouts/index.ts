/** Documents on their way out, held in memory for the one who asked, piece by piece, until the last is fetched. */
import type { Handout } from '../../../src-shared/contract/handouts.ts';
import { CHUNK_BYTES_MAX } from '../../../src-shared/contract/wire.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, query, startJob } from '../bind.ts';
import type { Chance, RunningJob } from '../context.ts';
import type { Places } from '../places.ts';
import { saveFile } from '../save-file.ts';

/** On their way at once; the oldest gives way. */
const HELD_MAX = 8;

/** The parts of a document in order, made as they are asked for. */
export type Parts = Iterator<string | Uint8Array>;

export interface Handouts {
  offer(person: string, document: { name: string; mediaType: string; parts: Iterable<string | Uint8Array> }): Handout;
  /** Throws `not-found` for what was fetched already, or is somebody else's. */
  next(person: string, id: string): { bytes: Uint8Array; done: boolean };
  /** All that `next` would give, up to the last. */
  pieces(person: string, id: string): Iterable<Uint8Array>;
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
    *pieces(person, id) {
      for (let done = false; !done; ) {
        const piece = handouts.next(person, id);
        yield piece.bytes;
        done = piece.done;
      }
    },
    procedures: {
      'handouts.read': query((context, input) => handouts.next(context.person.id, input.handout)),
      'handouts.save': startJob(async (context, input) => {
        const path = places.path(input.place);
        const document = held.get(input.handout);
        if (document?.person !== context.person.id) throw new AppError('not-found', { what: 'document' });
        const run = async (job: RunningJob) => {
          await saveFile(path, handouts.pieces(context.person.id, input.handout), job);
          return { name: document.name };
        };
        return { job: context.jobs.start({ kind: 'save', title: `Saving ${document.name}`, unit: 'bytes', run }) };
      }),
    },
  };
  return handouts;
}
