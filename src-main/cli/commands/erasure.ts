import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { erasureGrounds, erasureProof } from '../../../src-shared/contract/lifetime.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { isGenuine, readAnswers, readProof } from '../../core/lifetime/index.ts';
import { saveFile } from '../../core/save-file.ts';
import { group, oneOf, readPatient } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

interface EraseOptions {
  reason: string;
  confirm: string;
  ground: string;
  out?: string;
}

/** `patient erase` and `erasure`: erasures and their proofs. */
export function erasureCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const patient = group(program, 'patient', '');
  const erasure = program.command('erasure').description('erasures and their proofs');

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
    .action((id: string, options: EraseOptions) => erase(program, secrets, id, options));
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
      await writeProof(options.out, whole);
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

/** Erases for good, or asks for it where a second person must confirm; prints what came of it. */
export async function erase(program: Command, secrets: Secrets, id: string, options: EraseOptions): Promise<void> {
  const ground = oneOf(erasureGrounds, options.ground, '--ground');
  const result = await withSession(program, secrets, async (session) => {
    const { job, requested } = await session.call('erasure.erase', {
      patient: readPatient(id),
      ground,
      reason: options.reason,
      confirm: options.confirm,
    });
    return job === undefined ? { requested } : erasureProof.parse(await session.jobResult(job));
  });
  if ('kind' in result) await writeProof(options.out, result);
  answer.print(program.opts().json === true, 'kind' in result ? { ok: true, proof: result } : { ok: true, ...result }, () =>
    'kind' in result
      ? `Erased: ${result.destroyed.resources} resources in ${result.destroyed.versions} versions, ${result.destroyed.files.count} files. ${result.consequences.backups.say}\n`
      : 'Asked for. A second person must confirm it.\n',
  );
}

async function writeProof(file: string | undefined, proof: unknown): Promise<void> {
  if (file !== undefined) await saveFile(file, [new TextEncoder().encode(`${JSON.stringify(proof, null, 2)}\n`)]);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('file-unreadable', {}, { cause });
  }
}
