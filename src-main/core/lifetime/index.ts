/** How long data live: soft removal and its way back, retention, legal holds, erasure with proof, and everything about one patient for that patient. */
import { type Erasure, erasureGrounds } from '../../../src-shared/contract/lifetime.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { isFhirDate } from '../../../src-shared/fhir/dates.ts';
import { command, type Handlers, preparedCommand, query, startJob } from '../bind.ts';
import type { Context, Db } from '../context.ts';
import type { Handouts } from '../handouts/index.ts';
import type { Places } from '../places.ts';
import { sql } from '../records/index.ts';
import { saveFile } from '../save-file.ts';
import { backupsHolding, serverHolding, tellsOthers } from './consequences.ts';
import { dueRecords, isOpen } from './due.ts';
import { echoesOf, heldOrders } from './elsewhere.ts';
import { ask, checkWish, erase, wishOf } from './erase.ts';
import { holdCount, holds, liftHold, setHold } from './holds.ts';
import { isGenuine, readProof, type Signer } from './proof.ts';
import { purge } from './purge.ts';
import { removeEntry, removePatient, restore, targetsOf } from './removal.ts';
import { nameOf, removedHidden, removedOf, removedPatients } from './removed.ts';
import { needsSecondPerson, rules, setRule, setSecondPerson } from './rules.ts';
import { makeSubjectAccess } from './subject-access.ts';

export { dueRecords, overdueRecords } from './due.ts';
export { followErasures, sayErased, takeErasure } from './elsewhere.ts';
export { finishErasures } from './erase.ts';
export { takeHold } from './holds.ts';
export { isGenuine, readAnswers, readProof } from './proof.ts';

const ok = { ok: true as const };

/** @param log signs the proofs @param others tells the server and hears from it, where there is one; rejects where it cannot be reached */
export function lifetimeProcedures(
  log: Signer,
  handouts: Pick<Handouts, 'offer' | 'pieces'>,
  places: Places,
  others: { hear(): Promise<void> },
): Handlers {
  return {
    'records.remove': command((context, tx, input) => ({ removal: removeEntry(context, tx, input) })),
    'records.restore': command((context, tx, { patient, removal }) => {
      if (targetsOf(tx.db, patient, removal).some(removedHidden(context, patient))) throw new AppError('hidden-for-sensitivity');
      return { restored: restore(context, tx, patient, removal) };
    }),
    'records.removed': query((context, { patient }) => ({ items: removedOf(context, patient) })),
    'patients.remove': command((context, tx, input) => ({ removal: removePatient(context, tx, input) })),
    'patients.restore': command((context, tx, { patient }) => {
      restore(context, tx, patient, `Patient/${patient}`);
      return ok;
    }),
    'patients.removed': query((context) => ({ patients: removedPatients(context.vault.db, ofTheirs(context)) })),

    'retention.rules': query((context) => ({
      rules: rules(context.vault.db),
      secondPerson: needsSecondPerson(context.vault.db),
    })),
    'retention.setRule': command((_context, tx, { rule, years }) => {
      setRule(tx, rule, years);
      return ok;
    }),
    'retention.setSecondPerson': command((_context, tx, { required }) => {
      setSecondPerson(tx, required);
      return ok;
    }),
    'retention.list': query((context, { limit }) => {
      const due = dueOf(context);
      const lastCheck =
        sql<{ at: string | null }>(context.vault.db, 'SELECT max(at) AS at FROM retention_check').get()?.at ?? undefined;
      return { due: due.slice(0, limit), total: due.length, lastCheck };
    }),
    'retention.check': startJob(async (context) => ({
      job: context.jobs.start({
        kind: 'retention',
        title: 'Looking for records that are due',
        unit: 'steps',
        run: async (job) => {
          const due = dueOf(context);
          context.write({ action: 'E', procedure: 'retention.check' }, (tx) => {
            const open = due.filter(isOpen).length;
            sql(tx.db, 'INSERT INTO retention_check (id, at, by, due) VALUES (?, ?, ?, ?)').run(
              tx.chance.id(),
              tx.at,
              tx.author,
              open,
            );
            tx.changed(['lifetime']);
          });
          job.progress(1, 1);
          return { due };
        },
      }),
    })),
    'retention.keep': command((_context, tx, { patient, rule, until, reason }) => {
      if (!isFhirDate(until) || until.length !== 10 || until <= tx.at.slice(0, 10))
        throw new AppError('invalid-input', { what: 'the date until which it is kept must be a day to come' });
      sql(tx.db, 'INSERT INTO retention_decision (id, patient, rule, reason, until, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
        tx.chance.id(),
        patient,
        rule,
        reason,
        `${until}T23:59:59.999Z`,
        tx.author,
        tx.at,
      );
      tx.touched({ type: 'Patient', id: patient });
      tx.changed(['lifetime'], patient);
      return ok;
    }),
    'retention.purge': command((context, tx, { patient, removal }) => ({ versions: purge(context, tx, patient, removal) })),

    'holds.list': query((context, { patient, lifted }) => ({
      holds: holds(context.vault.db, { patient, lifted, person: ofTheirs(context) }),
    })),
    'holds.set': command((_context, tx, { patient, reason }) => ({ id: setHold(tx, patient, reason) })),
    'holds.lift': command((_context, tx, { patient, id, reason }) => {
      liftHold(tx, patient, id, reason);
      return ok;
    }),

    'erasure.preview': query((context, { patient }) => preview(context, patient)),
    'erasure.erase': startJob(async (context, input) => {
      checkWish(context, input);
      const wish = wishOf(context, input.patient);
      if (wish === undefined) return { requested: ask(context, input) };
      const paired = tellsOthers(context.vault.db);
      if (paired) {
        // Somebody may have put a legal hold on it at another workstation.
        await others.hear();
        checkWish(context, input);
      }
      return {
        // Without the patient: nobody asks for the work of a record that is gone.
        job: context.jobs.start({
          kind: 'erasure',
          title: 'Erasing a record',
          unit: 'steps',
          run: async (job) => {
            const proof = erase(context, log, input, wish, (done) => job.progress(done, 3));
            // At once where that is possible; otherwise with the next round.
            if (paired) await others.hear().catch(() => undefined);
            return proof;
          },
        }),
      };
    }),
    'erasure.withdraw': command((_context, tx, { patient, id }) => {
      if (
        sql(tx.db, "UPDATE erasure SET state = 'withdrawn' WHERE id = ? AND patient = ? AND state = 'requested'").run(id, patient)
          .changes === 0
      )
        throw new AppError('not-found', { what: 'erasure' });
      tx.touched({ type: 'Erasure', id });
      tx.changed(['lifetime']);
      return ok;
    }),
    'erasure.list': query((context) => ({
      erasures: [...heldHere(context), ...erasures(context.vault.db, ofTheirs(context))],
    })),
    'erasure.proof': query((context, { id }) => {
      const proof = proofOf(context.vault.db, id);
      return { proof, genuine: isGenuine(proof), elsewhere: echoesOf(context.vault.db, id) };
    }),
    'erasure.saveProof': preparedCommand(
      async (context, { id, place }) =>
        void (await saveFile(places.path(place), [
          Buffer.from(
            `${JSON.stringify({ ...proofOf(context.vault.db, id), elsewhere: echoesOf(context.vault.db, id) }, null, 2)}\n`,
          ),
        ])),
      () => ok,
    ),

    'subjectAccess.make': startJob(async (context, { patient }) => ({
      job: context.jobs.start({
        kind: 'subject-access',
        title: 'Putting a whole record together',
        unit: 'bytes',
        patient,
        run: async (job) => {
          const { name, files, outgoing } = await makeSubjectAccess(context, patient, job);
          const { size } = outgoing;
          // Whoever asked fetches it once: by a file that they choose, or at the terminal.
          return {
            ...handouts.offer(context.person.id, { name, mediaType: 'application/zip', parts: outgoing.pieces() }),
            files,
            size,
          };
        },
      }),
    })),
    'subjectAccess.save': preparedCommand(
      async (context, { handout, place }) => ({
        bytes: await saveFile(places.path(place), handouts.pieces(context.person.id, handout)),
      }),
      (_context, _tx, _input, saved) => saved,
    ),
  };
}

function proofOf(db: Db, id: string) {
  const text = sql<{ proof: string | null }>(db, 'SELECT proof FROM erasure WHERE id = ?').get(id)?.proof;
  const proof = text == null ? undefined : readProof(text);
  if (proof === undefined) throw new AppError('not-found', { what: 'proof' });
  return proof;
}

/** Null where this person may know of every patient's holds and dates: who answers for the clinic's duties. */
function ofTheirs(context: Context): string | null {
  return context.person.roles.includes('compliance') ? null : context.person.id;
}

/** Who only runs the machine sees how much is due, not whose. */
function dueOf(context: Context) {
  const { db } = context.vault;
  const due = dueRecords(db, context.clock.now());
  if (context.person.roles.includes('compliance')) return due;
  const cared = new Set(
    sql<{ patient: string }>(db, 'SELECT patient FROM care_team WHERE person = ?')
      .all(context.person.id)
      .map(({ patient }) => patient),
  );
  return due.flatMap((one) => {
    if (one.patient === undefined || cared.has(one.patient)) return [one];
    const { patient: _patient, patientName: _name, birthDate: _birth, removal: _removal, title: _title, ...rest } = one;
    return [rest];
  });
}

function preview(context: Context, patient: string) {
  const { db } = context.vault;
  const name = nameOf(db, patient);
  if (name === undefined) throw new AppError('not-found', { what: 'patient' });
  const one = <T>(text: string) => sql<T>(db, text).get(patient);
  const files = one<{ n: number; bytes: number | null }>('SELECT count(*) AS n, sum(size) AS bytes FROM file WHERE patient = ?');
  const requested = erasures(db, null).find((wish) => wish.patient === patient && wish.state === 'requested');
  const secondPerson = needsSecondPerson(db);
  const wish = wishOf(context, patient);
  const known =
    one<{ n: number }>(
      'SELECT count(*) AS n FROM sync_known k JOIN resource r ON r.type = k.type AND r.id = k.id WHERE r.patient = ?',
    )?.n ?? 0;
  const sent = one<{ n: number }>("SELECT count(*) AS n FROM sync_file WHERE patient = ? AND state = 'acknowledged'")?.n ?? 0;
  return {
    name: [name.given, name.family].filter(Boolean).join(' '),
    birthDate: name.birthDate,
    resources: one<{ n: number }>('SELECT count(*) AS n FROM resource WHERE patient = ?')?.n ?? 0,
    versions:
      one<{ n: number }>(
        'SELECT count(*) AS n FROM resource r JOIN resource_history h ON h.type = r.type AND h.id = r.id WHERE r.patient = ?',
      )?.n ?? 0,
    files: files?.n ?? 0,
    fileBytes: files?.bytes ?? 0,
    holds: holdCount(db, patient),
    requested,
    secondPerson,
    mayConfirm: wish !== undefined,
    backups: backupsHolding(db, patient).say,
    server: serverHolding(db, { deletions: known, files: sent }).say,
  };
}

/** By pseudonym alone. */
function heldHere(context: Context): Erasure[] {
  const { db } = context.vault;
  return heldOrders(db).map(({ id, patient, ground, at, by }) => ({
    id,
    patient,
    state: 'held' as const,
    ground: erasureGrounds.find((one) => one === ground) ?? 'other',
    requestedBy: by,
    requestedAt: at,
  }));
}

function erasures(db: Db, person: string | null): Erasure[] {
  return sql<
    Omit<Erasure, 'requestedBy' | 'requestedAt' | 'confirmedBy' | 'erasedAt' | 'patientName'> & {
      requested_by: string;
      requested_at: string;
      confirmed_by: string | null;
      erased_at: string | null;
      name: string | null;
    }
  >(
    db,
    `SELECT e.id, e.patient, e.state, e.ground, coalesce(a.display_name, e.requested_by) AS requested_by, e.requested_at, coalesce(c.display_name, e.confirmed_by) AS confirmed_by, e.erased_at,
      CASE WHEN e.state = 'requested' THEN p.name END AS name
    FROM erasure e LEFT JOIN user a ON a.id = e.requested_by LEFT JOIN user c ON c.id = e.confirmed_by LEFT JOIN patient_row p ON p.id = e.patient
    WHERE @person IS NULL OR e.state <> 'requested' OR EXISTS (SELECT 1 FROM care_team t WHERE t.patient = e.patient AND t.person = @person) ORDER BY e.requested_at DESC LIMIT 500`,
  )
    .all({ person })
    .map(({ requested_by, requested_at, confirmed_by, erased_at, name, ...rest }) => ({
      ...rest,
      patientName: name ?? undefined,
      requestedBy: requested_by,
      requestedAt: requested_at,
      confirmedBy: confirmed_by ?? undefined,
      erasedAt: erased_at ?? undefined,
    }));
}
