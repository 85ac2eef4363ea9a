/** A document on its way out, fetched piece by piece. */
import { saveFile } from '../core/save-file.ts';
import type { Session } from './session.ts';

/** Into a file. @returns bytes written */
export function saveHandout(session: Session, handout: string, path: string): Promise<number> {
  return saveFile(path, handoutPieces(session, handout));
}

export async function* handoutPieces(session: Session, handout: string): AsyncGenerator<Uint8Array> {
  for (let done = false; !done; ) {
    const piece = await session.call('handouts.read', { handout });
    yield piece.bytes;
    done = piece.done;
  }
}
