import { decide } from '../../../src-shared/access/permissions.ts';
import type { Verdict } from '../../../src-shared/audit/lines.ts';
import { seersIn } from '../../../src-shared/audit/seers.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { toHex } from '../../../src-shared/hex.ts';
import { type Handlers, query, startJob } from '../bind.ts';
import type { Context, Db } from '../context.ts';
import type { Handouts } from '../handouts/index.ts';
import { isoTime } from '../ports.ts';
import { databasePath, firstBadPage } from '../vault/index.ts';
import { type ExportFormat, exportFormats, exportParts, totalsOf } from './export.ts';
import { beginOf, entriesOfPatient, listEntries } from './list.ts';
import type { AuditLog } from './log.ts';
import { extentOf } from './rows.ts';
import { unreadable, type VerifyOptions, verifyLogAside } from './verify.ts';

/** A document that a single answer can carry, in characters. */
const DOCUMENT_CHARS_MAX = 200_000_000;

/**
 * @param databaseKey for the check of every page's HMAC
 * @param found called with a log that is not whole
 */
export function auditProcedures(
  log: AuditLog,
  databaseKey: Uint8Array,
  handouts: Handouts,
  found: (verdict: Verdict) => void = () => undefined,
): Handlers {
  async function verify(context: Context, options: VerifyOptions = {}): Promise<Verdict> {
    const bad = await firstBadPage(databasePath(context.vault.dir), databaseKey);
    const verdict = bad === null ? await verifyLogAside(context.vault.db, context.device, log.publicKey, options) : unreadable(0);
    if (!verdict.ok) found(verdict);
    return verdict;
  }

  function document(context: Context, format: ExportFormat) {
    const { db } = context.vault;
    const totals = totalsOf(db);
    return {
      totals,
      parts: exportParts({ db, log, device: context.device, format, at: isoTime(context.clock), nameOf: namesOf(db) }, totals),
    };
  }

  return {
    'audit.list': query((context, input) => listEntries(context.vault.db, input, mayName(context))),
    'audit.ofPatient': query((context, input) => ({
      entries: listEntries(context.vault.db, { patient: input.patient, limit: input.limit }, false).entries,
      people: seersIn(entriesOfPatient(context.vault.db, input.patient), namesOf(context.vault.db)),
      since: beginOf(context.vault.db),
      // Whoever answers for data protection hands this page to the patient.
      patientName:
        mayName(context) || decide('incident.patients', context.person.roles, true) === 'allowed'
          ? context.vault.db.prepare<[string], { name: string }>('SELECT name FROM patient_row WHERE id = ?').get(input.patient)
              ?.name
          : undefined,
    })),
    'audit.state': query((context) => ({ ...extentOf(context.vault.db), publicKey: toHex(log.publicKey) })),
    'audit.verify': query((context) => verify(context)),
    'audit.startVerify': startJob(async (context) => ({
      job: context.jobs.start({
        kind: 'audit',
        title: 'Checking the access log',
        unit: 'entries',
        run: (job) => verify(context, { progress: job.progress, signal: job.signal }),
      }),
    })),
    'audit.export': query((context, input) => {
      const { totals, parts } = document(context, input.format);
      let text = '';
      for (const part of parts) {
        text += part;
        if (text.length > DOCUMENT_CHARS_MAX)
          throw new AppError('invalid-input', {
            what: 'the log is too long for one answer; use audit.take, or `audit export` on the command line',
          });
      }
      return { document: text, entries: totals.entries, seals: totals.seals, head: totals.head };
    }),
    'audit.take': query((context, input) => {
      const { totals, parts } = document(context, input.format);
      return {
        ...handouts.offer(context.person.id, { ...exportFormats[input.format], parts }),
        entries: totals.entries,
        seals: totals.seals,
        head: totals.head,
      };
    }),
  };
}

function mayName(context: Context): boolean {
  return decide('patient.search', context.person.roles, true) === 'allowed';
}

function namesOf(db: Db): (person: string) => string | undefined {
  const names = new Map(
    db
      .prepare<[], { id: string; display_name: string }>('SELECT id, display_name FROM user')
      .all()
      .map((row) => [row.id, row.display_name]),
  );
  return (person) => names.get(person);
}
