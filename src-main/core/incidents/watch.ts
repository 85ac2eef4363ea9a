/** Watching: what was missed is gone through when the vault opens, everything after that as it is logged; what the rules find becomes an incident. */
import { setImmediate as breath } from 'node:timers/promises';
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';
import type { Verdict } from '../../../src-shared/audit/lines.ts';
import type { Context, Db } from '../context.ts';
import type { Transactions } from '../transactions.ts';
import { Detector, type Finding, type Known } from './detect.ts';
import { knownFrom, readRuleSettings } from './known.ts';
import { raiseIncident } from './store.ts';

const SLICE = 400;
/** From so many missed entries on, catching up is a job that people see. */
const JOB_FROM = 2_000;
/** Entries before the first missed one that are gone through again, for what lies within windows. */
const LOOK_BACK = 2_000;
/** What was learned is written after so many entries at the latest. */
const KEEP_EVERY = 256;

export interface Watch {
  /** Resolves when everything that is in the log was gone through. */
  ready(): Promise<void>;
  /** The log was verified and is not whole. */
  logBroken(verdict: Verdict): void;
  /** Thresholds were changed. */
  settingsChanged(): void;
  stop(): Promise<void>;
}

export interface WatchHost {
  db: Db;
  transactions: Transactions;
  /** In the name of the program itself. */
  context: Context;
  local?: Known['local'];
}

export function openWatch({ db, transactions, context, local }: WatchHost): Watch {
  let settings = readRuleSettings(db);
  const detector = new Detector(knownFrom(db, () => settings, local));
  const slice = db.prepare<[number, number], { entry: string }>('SELECT entry FROM audit WHERE n > ? ORDER BY n LIMIT ?');
  const keep = db.prepare(
    "INSERT INTO meta (key, value) VALUES ('watch-seen', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const keepDay = db.prepare(
    'INSERT INTO watch_day (person, day, peak, hours) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET peak = max(peak, excluded.peak), hours = hours | excluded.hours',
  );
  let seen = Number(db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'watch-seen'").get()?.value ?? 0);
  let kept = seen;
  let stopped = false;
  let live = false;
  let broken: unknown = null;

  transactions.onLogged((entries) => {
    if (!live || broken !== null) return;
    for (const entry of entries) contained(() => take(entry, true));
  });

  function take(entry: ChainEntry, raises: boolean): void {
    const found = detector.see(entry);
    if (entry.n <= seen) return;
    seen = entry.n;
    if (raises && found.length > 0) raise(found);
    else if (seen - kept >= KEEP_EVERY) keepUp();
  }

  function raise(found: readonly Finding[]): void {
    const [first] = found;
    transactions.write({ action: 'C', procedure: 'incidents.raise', patient: first?.patient }, context.person, (tx) => {
      for (const finding of found) raiseIncident(tx, finding);
      keepIn();
    });
  }

  /** Who watches must never keep anybody from working: a failure ends the watching, and is told to whoever asks for incidents. */
  function contained(body: () => void): void {
    try {
      body();
    } catch (thrown) {
      broken = thrown;
    }
  }

  function keepUp(): void {
    transactions.write(null, context.person, keepIn);
  }

  function keepIn(): void {
    keep.run(String(seen));
    for (const { person, day, peak, hours } of detector.days()) keepDay.run(person, day, peak, hours);
    kept = seen;
  }

  async function catchUp(progress: (done: number, total: number) => void = () => undefined): Promise<void> {
    let last = Math.max(0, seen - LOOK_BACK);
    const total = db.prepare<[], { n: number | null }>('SELECT max(n) AS n FROM audit').get()?.n ?? 0;
    // What is short is finished even when the vault is about to close: an act at the terminal is looked at in the same moment.
    while (broken === null && !(stopped && total - last > JOB_FROM)) {
      const rows = slice.all(last, SLICE);
      // Written by this program in this shape; what was tampered with is for `audit verify` to find.
      const entries = rows.flatMap(({ entry }) => parsed(entry));
      for (const entry of entries) contained(() => take(entry, true));
      if (rows.length < SLICE) break;
      last = entries.at(-1)?.n ?? last + SLICE;
      progress(last, total);
      await breath();
    }
    // From the last slice to here nothing else could run.
    live = true;
  }

  async function begin(): Promise<void> {
    await breath();
    const missed = (db.prepare<[], { n: number | null }>('SELECT max(n) AS n FROM audit').get()?.n ?? 0) - seen;
    if (missed < JOB_FROM) return catchUp();
    const job = context.jobs.start({
      kind: 'watch',
      title: 'Going through what was logged meanwhile',
      unit: 'entries',
      run: (running) => catchUp(running.progress),
    });
    await context.jobs.wait(job);
  }

  const begun = begin().catch((thrown: unknown) => {
    broken = thrown;
  });

  return {
    async ready() {
      await begun;
      if (broken !== null) throw broken;
    },
    logBroken(verdict) {
      const atMs = context.clock.now();
      const where = verdict.firstBad?.index;
      contained(() =>
        raise([
          {
            rule: 'log-broken',
            cause: `log-broken:${where ?? 'page'}:${verdict.firstBad?.what ?? ''}`,
            fromMs: atMs,
            atMs,
            said: `The check found: ${verdict.firstBad?.what ?? 'damage'}${where === null || where === undefined ? '' : `, first at entry ${where}`}.`,
          },
        ]),
      );
    },
    settingsChanged() {
      settings = readRuleSettings(db);
    },
    async stop() {
      stopped = true;
      await begun;
      if (broken === null && seen > kept) contained(keepUp);
    },
  };
}

function parsed(text: string): ChainEntry[] {
  try {
    return [JSON.parse(text) as ChainEntry];
  } catch {
    return [];
  }
}
