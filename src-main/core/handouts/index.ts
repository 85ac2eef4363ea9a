/** Documents on their way out, held in memory for the one who asked, piece by piece, until the last is fetched. */
import type { Handout } from '../../../src-shared/contract/handouts.ts';
import { CHUNK_BYTES_MAX } from '../../../src-shared/contract/wire.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, query } from '../bind.ts';
import type { Chance } from '../context.ts';

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

export function openHandouts(chance: Chance): Handouts {
  const held = new Map<string, { person: string; parts: Parts; rest: Uint8Array }>();
  const handouts: Handouts = {
    offer(person, { name, mediaType, parts }) {
      for (const oldest of held.keys()) {
        if (held.size < HELD_MAX) break;
        held.delete(oldest);
      }
      const id = chance.id();
      held.set(id, { person, parts: parts[Symbol.iterator](), rest: new Uint8Array() });
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
    procedures: { 'handouts.read': query((context, input) => handouts.next(context.person.id, input.handout)) },
  };
  return handouts;
}
