/**
 * What others send here (C-STORE). The sender hears "kept" when the object is durably in the encrypted database; in the next pause it goes where every import goes: to the chart
 * that it certainly belongs to, or to the waiting list. After a crash the rest is taken in at the next start.
 */
import type { Receiver } from '../../../src-shared/contract/pacs.ts';
import { type AppError, errorAnswer } from '../../../src-shared/errors/index.ts';
import type { Context, Tx } from '../context.ts';
import { type DicomPool, importDicom } from '../imaging/index.ts';
import { isoTime } from '../ports.ts';
import { sql } from '../records/index.ts';
import type { Network } from './line.ts';
import type { Arrived } from './protocol.ts';
import { diskFree, openRoom, type Room, type Short } from './room.ts';
import { discard, waitAgain } from './set-aside.ts';
import { receiverOf } from './settings.ts';

/** Objects taken in at once: one new version of a study for each such group, not one for each slice. */
const GROUP_MAX = 200;
/** A larger object is taken in at once, while its sender waits. */
const KEPT_IN_DATABASE_BYTES = 64 * 1024 * 1024;
/** Pause after the last object, when its sender keeps the line open. */
const PAUSE_MS = 2000;
/** What senders can bring about as often as they like is written into the log at most so often. */
const NOTED_EVERY_MS = 10_000;

export interface Reception {
  listen(): Promise<void>;
  keep(object: Arrived): Promise<boolean>;
  /** A sender has ended. */
  rest(): void;
  /** What was set aside is tried again, or thrown away, by a person. */
  again(tx: Tx, objects: readonly string[]): number;
  discard(tx: Tx, objects: readonly string[]): number;
  turnedAway(from: string): void;
  /** There was no memory for what somebody sent. */
  noRoom(from: string): void;
  state(): {
    listening: boolean;
    problem?: string;
    received: number;
    refused: number;
    pending: number;
    setAside: number;
    sentBack?: { count: number; short: Short; at: string };
    lastAt?: string;
  };
  died(): void;
  stop(): Promise<void>;
}

interface Row {
  id: string;
  sender: string;
  sop_instance: string;
  bytes: Uint8Array;
}

/**
 * @param context in whose name objects are taken in: nobody in particular
 * @param room for what waits; by default in the vault's database, on the disk where it lies
 */
export function openReception(
  context: Context,
  pool: DicomPool,
  network: () => Network,
  room: Room = openRoom(context.vault.db, () => diskFree(context.vault.dir)),
): Reception {
  const { db } = context.vault;
  const counts = { received: 0, refused: 0 };
  let listening = false;
  let problem: string | undefined;
  let lastAt: string | undefined;
  let sentBack: { count: number; short: Short; at: string } | undefined;
  /** Large objects are taken in one after the other: each lies in memory more than once while it is looked at. */
  let large: Promise<unknown> = Promise.resolve();
  let taking: Promise<void> | null = null;
  let pause: NodeJS.Timeout | undefined;
  const stopping = new AbortController();
  const count = (where: string) =>
    sql<{ n: number }>(db, `SELECT COUNT(*) AS n FROM pacs_incoming WHERE set_aside IS ${where}`).get()?.n ?? 0;
  const pending = () => count('NULL');

  async function takeIn(): Promise<void> {
    for (;;) {
      const rows = sql<{ id: string; sender: string }>(
        db,
        `SELECT id, sender FROM pacs_incoming WHERE set_aside IS NULL ORDER BY sender, id LIMIT ${GROUP_MAX}`,
      ).all();
      const sender = rows[0]?.sender;
      const group = rows.filter((row) => row.sender === sender).map(({ id }) => id);
      if (sender === undefined || stopping.signal.aborted) return;
      try {
        await takeGroup(sender, group);
      } catch (thrown) {
        if (stopping.signal.aborted) return;
        // One of them stops the others: one by one, so that only that one stays behind.
        for (const id of group)
          await takeGroup(sender, [id]).catch((alone: unknown) =>
            settle(sender, [id], new Map([[id, errorAnswer(alone).message]])),
          );
        problem = errorAnswer(thrown).message;
      }
    }
  }

  async function takeGroup(sender: string, group: readonly string[]): Promise<void> {
    const files = group.map((id) => ({
      name: id,
      read: async () => sql<Row>(db, 'SELECT * FROM pacs_incoming WHERE id = ?').get(id)?.bytes ?? new Uint8Array(),
    }));
    const options = { source: sender, registerNew: false, signal: stopping.signal };
    const { results } = await importDicom(context, pool, files, options);
    settle(sender, group, new Map(results.filter((one) => one.status === 'refused').map((one) => [one.file, one.reason ?? ''])));
  }

  /** What is in a chart or waits for a decision is no longer needed here; what was refused was acknowledged all the same, and stays. */
  function settle(sender: string, group: readonly string[], refused: ReadonlyMap<string, string>): void {
    counts.refused += refused.size;
    const reason = `${group.length} objects from ${sender}${refused.size > 0 ? `, ${refused.size} set aside` : ''}`;
    context.write({ action: 'C', procedure: 'pacs.receive', reason }, (tx) => {
      for (const id of group) {
        const why = refused.get(id);
        if (why === undefined) {
          const bytes = sql<{ n: number }>(tx.db, 'SELECT LENGTH(bytes) AS n FROM pacs_incoming WHERE id = ?').get(id)?.n;
          sql(tx.db, 'DELETE FROM pacs_incoming WHERE id = ?').run(id);
          if (bytes !== undefined) room.remove(bytes);
        } else sql(tx.db, 'UPDATE pacs_incoming SET set_aside = ? WHERE id = ?').run(why, id);
      }
      tx.changed(['images', 'patients']);
    });
  }

  function rest(): void {
    clearTimeout(pause);
    if (taking || stopping.signal.aborted) return;
    taking = takeIn()
      .catch((thrown: unknown) => {
        problem = errorAnswer(thrown).message;
      })
      .finally(() => {
        taking = null;
        context.emit({ name: 'changed', topics: ['settings'] });
      });
  }

  async function takeLarge({ from, sopInstance, bytes }: Arrived): Promise<boolean> {
    const { results } = await importDicom(context, pool, [{ name: sopInstance, read: async () => bytes }], {
      source: from,
      registerNew: false,
      signal: stopping.signal,
    });
    return results.every((one) => one.status !== 'refused');
  }

  /** The sender hears "out of resources" and tries again later; whoever looks at the settings sees why. */
  function goesBack(from: string, short: Short): void {
    sentBack = { count: (sentBack?.count ?? 0) + 1, short, at: isoTime(context.clock) };
    note('sent back', `from ${from.slice(0, 16)}, no room: ${short}`);
  }

  const noted = new Map<string, { at: number; more: number }>();
  function note(what: string, about: string): void {
    const now = context.clock.now();
    const last = noted.get(what);
    if (last && now - last.at < NOTED_EVERY_MS) {
      last.more++;
      return;
    }
    noted.set(what, { at: now, more: 0 });
    const more = last?.more ? `; ${last.more} more since the last entry` : '';
    context.write({ action: 'E', procedure: 'pacs.receive', reason: `${what}: ${about}${more}` }, (tx) =>
      tx.changed(['settings']),
    );
  }

  return {
    async listen() {
      sql(db, 'UPDATE pacs_incoming SET set_aside = NULL WHERE set_aside IS NOT NULL').run();
      problem = undefined;
      listening = false;
      const wanted: Receiver = receiverOf(db);
      try {
        if (!wanted.on) await network().ask('deafen', {});
        else {
          await network().ask('listen', {
            host: wanted.host,
            port: wanted.port,
            allowed: wanted.allowed,
          });
          listening = true;
        }
      } catch (thrown) {
        const { message, action } = errorAnswer(thrown as AppError); // whatever it is, it is said
        problem = `${message} ${action}`;
      }
      rest();
    },
    async keep(object) {
      clearTimeout(pause);
      const waiting = pending();
      const { byteLength } = object.bytes;
      const short = room.shortOf(byteLength);
      // A sender that never pauses must not keep what it sent from being taken in.
      if (short || waiting % GROUP_MAX === GROUP_MAX - 1) setImmediate(rest);
      if (short) {
        goesBack(object.from, short);
        return false;
      }
      counts.received++;
      lastAt = isoTime(context.clock);
      if (byteLength > KEPT_IN_DATABASE_BYTES) {
        const before = large;
        const mine = before.then(() => takeLarge(object));
        large = mine.catch(() => undefined);
        return mine;
      }
      sql(db, 'INSERT INTO pacs_incoming (id, at, sender, sop_instance, bytes) VALUES (?, ?, ?, ?, ?)').run(
        context.chance.id(),
        lastAt,
        object.from,
        object.sopInstance,
        object.bytes,
      );
      room.add(byteLength);
      pause = setTimeout(rest, PAUSE_MS).unref();
      return true;
    },
    rest,
    again(tx, objects) {
      // What is being taken in may have looked for more just before.
      tx.afterwards(() => void (taking ?? Promise.resolve()).then(rest));
      return waitAgain(tx, objects);
    },
    discard: (tx, objects) => discard(tx, room, objects),
    turnedAway(from) {
      counts.refused++;
      note('turned away', `${from.slice(0, 16)} is not on the list`);
    },
    noRoom: (from) => goesBack(from, 'memory'),
    state: () => ({
      listening,
      ...(problem ? { problem } : {}),
      ...counts,
      pending: pending(),
      setAside: count('NOT NULL'),
      ...(sentBack ? { sentBack } : {}),
      ...(lastAt ? { lastAt } : {}),
    }),
    died() {
      listening = false;
      if (!stopping.signal.aborted && receiverOf(db).on) setTimeout(() => void this.listen(), PAUSE_MS).unref();
    },
    async stop() {
      stopping.abort();
      clearTimeout(pause);
      await taking;
    },
  };
}
