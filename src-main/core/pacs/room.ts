/** Room in the vault for what senders have handed over and nobody has taken in yet, all senders together. */
import { statfsSync } from 'node:fs';
import type { Db } from '../context.ts';
import { sql } from '../records/index.ts';

/** What a room is short of. */
export type Short = 'memory' | 'waiting' | 'disk';

export const roomLimits = {
  /** Objects that wait, and their bytes; those set aside count. */
  objects: 5000,
  bytes: 4_000_000_000,
  /** Left on the disk for everything else: the vault must still be able to write what people do. */
  diskFree: 1_000_000_000,
} as const;

export interface Room {
  /** What is missing for so many bytes more; undefined: there is room. */
  shortOf(bytes: number): Short | undefined;
  add(bytes: number): void;
  remove(bytes: number): void;
}

export function openRoom(
  db: Db,
  free: () => number,
  most: { objects: number; bytes: number; diskFree: number } = roomLimits,
): Room {
  const kept = sql<{ objects: number; bytes: number | null }>(
    db,
    'SELECT COUNT(*) AS objects, SUM(LENGTH(bytes)) AS bytes FROM pacs_incoming',
  ).get();
  const held = { objects: kept?.objects ?? 0, bytes: kept?.bytes ?? 0 };
  return {
    shortOf(bytes) {
      if (held.objects >= most.objects || held.bytes + bytes > most.bytes) return 'waiting';
      // Encrypted twice on its way: in the database, then as a file.
      return free() < most.diskFree + 2 * bytes ? 'disk' : undefined;
    },
    add(bytes) {
      held.objects++;
      held.bytes += bytes;
    },
    remove(bytes) {
      held.objects--;
      held.bytes -= bytes;
    },
  };
}

/** Bytes that whoever runs this may still write beside the vault. */
export function diskFree(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
