import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import { readPatient, usage } from '../arguments.ts';
import { answer, note } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';
import { setAsideCommands } from './pacs-aside.ts';

/** `pacs`: archives by name, asked, fetched from and sent to; the receiver for as long as the command runs. */
export function pacsCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const pacs = program.command('pacs').description('the picture archive: DIMSE or DICOMweb');

  pacs
    .command('add <name>')
    .description('keep an archive (or, with --worklist, a modality worklist); a password comes from LAMPLIGHT_PACS_PASSWORD')
    .option('--dimse <AE@host:port>', 'a DIMSE archive')
    .option('--web <url>', 'the root of its DICOMweb services')
    .option('--web-user <name>', 'user name for DICOMweb')
    .option('--worklist', 'it serves a modality worklist', false)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic pacs add hospital --dimse HOSPITAL@10.0.0.5:104')
    .action(async (name: string, options: { dimse?: string; web?: string; webUser?: string; worklist: boolean }) => {
      if ((options.dimse === undefined) === (options.web === undefined)) throw usage('give --dimse or --web');
      const address =
        options.web !== undefined
          ? { kind: 'dicomweb' as const, url: options.web, userName: options.webUser }
          : { kind: 'dimse' as const, ...readDimse(options.dimse ?? '') };
      const password =
        options.webUser === undefined ? undefined : await secrets.need('LAMPLIGHT_PACS_PASSWORD', 'Password of the archive');
      const kept = await withSession(program, secrets, (session) =>
        session.call('pacs.savePeer', { name, serves: options.worklist ? ['worklist'] : ['archive'], address, password }),
      );
      answer.print(json(), kept, () => `${name} is kept.\n`);
    });
  pacs
    .command('list')
    .description('archives that are known')
    .action(async () => {
      const state = await withSession(program, secrets, (session) => session.call('pacs.state', {}));
      answer.print(json(), state, () =>
        state.peers
          .map(
            (one) =>
              `${one.name}\t${one.serves.join(', ')}\t${one.address.kind === 'dimse' ? `${one.address.aeTitle}@${one.address.host}:${one.address.port}` : one.address.url}\n`,
          )
          .join(''),
      );
    });
  pacs
    .command('echo <archive>')
    .description('whether it answers')
    .action(async (peer: string) => {
      const done = await withSession(program, secrets, (session) => session.call('pacs.echo', { peer }));
      answer.print(json(), done, () => `It answers, after ${done.ms} ms.\n`);
    });
  pacs
    .command('find <archive>')
    .description('studies in an archive')
    .option('--name <name>', 'beginning of the name, family^given')
    .option('--number <id>', 'patient number')
    .option('--accession <number>', 'accession number')
    .option('--modality <code>', 'CT, MR, CR ...')
    .option('--from <day>', '2026-11-22')
    .option('--to <day>', '2026-11-22')
    .option('--study <uid>', 'Study Instance UID')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic pacs find hospital --number MRN-4711 --json')
    .action(
      async (
        peer: string,
        {
          number: patientNumber,
          ...options
        }: { number?: string; name?: string; accession?: string; modality?: string; from?: string; to?: string; study?: string },
      ) => {
        const found = await withSession(program, secrets, (session) =>
          session.call('pacs.find', { peer, patientNumber, ...options }),
        );
        answer.print(json(), found, () =>
          found.studies
            .map(
              (one) =>
                `${[
                  one.date ?? '',
                  one.modalities.join('+'),
                  one.name,
                  one.patientNumber,
                  one.description,
                  one.study,
                  one.here ? 'here' : '',
                ].join('\t')}\n`,
            )
            .join(''),
        );
      },
    );
  pacs
    .command('worklist <archive>')
    .description('planned examinations of a day')
    .requiredOption('--day <day>', '2026-11-22')
    .option('--modality <code>', 'CT, MR, CR ...')
    .action(async (peer: string, options: { day: string; modality?: string }) => {
      const found = await withSession(program, secrets, (session) => session.call('pacs.worklist', { peer, ...options }));
      answer.print(json(), found, () =>
        found.items
          .map((one) => `${[one.time ?? '', one.modality, one.name, one.patientNumber, one.procedure].join('\t')}\n`)
          .join(''),
      );
    });
  pacs
    .command('retrieve <archive>')
    .description('fetch a study and take it in')
    .requiredOption('--study <uid>', 'Study Instance UID')
    .option('--patient <id>', 'whose it should be; objects that name somebody else wait')
    .action(async (peer: string, options: { study: string; patient?: string }) => {
      const patient = options.patient === undefined ? undefined : readPatient(options.patient);
      const result = await withSession(program, secrets, async (session) => {
        const { job } = await session.call('pacs.retrieve', { peer, study: options.study, patient });
        return (await session.jobResult(job)) as ImagingImportResult; // as the contract says
      });
      answer.print(
        json(),
        result,
        () =>
          `${result.results.filter((one) => one.patients.length > 0).length} of ${result.results.length} objects are in the chart${result.waiting.length > 0 ? '; the others wait for somebody to say whose they are (imaging.review)' : ''}.\n`,
        result.results.some((one) => one.status === 'refused'),
      );
    });
  pacs
    .command('send <archive>')
    .description('send a study of this vault, unchanged')
    .requiredOption('--study <uid>', 'Study Instance UID')
    .requiredOption('--patient <id>', 'whose')
    .action(async (peer: string, options: { study: string; patient: string }) => {
      const result = await withSession(program, secrets, async (session) => {
        const { job } = await session.call('pacs.send', { peer, study: options.study, patient: readPatient(options.patient) });
        return (await session.jobResult(job)) as { sent: number; refused: number }; // as the contract says
      });
      answer.print(json(), result, () => `${result.sent} sent, ${result.refused} refused.\n`, result.refused > 0);
    });
  setAsideCommands(pacs, program, secrets);
  pacs
    .command('receive')
    .description('take what is sent here until the command is ended (Ctrl C), or for so many seconds; says when it listens')
    .option('--host <address>', 'address of this machine', '127.0.0.1')
    .requiredOption('--port <port>', 'TCP port', wholeNumber)
    .option('--ae <title>', 'our AE title', 'LAMPLIGHT')
    .requiredOption('--allow <AE...>', 'senders that are let in')
    .option('--seconds <n>', 'end after so long', wholeNumber)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic pacs receive --port 11112 --allow SCANNER')
    .action(async (options: { host: string; port: number; ae: string; allow: string[]; seconds?: number }) => {
      const state = await withSession(program, secrets, async (session) => {
        const before = (await session.call('pacs.state', {})).receiver;
        const wanted = {
          on: true,
          host: options.host,
          port: options.port,
          aeTitle: options.ae,
          allowed: options.allow.map((aeTitle) => ({ aeTitle })),
        };
        await session.call('pacs.setReceiver', wanted);
        try {
          for (let waited = 0; waited < 50; waited++) {
            const { listening, problem } = (await session.call('pacs.state', {})).receiver;
            if (listening) break;
            if (problem) throw usage(problem);
            await sleep(100);
          }
          note(`Listening as ${options.ae} on ${options.host}, port ${options.port}.`);
          await ended(options.seconds);
          for (let waited = 0; waited < 600 && (await session.call('pacs.state', {})).receiver.pending > 0; waited++)
            await sleep(100);
          return (await session.call('pacs.state', {})).receiver;
        } finally {
          await session.call('pacs.setReceiver', {
            on: before.on,
            host: before.host,
            port: before.port,
            aeTitle: before.aeTitle,
            allowed: before.allowed,
          });
        }
      });
      const result = { received: state.received, refused: state.refused, pending: state.pending };
      answer.print(json(), result, () => `${result.received} objects came, ${result.refused} refused.\n`, result.refused > 0);
    });
}

function ended(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    if (seconds !== undefined) setTimeout(resolve, seconds * 1000);
    else setInterval(() => undefined, 60_000);
  });
}

function readDimse(text: string): { aeTitle: string; host: string; port: number } {
  const [, aeTitle, host, port] = /^([^@]{1,16})@([^@]+):(\d{1,5})$/.exec(text) ?? [];
  if (!aeTitle || !host || !port) throw usage('--dimse takes AE@host:port');
  return { aeTitle, host, port: Number(port) };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 86_400) throw new InvalidArgumentError('It takes a whole number.');
  return value;
}
