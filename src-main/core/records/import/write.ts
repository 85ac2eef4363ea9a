/**
 * Writes the entries of one file. What is new of people who are new is written in short transactions while nobody can find those people yet; what changes
 * something that is already here waits. One last commit shows the people, applies the changes and appends to the change log: all or nothing to be seen.
 */
import type { Act, Context, Db, Tx } from '../../context.ts';
import { isoTime } from '../../ports.ts';
import { hasAccess, joinCareTeam } from '../access.ts';
import type { PatientFacts } from '../derived.ts';
import { removeDerived, writePatient } from '../derived-tables.ts';
import { sql } from '../statements.ts';
import { deleteResource, type Head, headOf, isSame, logChange, nextStamp, topicsOf, writeVersion } from '../store.ts';
import type { FileFinding, Ready } from './messages.ts';
import type { Planned } from './plan.ts';

/** Changes applied in one transaction at most: the log names each in one entry, which goes to the server whole. */
const CHANGES_MAX = 500;
/** Addresses that our own exports give mean nothing to anybody else. */
export const OWN_ADDRESS = 'https://lamplight.invalid/fhir/';

export class ImportWriter {
  readonly counts = { created: 0, updated: 0, unchanged: 0 };
  readonly findings: FileFinding[] = [];
  /** Whose records the file touches. */
  readonly patients = new Set<string>();
  /** Entries whose patient is not here: kept, but in nobody's chart. */
  readonly held = new Map<number, string>();
  /** References that lead nowhere. */
  dangling = new Set<string>();
  private readonly shown = new Map<string, PatientFacts>();
  private readonly waiting: { ready: Ready; plan: Planned }[] = [];
  private readonly deletions: { n: number; line: number; type: string; plan: Planned }[] = [];
  private readonly context: Context;
  private readonly run: string;
  private readonly at: string;
  private count = 0;

  constructor(context: Context) {
    this.context = context;
    this.run = context.chance.id();
    under.add(this.run);
    this.at = isoTime(context.clock);
  }

  /** Takes a page of entries: writes at once what nobody can see yet. */
  take(page: { ready: Ready; plan: Planned }[]): void {
    const { db } = this.context.vault;
    const now = page.filter((entry) => this.sort(db, entry));
    if (now.length === 0) return;
    this.context.write(this.act(), (tx) => {
      sql(tx.db, 'INSERT OR IGNORE INTO import_run (id, person, at) VALUES (?, ?, ?)').run(this.run, tx.author, this.at);
      for (const { ready, plan } of now) this.writeHidden(tx, ready, plan);
    });
  }

  remove(entry: { n: number; line: number; type: string; plan: Planned }): void {
    this.deletions.push(entry);
  }

  /** The last commit. Very many changes and deletions of what is already here are applied in several. */
  finish(): void {
    this.showAll();
    under.delete(this.run);
  }

  private showAll(): void {
    const groups = inGroups(this.waiting);
    const rest = groups.pop() ?? [];
    for (const group of groups) this.context.write(this.act(), (tx) => this.apply(tx, group));
    const together = rest.length + this.deletions.length <= CHANGES_MAX;
    if (this.count === 0 && rest.length === 0 && this.deletions.length === 0) return;
    this.context.write(this.act(), (tx) => {
      for (const [id, facts] of this.shown) this.show(tx, id, facts);
      for (const patient of new Set(this.held.values())) joinCareTeam(tx, patient);
      sql(
        tx.db,
        `INSERT INTO change_log (type, id, patient, base_version, new_version, hlc, author, device, hash, at)
        SELECT type, id, patient, new_version - 1, new_version, hlc, author, device, hash, at FROM import_item WHERE run = ? ORDER BY n`,
      ).run(this.run);
      endRun(tx.db, this.run);
      this.apply(tx, rest);
      if (together) for (const entry of this.deletions) this.applyDeletion(tx, entry);
      tx.changed(['patients', 'chart'], this.patients.size === 1 ? [...this.patients][0] : undefined);
    });
    if (together) return;
    for (const group of inGroups(this.deletions))
      this.context.write(this.act(), (tx) => {
        for (const entry of group) this.applyDeletion(tx, entry);
      });
  }

  /** Takes back what was written, as if the file had never come. On a full disk that waits for the next import or opening. */
  takeBack(): void {
    under.delete(this.run);
    if (this.count > 0) this.context.write({ action: 'D', procedure: 'records.import' }, (tx) => removeRun(tx.db, this.run));
  }

  /** Answers whether the entry is to be written now. */
  private sort(db: Db, { ready, plan }: { ready: Ready; plan: Planned }): boolean {
    const before = headOf(db, ready.type, ready.id);
    ready.patient = plan.patient ?? before?.patient ?? null;
    for (const reference of ready.dangling) if (!this.leadsSomewhere(db, reference)) this.dangling.add(reference);
    if (ready.patient !== null) this.patients.add(ready.patient);
    if (isSame(before, ready)) {
      this.counts.unchanged++;
      this.holdIfAlone(db, ready);
      return false;
    }
    if (!this.mayWrite(db, ready, before)) {
      this.findings.push({
        n: ready.n,
        line: ready.line,
        severity: 'error',
        text: 'the patient is registered here and you are not in the care team',
      });
      return false;
    }
    this.holdIfAlone(db, ready);
    if (before === undefined && (ready.patient === null || !isShown(db, ready.patient))) return true;
    this.waiting.push({ ready, plan });
    return false;
  }

  private holdIfAlone(db: Db, ready: Ready): void {
    if (ready.type === 'Patient' && ready.derived.person !== null) this.shown.set(ready.id, ready.derived.person);
    else if (ready.patient !== null && !this.shown.has(ready.patient) && !isShown(db, ready.patient))
      this.held.set(ready.n, ready.patient);
  }

  private mayWrite(db: Db, ready: Ready, before: Head | undefined): boolean {
    if (ready.patient === null) return true;
    const here = isShown(db, ready.patient) || (ready.type === 'Patient' && before !== undefined);
    return !here || hasAccess(db, ready.patient, this.context.person.id, this.at);
  }

  private leadsSomewhere(db: Db, reference: string): boolean {
    const [type, id] = reference.split('/');
    return headOf(db, type ?? '', id ?? '')?.deleted === 0;
  }

  private writeHidden(tx: Tx, ready: Ready, plan: Planned): void {
    const mark = { version: 1, hlc: nextStamp(tx), author: tx.author, device: tx.device, at: tx.at };
    writeVersion(tx.db, ready, { ...mark, origin: 'imported', file: null }, false);
    sql(
      tx.db,
      'INSERT INTO import_item (run, n, type, id, patient, new_version, hlc, author, device, hash, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(
      this.run,
      this.count++,
      ready.type,
      ready.id,
      ready.patient,
      mark.version,
      mark.hlc,
      mark.author,
      mark.device,
      ready.hash,
      mark.at,
    );
    rememberNames(tx.db, ready, plan);
    tx.touched({ type: ready.type, id: ready.id, after: 1 });
    this.counts.created++;
  }

  /** Now the patient can be found. Who held something for a patient of this name before is not thereby in the care team. */
  private show(tx: Tx, id: string, facts: PatientFacts): void {
    if (isShown(tx.db, id) || headOf(tx.db, 'Patient', id)?.deleted !== 0) return;
    writePatient(tx.db, id, facts);
    sql(tx.db, 'DELETE FROM care_team WHERE patient = ? AND person <> ?').run(id, tx.author);
    joinCareTeam(tx, id);
  }

  private apply(tx: Tx, changes: { ready: Ready; plan: Planned }[]): void {
    for (const { ready, plan } of changes) {
      const before = headOf(tx.db, ready.type, ready.id);
      if (isSame(before, ready)) continue;
      const base = before?.version ?? 0;
      const hlc = nextStamp(tx);
      writeVersion(tx.db, ready, {
        version: base + 1,
        hlc,
        author: tx.author,
        device: tx.device,
        at: tx.at,
        origin: 'imported',
        file: before?.file ?? null,
      });
      logChange(tx, ready, base, base + 1, hlc);
      rememberNames(tx.db, ready, plan);
      tx.touched({ type: ready.type, id: ready.id, before: base === 0 ? undefined : base, after: base + 1 });
      tx.changed(topicsOf(ready.type), ready.patient ?? undefined);
      if (base === 0) this.counts.created++;
      else this.counts.updated++;
    }
  }

  private applyDeletion(tx: Tx, { n, line, type, plan }: { n: number; line: number; type: string; plan: Planned }): void {
    const before = headOf(tx.db, type, plan.id);
    const patient = before?.patient ?? null;
    if (before === undefined || before.deleted === 1)
      this.findings.push({ n, line, severity: 'warning', text: `the deletion of a ${type} found nothing to delete here` });
    else if (patient !== null && isShown(tx.db, patient) && !hasAccess(tx.db, patient, this.context.person.id, this.at)) {
      this.findings.push({ n, line, severity: 'error', text: 'the deletion is of a patient in whose care team you are not' });
    } else {
      deleteResource(tx, type, plan.id);
      this.counts.updated++;
      if (patient !== null) this.patients.add(patient);
    }
  }

  private act(): Act {
    return { action: 'C', procedure: 'records.import', patient: this.patients.size === 1 ? [...this.patients][0] : undefined };
  }
}

function inGroups<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHANGES_MAX) }, (_, n) =>
    items.slice(n * CHANGES_MAX, (n + 1) * CHANGES_MAX),
  );
}

/** Imports under way: their runs are nobody's leavings. */
const under = new Set<string>();
export const isUnderWay = (run: string) => under.has(run);

export const isShown = (db: Db, patient: string) => sql(db, 'SELECT 1 FROM patient_row WHERE id = ?').get(patient) !== undefined;

function rememberNames(db: Db, ready: Ready, plan: Planned): void {
  const names = [
    plan.address?.startsWith(OWN_ADDRESS) ? undefined : plan.address,
    plan.hash === undefined ? undefined : `sha256:${plan.hash}`,
    plan.was,
  ];
  // An address that stands for two things (two servers called "localhost") stands for nothing from then on: guessing could file under the wrong person.
  const remember = sql(
    db,
    `INSERT INTO known_as (name, type, id) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET type = '', id = '' WHERE type <> excluded.type OR id <> excluded.id`,
  );
  for (const name of names) if (name !== undefined) remember.run(name, ready.type, ready.id);
}

function endRun(db: Db, run: string): void {
  sql(db, 'DELETE FROM import_item WHERE run = ?').run(run);
  sql(db, 'DELETE FROM import_run WHERE id = ?').run(run);
}

/** Removes all that an unfinished import has written. */
export function removeRun(db: Db, run: string): void {
  const items = sql<{ type: string; id: string }>(db, 'SELECT type, id FROM import_item WHERE run = ?').all(run);
  for (const { type, id } of items) {
    removeDerived(db, type, id);
    for (const table of ['known_as', 'resource_history', 'resource'] as const)
      sql(db, `DELETE FROM ${table} WHERE type = ? AND id = ?`).run(type, id);
  }
  endRun(db, run);
}
