/** The rules of watching over one entry after the other. It keeps what it needs of the last day in memory, writes nothing, and costs a few microseconds an entry. */
import type { ChainEntry, GoesOnPart } from '../../../src-shared/audit/entry.ts';
import { type RuleId, type RuleSettings, thresholdsOf } from '../../../src-shared/incidents/rules.ts';
import { Lately } from './windows.ts';

export interface Finding {
  rule: RuleId;
  /** The same cause raises one incident, which grows. */
  cause: string;
  person?: string;
  patient?: string;
  /** Time from which the acts count, ms. */
  fromMs: number;
  atMs: number;
  /** What the rule saw, without names. */
  said: string;
}

/** What detection has to know of the clinic; answered from the database. */
export interface Known {
  /** In the care team, or the glass is broken at this time. */
  cares(person: string, patient: string, at: string): boolean;
  sameFamily(person: string, patient: string): boolean;
  /** The most patients within one window on a usual day (the median of 28 days that were worked), 0 where nothing is known. */
  usualPeak(person: string, day: string): number;
  /** On how many of the last 28 days the person worked at this hour. */
  daysAtHour(person: string, day: string, hour: number): number;
  settings(): RuleSettings;
  /** Day (YYYY-MM-DD) and hour by the clock on the wall. */
  local(ms: number): { day: string; hour: number };
}

/** One person on one day. */
export interface Day {
  day: string;
  /** The most patients within one window. */
  peak: number;
  /** A bit for each hour of the day in which a record was opened. */
  hours: number;
}

interface Traces extends Day {
  usual: number;
  opened: Lately;
  strangers: Lately;
  searched: Lately;
  openedToday: Set<string>;
  atNight: Lately;
  exported: Lately;
  denied: Lately;
}

const MINUTE_MS = 60_000;
/** Names under which sign-ins fail, kept at once. */
const NAMES_MAX = 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Acts on a patient that open nobody's record: making one, what machines bring, and looking at the log itself. */
const opensNothing =
  /^(?:patients\.(?:register|breakGlass|searched|lookAlikes)|setup\.|sync\.|records\.import|imaging\.import|audit\.|incidents\.|lifetime\.|careTeam\.|drafts\.)/;
/** Wrong passwords at an open screen count with those at the door. */
const asksPassword = /^session\.(?:signIn|confirm)$/;
const takesOut = /(?:^|\.)export|^subjectAccess|^records\.subjectAccess/i;
const failedTries = /^after (\d+) failed tries/;

export class Detector {
  readonly #known: Known;
  readonly #people = new Map<string, Traces>();
  readonly #signIns = new Map<string, Lately>();
  /** The latest time in the log since it was last told that it ran back, and the entry with it. */
  #latest = { n: 0, ms: Number.NEGATIVE_INFINITY };

  constructor(known: Known) {
    this.#known = known;
  }

  /** @returns what the entry, with those before it, gives reason for */
  see(entry: ChainEntry): Finding[] {
    const atMs = Date.parse(entry.at);
    const { day, hour } = this.#known.local(atMs);
    const found: Finding[] = [];
    const set = this.#known.settings();
    const raise = (rule: RuleId, cause: string, fromMs: number, said: string, patient?: string) => {
      if (!set[rule]?.off) found.push({ rule, cause: `${rule}:${cause}`, person: entry.person, patient, fromMs, atMs, said });
    };

    this.#clock(entry, atMs, set, found);
    if (entry.goesOn) found.push(cameBack(entry.n, entry.goesOn, atMs));
    if (asksPassword.test(entry.procedure)) this.#signIn(entry, day, atMs, set, raise);
    if (entry.person === undefined || entry.person === 'system') return found;
    const { person } = entry;
    const traces = this.#tracesOf(person, day);

    if (entry.outcome === 'denied' && !asksPassword.test(entry.procedure)) {
      const { tries, windowMinutes } = thresholdsOf('many-denied', set);
      traces.denied.touch(`${entry.n}`, atMs);
      const count = traces.denied.since(atMs - windowMinutes * MINUTE_MS);
      if (count >= tries)
        raise(
          'many-denied',
          `${person}:${day}`,
          atMs - windowMinutes * MINUTE_MS,
          `${count} refusals within ${windowMinutes} minutes.`,
        );
    }
    if (entry.outcome !== 'ok') return found;

    if (entry.procedure === 'patients.breakGlass' && entry.patient)
      raise(
        'break-glass',
        `${entry.n}`,
        atMs,
        `A record was opened from outside the care team (${entry.reason ?? 'no reason is in the log'}).`,
        entry.patient,
      );
    if (entry.procedure === 'patients.searched') this.#searched(entry, traces, day, atMs, set, raise);
    if (takesOut.test(entry.procedure) && !entry.procedure.startsWith('audit.'))
      this.#tookOut(entry, traces, day, atMs, set, raise);
    if (entry.patient && !opensNothing.test(entry.procedure))
      this.#opened(entry, entry.patient, traces, { day, hour, atMs }, set, raise);
    return found;
  }

  /** What is usual for people, to be kept: of those that were seen on the day that they are at. */
  *days(): Generator<{ person: string } & Day> {
    for (const [person, { day, peak, hours }] of this.#people) if (hours !== 0) yield { person, day, peak, hours };
  }

  #tracesOf(person: string, day: string): Traces {
    const held = this.#people.get(person);
    if (held?.day === day) return held;
    const fresh = {
      day,
      peak: 0,
      hours: 0,
      usual: this.#known.usualPeak(person, day),
      openedToday: new Set<string>(),
      strangers: new Lately(),
      searched: new Lately(),
    };
    const traces: Traces = held
      ? Object.assign(held, fresh)
      : { ...fresh, opened: new Lately(), atNight: new Lately(), exported: new Lately(), denied: new Lately() };
    this.#people.set(person, traces);
    return traces;
  }

  /** Told once for each time that it is set back: what follows by that clock raises nothing more. */
  #clock({ n }: ChainEntry, atMs: number, set: RuleSettings, found: Finding[]): void {
    const backMs = this.#latest.ms - atMs;
    const told = backMs > thresholdsOf('clock-back', set).minutes * MINUTE_MS;
    if (told && !set['clock-back']?.off)
      found.push({
        rule: 'clock-back',
        cause: `clock-back:${n}`,
        // The time that the log has twice.
        fromMs: atMs,
        atMs: this.#latest.ms,
        said: `Entry ${n} is dated ${Math.round(backMs / MINUTE_MS)} minutes before entry ${this.#latest.n}, which was written earlier.`,
      });
    if (told || backMs <= 0) this.#latest = { n, ms: atMs };
  }

  #signIn(entry: ChainEntry, day: string, atMs: number, set: RuleSettings, raise: Raise): void {
    const { tries, windowMinutes } = thresholdsOf('failed-sign-ins', set);
    // Tries while the vault was closed are counted beside it and told at the next sign-in.
    const told = Number(failedTries.exec(entry.reason ?? '')?.[1] ?? 0);
    if (entry.outcome === 'ok' && told >= tries)
      raise('failed-sign-ins', `${entry.person}:${day}`, atMs, `A sign-in came off after ${told} wrong tries.`);
    if (entry.outcome !== 'denied') return;
    const who = entry.reason ?? 'somebody';
    const seen = this.#signIns.get(who) ?? new Lately();
    if (this.#signIns.size > NAMES_MAX) this.#signIns.clear();
    this.#signIns.set(who, seen);
    seen.touch(`${entry.n}`, atMs);
    const count = seen.since(atMs - windowMinutes * MINUTE_MS);
    if (count >= tries)
      raise(
        'failed-sign-ins',
        `${who}:${day}`,
        atMs - windowMinutes * MINUTE_MS,
        `${count} wrong tries to sign in under one name within ${windowMinutes} minutes.`,
      );
  }

  #searched(entry: ChainEntry, traces: Traces, day: string, atMs: number, set: RuleSettings, raise: Raise): void {
    for (const { type, id } of entry.resources)
      if (type === 'Patient' && !traces.openedToday.has(id)) traces.searched.touch(id, atMs);
    const { patients } = thresholdsOf('search-only', set);
    const count = traces.searched.since(atMs - DAY_MS);
    if (count >= patients)
      raise(
        'search-only',
        `${entry.person}:${day}`,
        atMs - DAY_MS,
        `${count} patients were shown in searches on one day and not opened.`,
      );
  }

  #tookOut(entry: ChainEntry, traces: Traces, day: string, atMs: number, set: RuleSettings, raise: Raise): void {
    const { patients, windowMinutes } = thresholdsOf('bulk-export', set);
    const cause = `${entry.person}:${day}`;
    if (entry.patient === undefined) {
      raise('bulk-export', cause, atMs, 'All records that this person may see were exported at once.');
      return;
    }
    traces.exported.touch(entry.patient, atMs);
    const count = traces.exported.since(atMs - windowMinutes * MINUTE_MS);
    if (count >= patients)
      raise(
        'bulk-export',
        cause,
        atMs - windowMinutes * MINUTE_MS,
        `The records of ${count} patients were exported within ${windowMinutes} minutes.`,
      );
  }

  #opened(
    entry: ChainEntry,
    patient: string,
    traces: Traces,
    { day, hour, atMs }: { day: string; hour: number; atMs: number },
    set: RuleSettings,
    raise: Raise,
  ): void {
    const person = entry.person ?? '';
    const firstToday = !traces.openedToday.has(patient);
    traces.openedToday.add(patient);
    traces.searched.drop(patient);
    traces.hours |= 1 << hour;

    const mass = thresholdsOf('mass-access', set);
    const fromMs = atMs - mass.windowMinutes * MINUTE_MS;
    traces.opened.touch(patient, atMs);
    const count = traces.opened.since(fromMs);
    traces.peak = Math.max(traces.peak, count);
    if (count >= Math.max(mass.patients, Math.ceil(mass.timesUsual * traces.usual)))
      raise(
        'mass-access',
        `${person}:${day}`,
        fromMs,
        `${count} patients within ${mass.windowMinutes} minutes; the most on a usual day of this person is ${traces.usual}.`,
      );

    const night = thresholdsOf('unusual-hours', set);
    if (isBetween(hour, night.from, night.to)) {
      traces.atNight.touch(patient, atMs);
      const atNight = traces.atNight.since(atMs - DAY_MS / 2);
      if (atNight >= night.patients && this.#known.daysAtHour(person, day, hour) < 3)
        raise(
          'unusual-hours',
          `${person}:${day}`,
          atMs - DAY_MS / 2,
          `${atNight} patients between ${night.from}:00 and ${night.to}:00, when this person does not usually work.`,
        );
    }

    if (!firstToday) return;
    if (!this.#known.cares(person, patient, entry.at)) {
      traces.strangers.touch(patient, atMs);
      const strangers = traces.strangers.since(atMs - DAY_MS);
      if (strangers >= thresholdsOf('no-care-relation', set).patients)
        raise(
          'no-care-relation',
          `${person}:${day}`,
          atMs - DAY_MS,
          `${strangers} patients on one day for whom this person does not care.`,
        );
    }
    if (this.#known.sameFamily(person, patient))
      raise(
        'own-or-family',
        `${person}:${patient}:${day}`,
        atMs,
        'The patient has the family name of the person who opened the record.',
        patient,
      );
  }
}

type Raise = (rule: RuleId, cause: string, fromMs: number, said: string, patient?: string) => void;

/** @param from, to hours; the span may go over midnight */
function isBetween(hour: number, from: number, to: number): boolean {
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** Whatever the clinic has switched off: the settings came from the backup, too. */
function cameBack(n: number, { log, last, backupAt }: GoesOnPart, atMs: number): Finding {
  const from = backupAt === undefined ? 'a copy of the vault' : `the backup of ${backupAt}`;
  return {
    rule: 'log-goes-on',
    cause: `log-goes-on:${log}`,
    fromMs: atMs,
    atMs,
    said: `From entry ${n} on the log goes on from ${from}. What had been logged behind entry ${last} before is not in this vault.`,
  };
}
