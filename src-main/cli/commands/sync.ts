import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { readPatient, usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

/** `sync` and `coaching`: what a server is asked for, or the local copy of it. */
export function serverCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const sync = program.command('sync').description('pair with the hospital server and synchronise');
  const print = (summary: Output<'sync.status'>) =>
    answer.print(
      json(),
      summary,
      () =>
        `${summary.paired ? `Paired with ${summary.server}, ${summary.online ? 'online' : 'offline'}` : 'Not paired'}: ${summary.waiting} waiting, ${summary.sent} sent, ${summary.acknowledged} acknowledged, ${summary.refused} refused, ${summary.conflicts} in conflict, ${summary.pulled} pulled.\n${summary.problem ? `${summary.problem.message} ${summary.problem.action}\n` : ''}${(summary.said ?? []).map((sentence) => `${sentence}\n`).join('')}`,
      !summary.ok,
    );

  sync
    .command('pair <url>')
    .description('pair by address and enrolment code, and synchronise once')
    .requiredOption('--code <code>', 'the enrolment code that the server printed')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic sync pair https://127.0.0.1:8443 --code ABCD-...')
    .action(async (url: string, options: { code: string }) => {
      print(
        await withSession(program, secrets, async (session) => {
          await session.call('sync.pair', { url, code: options.code });
          return await session.call('sync.now', {});
        }),
      );
    });
  sync
    .command('now')
    .description('send and fetch now')
    .action(async () => print(await withSession(program, secrets, (session) => session.call('sync.now', {}))));
  sync
    .command('status')
    .description('how far synchronisation is')
    .action(async () => print(await withSession(program, secrets, (session) => session.call('sync.status', {}))));

  program
    .command('coaching')
    .description('ask the knowledge base')
    .command('ask [question]')
    .description('a question, or one a line from a file')
    .option('--patient <id>', 'about this patient; identifiers never leave in clear')
    .option('--file <file>', 'questions, one a line')
    .addHelpText(
      'after',
      '\nExample: lamplight --vault ./clinic coaching ask "What are the symptoms of diabetic retinopathy?" --json',
    )
    .action(async (question: string | undefined, options: { patient?: string; file?: string }) => {
      if ((question === undefined) === (options.file === undefined)) throw usage('give a question or --file');
      const patient = options.patient === undefined ? undefined : readPatient(options.patient);
      const questions = question !== undefined ? [question] : readQuestions(options.file ?? '');
      const results = await askAll(questions, patient);
      answer.print(json(), question !== undefined ? results[0] : { results }, () => results.map(people).join('\n'));
    });

  async function askAll(questions: readonly string[], patient: PatientId | undefined) {
    return await withSession(program, secrets, async (session) => {
      const results = [];
      for (const question of questions) {
        const { answer: sentences, ...rest } = await session.call('coaching.ask', { question, patient });
        results.push({
          ...rest,
          answer: sentences?.map((sentence) => `${sentence.text}${sentence.cites.map((n) => ` [${n}]`).join('')}`).join(' '),
        });
      }
      return results;
    });
  }
}

function readQuestions(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
  } catch (cause) {
    throw new AppError('file-unreadable', {}, { cause });
  }
}

function people(result: {
  question: string;
  answer?: string;
  refused?: string;
  passages: readonly { n: number; source: string; section: string }[];
}): string {
  return `${result.question}\n${result.refused ?? result.answer ?? ''}\n${result.passages.map((passage) => `  [${passage.n}] ${passage.source}: ${passage.section}\n`).join('')}`;
}
