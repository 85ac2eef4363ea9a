import type { Command } from 'commander';
import { contract } from '../../../src-shared/contract/index.ts';
import { count, readPatient, usage } from '../arguments.ts';
import { answer, progress } from '../output.ts';
import { listPaths } from '../paths.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

/** `import`, `patient search` and `call`. */
export function careCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;

  program
    .command('import <paths...>')
    .description(
      'import FHIR bundles, resources and NDJSON, and DICOM files, discs and zip archives of them, from files or folders',
    )
    .option('--patient <id>', 'whose the DICOM files are, whatever they say')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic import ./bundles --json')
    .action(async (paths: string[], options: { patient?: string }) => {
      const patient = options.patient === undefined ? undefined : readPatient(options.patient);
      listPaths(paths);
      const { importPaths, LEFT_OUT } = await import('../import-paths.ts');
      const results = await withSession(program, secrets, (session) => importPaths(session.context(), paths, patient, progress));
      const refused = results.some((result) => result.status !== 'imported');
      const leftOut = results.filter(({ reason }) => reason === LEFT_OUT).length;
      answer.print(
        json(),
        { results },
        () =>
          results
            .filter(({ reason }) => reason !== LEFT_OUT)
            .map(
              (one) =>
                `${one.file}\t${one.status}\t${one.resources} resources, ${one.created} new, ${one.updated} changed${one.reason ? `\t${one.reason}` : ''}\n`,
            )
            .concat(leftOut > 0 ? `${leftOut} ${leftOut === 1 ? 'file is' : 'files are'} no DICOM, left out.\n` : [])
            .join(''),
        refused,
      );
    });

  program
    .command('patient')
    .description('find patients')
    .command('search <text>')
    .description('by name, identifier, birth date or phone')
    .option('--limit <n>', 'at most so many', count, 20)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic patient search "otieno 1984" --json')
    .action(async (text: string, options: { limit: number }) => {
      const found = await withSession(program, secrets, async (session) => {
        const result = await session.call('patients.search', { text, limit: options.limit });
        await session.call('patients.searched', { text, shown: result.results.map((row) => row.id) });
        return result;
      });
      answer.print(json(), found, () =>
        found.results
          .map(
            (row) =>
              `${row.id}\t${row.name}\t${row.birthDate ?? ''}\t${row.sex ?? ''}\t${row.identifiers.map((one) => one.value).join(' ')}\n`,
          )
          .join(''),
      );
    });

  program
    .command('call <procedure>')
    .description('any procedure of the contract')
    .option('--input <json>', 'its input', '{}')
    .addHelpText('after', "\nExample: lamplight --vault ./clinic call users.list --input '{}'")
    .addHelpText('after', () => `\nProcedures:\n${procedureList()}`)
    .action(async (procedure: string, options: { input: string }) => {
      const input = parseInput(options.input);
      const output = await withSession(program, secrets, async (session) => {
        const first = await session.callAny(procedure, input);
        const job = typeof first === 'object' && first !== null && 'job' in first ? first.job : undefined;
        return typeof job === 'string' ? await session.jobResult(job) : first;
      });
      answer.raw(`${JSON.stringify(output)}\n`);
    });
}

function procedureList(): string {
  return Object.entries(contract)
    .map(([name, { summary }]) => `  ${name}  ${summary}`)
    .sort()
    .join('\n');
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usage('--input is not JSON', cause);
  }
}
