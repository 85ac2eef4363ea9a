import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BatchItem, BatchRow } from '../../../src-shared/contract/batches.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import { fhirId } from '../../../src-shared/contract/types.ts';
import { usage } from '../arguments.ts';
import { answer, progress } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { type Session, withSession } from '../session.ts';

/** `batch run`, `resume`, `list`, `report`: many pictures in one go, overnight if need be. */
export function batchCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const batch = program.command('batch').description('read a folder, or every unread picture of your patients');

  batch
    .command('run [folder]')
    .description('read a folder; with --worklist the unread pictures in the charts of your patients')
    .option('--worklist', 'readings wait in the charts as proposals', false)
    .option('--task <task>', 'fundus or chest-xray; without it each model is asked whether a picture is of its kind')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic batch run ./photographs --json')
    .action(async (folder: string | undefined, options: { worklist: boolean; task?: string }) => {
      if ((folder === undefined) === !options.worklist) throw usage('give either a folder or --worklist');
      const { isTask, TASKS } = await import('../../core/reading/index.ts');
      const { task } = options;
      if (task !== undefined && !isTask(task)) throw usage(`the task is ${TASKS.join(' or ')}`);
      await withSession(program, secrets, async (session) => {
        const wish = task ? { task } : {};
        const { batch: id, job } =
          folder === undefined
            ? await session.call('batches.startWorklist', wish)
            : await session.call('batches.startFolder', { folder: session.place(resolve(folder)), ...wish });
        await print(session, id, job);
      });
    });

  batch
    .command('resume [id]')
    .description('go on with a batch where it stopped; without an id with the latest')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic batch resume --json')
    .action(async (id: string | undefined) => {
      await withSession(program, secrets, async (session) => {
        const wanted =
          id === undefined
            ? (await session.call('batches.list', {})).batches.find(({ state }) => state === 'stopped')?.id
            : readBatch(id);
        if (wanted === undefined) throw usage('no batch waits to be resumed');
        const { job } = await session.call('batches.resume', { batch: wanted });
        await print(session, wanted, job);
      });
    });

  batch
    .command('list')
    .description('your batches, newest first')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic batch list')
    .action(async () => {
      const found = await withSession(program, secrets, (session) => session.call('batches.list', {}));
      answer.print(json(), found, () => found.batches.map(lineOf).join('') || 'No batch.\n');
    });

  batch
    .command('report <id>')
    .description('the report of a batch')
    .option('--format <format>', 'pdf or csv', 'pdf')
    .requiredOption('--out <file>', 'where to')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic batch report 0198... --format csv --out readings.csv')
    .action(async (id: string, options: { format: string; out: string }) => {
      const { format } = options;
      if (format !== 'pdf' && format !== 'csv') throw usage('the format is pdf or csv');
      await withSession(program, secrets, async (session) => {
        const { handout } = await session.call('batches.report', { batch: readBatch(id), format });
        await session.jobResult(
          (await session.call('handouts.save', { handout, place: session.place(resolve(options.out)) })).job,
        );
      });
      answer.print(json(), { ok: true, file: options.out }, () => `Written to ${options.out}.\n`);
    });

  /** Waits for the job and prints the batch with every row. */
  async function print(session: Session, id: string, job: string): Promise<void> {
    const watch = setInterval(() => {
      const state = session
        .context()
        .jobs.list()
        .find((one) => one.id === job);
      if (state) progress(`${state.done}/${state.total}`);
    }, 500);
    try {
      await session.jobResult(job);
    } finally {
      clearInterval(watch);
    }
    const items: BatchItem[] = [];
    let row: BatchRow;
    for (;;) {
      const page: Output<'batches.get'> = await session.call('batches.get', { batch: id, offset: items.length, limit: 500 });
      row = page.batch;
      items.push(...page.items);
      if (page.items.length < 500) break;
    }
    answer.print(
      json(),
      { batch: row, results: items.map(({ name, ...item }) => ({ file: name, ...item })) },
      () => `${items.map((item) => `${item.name}\t${item.state}\t${item.says ?? item.reason ?? ''}\n`).join('')}${lineOf(row)}`,
      row.refused > 0,
    );
  }
}

function lineOf({ id, title, state, total, read, refused, at }: BatchRow): string {
  return `${id}\t${state}\t${title}\t${total} pictures: ${read} read, ${refused} refused\t${at}\n`;
}

function readBatch(text: string): string {
  const parsed = fhirId.safeParse(text);
  if (!parsed.success) throw usage('the id is one of those that `batch list` answers');
  return parsed.data;
}
