import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { erasureGrounds, erasureProof, removalGrounds, retentionRules } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { isGenuine, readAnswers, readProof } from '../../core/lifetime/index.ts';
import { count, readPatient, usage } from '../arguments.ts';
import { saveHandout } from '../handouts.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { type Session, withSession } from '../session.ts';

const removalGround = z.enum(removalGrounds);
const erasureGround = z.enum(erasureGrounds);
const ruleName = z.enum(retentionRules);

/** `patient remove|restore|removed|erase`, `record remove|restore|removed`, `retention`, `hold` and `erasure`: how long data live. */
export function lifetimeCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  removalCommands(
    group(program, 'patient', 'find, remove, restore and erase patients'),
    group(program, 'record', 'entries of a chart: what was removed and its way back'),
  );
  retentionCommands(program.command('retention').description('how long records are kept, and what is due'));
  holdCommands(program.command('hold').description('legal holds: nothing of a held record is destroyed'));
  erasureCommands(group(program, 'patient', ''), program.command('erasure').description('erasures and their proofs'));

  function removalCommands(patient: Command, record: Command): void {
    patient
      .command('remove <id>')
      .description('take a patient out of all lists; everything stays and can be brought back')
      .requiredOption('--reason <text>', 'why')
      .option('--ground <ground>', removalGrounds.join(', '), 'duplicate')
      .addHelpText(
        'after',
        '\nExample: lamplight --vault ./clinic patient remove 0198... --ground test --reason "Made for a course"',
      )
      .action(async (id: string, options: { reason: string; ground: string }) => {
        const ground = oneOf(removalGround, options.ground, '--ground');
        const done = await withSession(program, secrets, (session) =>
          session.call('patients.remove', { patient: readPatient(id), ground, reason: options.reason }),
        );
        answer.print(json(), { ok: true, ...done }, () => 'Removed. `patient restore` brings it back.\n');
      });
    patient
      .command('restore <id>')
      .description('bring a removed patient back')
      .action(async (id: string) => {
        await withSession(program, secrets, (session) => session.call('patients.restore', { patient: readPatient(id) }));
        answer.print(json(), { ok: true }, () => 'The patient is back.\n');
      });
    patient
      .command('removed')
      .description('patients who were removed')
      .action(async () => {
        const found = await withSession(program, secrets, (session) => session.call('patients.removed', {}));
        answer.print(json(), found, () =>
          found.patients
            .map((one) => `${one.patient}\t${one.title}\t${one.at}\t${one.by}\t${one.ground}\t${one.reason}\n`)
            .join(''),
        );
      });
    record
      .command('remove <type/id>')
      .description('remove a note, a letter, a picture or an entry; its versions stay')
      .requiredOption('--patient <id>', 'whose it is')
      .requiredOption('--reason <text>', 'why')
      .option('--ground <ground>', removalGrounds.join(', '), 'entered-in-error')
      .addHelpText(
        'after',
        '\nExample: lamplight --vault ./clinic record remove DocumentReference/0198... --patient 0198... --reason "Wrong chart"',
      )
      .action(async (target: string, options: { patient: string; reason: string; ground: string }) => {
        const [type, id, more] = target.split('/');
        if (!type || !id || more !== undefined) throw usage('name what is removed as Type/id');
        const ground = oneOf(removalGround, options.ground, '--ground');
        const done = await withSession(program, secrets, (session) =>
          session.call('records.remove', { patient: readPatient(options.patient), type, id, ground, reason: options.reason }),
        );
        answer.print(json(), { ok: true, ...done }, () => `Removed (${done.removal}).\n`);
      });
    record
      .command('restore <removal>')
      .description('bring back what was removed')
      .requiredOption('--patient <id>', 'whose it is')
      .action(async (removal: string, options: { patient: string }) => {
        const done = await withSession(program, secrets, (session) =>
          session.call('records.restore', { patient: readPatient(options.patient), removal }),
        );
        answer.print(
          json(),
          { ok: true, ...done },
          () => `${done.restored} ${done.restored === 1 ? 'entry is' : 'entries are'} back.\n`,
        );
      });
    record
      .command('removed')
      .description('what was removed from a chart')
      .requiredOption('--patient <id>', 'whose')
      .action(async (options: { patient: string }) => {
        const found = await withSession(program, secrets, (session) =>
          session.call('records.removed', { patient: readPatient(options.patient) }),
        );
        answer.print(json(), found, () =>
          found.items.map((one) => `${one.removal}\t${one.type}\t${one.title}\t${one.at}\t${one.by}\t${one.reason}\n`).join(''),
        );
      });
  }

  function retentionCommands(retention: Command): void {
    retention
      .command('list')
      .description('what has been kept long enough and waits for a decision; nothing is ever deleted by itself')
      .option('--limit <n>', 'at most so many', count, 200)
      .action(async (options: { limit: number }) => {
        const found = await withSession(program, secrets, async (session) => {
          const { job } = await session.call('retention.check', {});
          await session.jobResult(job);
          return session.call('retention.list', options);
        });
        answer.print(json(), found, () =>
          found.due
            .map(
              (one) =>
                `${one.patient ?? '-'}\t${one.patientName ?? `${one.count} rows`}\t${one.rule}\tdue since ${one.dueSince.slice(0, 10)}\t${one.hold ? 'held' : one.keptUntil ? `kept until ${one.keptUntil.slice(0, 10)}` : 'open'}\n`,
            )
            .join(''),
        );
      });
    retention
      .command('rules')
      .description('the rules with their sources')
      .action(async () => {
        const found = await withSession(program, secrets, (session) => session.call('retention.rules', {}));
        answer.print(json(), found, () =>
          found.rules.map((one) => `${one.rule}\t${one.years} years since ${one.since}\t${one.source}\n`).join(''),
        );
      });
    retention
      .command('set')
      .description('keep something for another number of years')
      .argument('<rule>', retentionRules.join(', '))
      .argument('<years>', 'years', count)
      .addHelpText('after', '\nExample: lamplight --vault ./clinic retention set adult-record 15')
      .action(async (rule: string, years: number) => {
        await withSession(program, secrets, (session) =>
          session.call('retention.setRule', { rule: oneOf(ruleName, rule, 'the rule'), years }),
        );
        answer.print(json(), { ok: true }, () => 'Set.\n');
      });
    retention
      .command('second-person <state>')
      .description('on or off: whether an erasure needs a second person')
      .action(async (state: string) => {
        if (state !== 'on' && state !== 'off') throw usage('it is on or off');
        await withSession(program, secrets, (session) => session.call('retention.setSecondPerson', { required: state === 'on' }));
        answer.print(json(), { ok: true }, () => 'Set.\n');
      });
    retention
      .command('decide <patient>')
      .description('keep a record that is due until a day, with a reason; or erase it')
      .option('--keep-until <day>', 'for example 2031-12-31')
      .option('--erase', 'erase it for good', false)
      .option('--confirm <name>', "with --erase: the patient's name")
      .option('--out <file>', 'with --erase: where the proof is written')
      .requiredOption('--reason <text>', 'why')
      .action(
        async (id: string, options: { keepUntil?: string; erase: boolean; confirm?: string; out?: string; reason: string }) => {
          if ((options.keepUntil === undefined) !== options.erase) throw usage('give either --keep-until DAY or --erase');
          if (options.erase) return erase(id, { ...options, confirm: options.confirm ?? '', ground: 'retention-ended' });
          const until = options.keepUntil ?? '';
          await withSession(program, secrets, (session) =>
            session.call('retention.keep', { patient: readPatient(id), until, reason: options.reason }),
          );
          answer.print(json(), { ok: true }, () => `Kept until ${until}.\n`);
        },
      );
    retention
      .command('purge <removal>')
      .description('destroy what was removed from a chart and is due')
      .requiredOption('--patient <id>', 'whose it is')
      .requiredOption('--reason <text>', 'why')
      .action(async (removal: string, options: { patient: string; reason: string }) => {
        const done = await withSession(program, secrets, (session) =>
          session.call('retention.purge', { patient: readPatient(options.patient), removal, reason: options.reason }),
        );
        answer.print(
          json(),
          { ok: true, ...done },
          () =>
            `${done.versions} versions were destroyed here. A server and other workstations keep theirs: do the same at each workstation.\n`,
        );
      });
  }

  function holdCommands(hold: Command): void {
    hold
      .command('set <patient>')
      .description('put a legal hold on a record')
      .requiredOption('--reason <text>', 'why')
      .action(async (id: string, options: { reason: string }) => {
        const done = await withSession(program, secrets, (session) =>
          session.call('holds.set', { patient: readPatient(id), reason: options.reason }),
        );
        answer.print(json(), { ok: true, ...done }, () => `Held (${done.id}).\n`);
      });
    hold
      .command('lift <id>')
      .description('lift a legal hold')
      .requiredOption('--patient <id>', 'whose it is')
      .requiredOption('--reason <text>', 'why')
      .action(async (id: string, options: { patient: string; reason: string }) => {
        await withSession(program, secrets, (session) =>
          session.call('holds.lift', { patient: readPatient(options.patient), id, reason: options.reason }),
        );
        answer.print(json(), { ok: true }, () => 'Lifted.\n');
      });
    hold
      .command('list')
      .description('holds that stand')
      .option('--patient <id>', 'of one patient')
      .option('--lifted', 'lifted ones, too', false)
      .action(async (options: { patient?: string; lifted: boolean }) => {
        const patient = options.patient === undefined ? undefined : readPatient(options.patient);
        const found = await withSession(program, secrets, (session) =>
          session.call('holds.list', { patient, lifted: options.lifted }),
        );
        answer.print(json(), found, () =>
          found.holds
            .map(
              (one) =>
                `${one.id}\t${one.patient}\t${one.setAt}\t${one.setBy}\t${one.reason}${one.liftedAt ? `\tlifted ${one.liftedAt}` : ''}\n`,
            )
            .join(''),
        );
      });
  }

  function erasureCommands(patient: Command, erasure: Command): void {
    patient
      .command('erase <id>')
      .description('erase a patient for good and answer with the signed proof')
      .requiredOption('--reason <text>', 'why, without the name')
      .requiredOption('--confirm <name>', "the patient's name, as it stands in the record")
      .option('--ground <ground>', erasureGrounds.join(', '), 'subject-request')
      .option('--out <file>', 'where the proof is written')
      .addHelpText(
        'after',
        '\nExample: lamplight --vault ./clinic patient erase 0198... --confirm "Amina Otieno" --reason "Asked for in writing" --out proof.json',
      )
      .action(erase);
    erasure
      .command('list')
      .description('erasures, asked for and done')
      .action(async () => {
        const found = await withSession(program, secrets, (session) => session.call('erasure.list', {}));
        answer.print(json(), found, () =>
          found.erasures
            .map((one) => `${one.id}\t${one.patient}\t${one.state}\t${one.erasedAt ?? one.requestedAt}\t${one.ground}\n`)
            .join(''),
        );
      });
    erasure
      .command('proof <id>')
      .description('the signed proof of an erasure')
      .option('--out <file>', 'where to')
      .action(async (id: string, options: { out?: string }) => {
        const { proof, elsewhere } = await withSession(program, secrets, (session) => session.call('erasure.proof', { id }));
        const whole = { ...proof, elsewhere };
        writeProof(options.out, whole);
        answer.print(json(), whole, () => `${JSON.stringify(whole, null, 2)}\n`);
      });
    erasure
      .command('verify <file>')
      .description('check a proof, without vault and credentials')
      .action((file: string) => {
        const text = readText(file);
        const proof = readProof(text);
        const answers = readAnswers(text);
        const genuine = proof !== undefined && isGenuine(proof) && answers.every((one) => one.genuine);
        answer.print(
          json(),
          {
            ok: genuine,
            publicKey: proof?.publicKey,
            answers,
            what: proof === undefined ? 'not a proof' : genuine ? 'as it was signed' : 'changed after it was signed',
          },
          () =>
            genuine
              ? `As it was signed, with the key ${proof.publicKey}. The exported log of the device names its key.\n${answers.map(({ name, at }) => `Destroyed too: ${name}, ${at}\n`).join('')}`
              : 'NOT as it was signed.\n',
          !genuine,
        );
      });
  }

  async function erase(id: string, options: { reason: string; confirm: string; ground: string; out?: string }): Promise<void> {
    const ground = oneOf(erasureGround, options.ground, '--ground');
    const result = await withSession(program, secrets, async (session) => {
      const { job, requested } = await session.call('erasure.erase', {
        patient: readPatient(id),
        ground,
        reason: options.reason,
        confirm: options.confirm,
      });
      return job === undefined ? { requested } : erasureProof.parse(await session.jobResult(job));
    });
    if ('kind' in result) writeProof(options.out, result);
    answer.print(json(), 'kind' in result ? { ok: true, proof: result } : { ok: true, ...result }, () =>
      'kind' in result
        ? `Erased: ${result.destroyed.resources} resources in ${result.destroyed.versions} versions, ${result.destroyed.files.count} files. ${result.consequences.backups.say}\n`
        : 'Asked for. A second person must confirm it.\n',
    );
  }
}

/** Everything about one patient as a zip. When it fails nothing is left behind, and what had that name before is still there. */
export async function writeSubjectAccess(
  session: Session,
  patient: PatientId,
  out: string,
): Promise<{ files: number; bytes: number }> {
  const { job } = await session.call('subjectAccess.make', { patient });
  const { handout, files } = madeShape.parse(await session.jobResult(job));
  return { files, bytes: await saveHandout(session, handout, out) };
}

const madeShape = z.object({ handout: z.string(), files: z.number() });

/** A group that another file may have made already. */
function group(program: Command, name: string, description: string): Command {
  const there = program.commands.find((command) => command.name() === name);
  if (there) return description === '' ? there : there.description(description);
  return program.command(name).description(description);
}

function oneOf<T extends string>(shape: z.ZodType<T>, text: string, what: string): T {
  const parsed = shape.safeParse(text);
  if (!parsed.success) throw usage(`${what} does not take ${text}`);
  return parsed.data;
}

function writeProof(file: string | undefined, proof: unknown): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(proof, null, 2)}\n`, { mode: 0o600 });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('file-unreadable', {}, { cause });
  }
}
