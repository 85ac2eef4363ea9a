import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { saveFile } from '../../core/save-file.ts';
import { readPatient, usage } from '../arguments.ts';
import { handoutPieces, saveHandout } from '../handouts.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { type Session, withSession } from '../session.ts';
import { writeSubjectAccess } from './subject-access.ts';

interface Options {
  patient?: string;
  all: boolean;
  format: string;
  out?: string;
}

const HELP = `
Formats:
  fhir            a Bundle of every resource (a collection)
  ndjson          the same resources, one a line
  ips             the International Patient Summary (HL7 IPS): a FHIR document; with --all one document a line (NDJSON)
  ips-pdf         the same summary to read and print; with --all one PDF in which each patient begins on a page of their own
  subject-access  a zip of everything about one patient; takes --patient and --out

Examples:
  lamplight --vault ./clinic export --patient 0198... --out amina.json
  lamplight --vault ./clinic export --patient 0198... --format ips-pdf --out amina.pdf
  lamplight --vault ./clinic export --all --format ips --out summaries.ndjson`;

/** `export`. */
export function exportCommand(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;

  program
    .command('export')
    .description('write a patient, or everything this person may see, as FHIR or as a patient summary')
    .option('--patient <id>', 'one patient')
    .option('--all', 'every patient of this person', false)
    .option('--format <format>', 'fhir, ndjson, ips, ips-pdf or subject-access', 'fhir')
    .option('--out <file>', 'where to; without it the document goes to standard output')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      if ((options.patient === undefined) === !options.all) throw usage('give either --patient ID or --all');
      const { format, out } = options;
      if (out !== undefined) checkPlace(out);
      const patient = options.patient === undefined ? undefined : readPatient(options.patient);
      if (format === 'subject-access') {
        if (patient === undefined || out === undefined) throw usage('subject-access takes --patient ID and --out FILE');
        const made = await withSession(program, secrets, (session) => writeSubjectAccess(session, patient, out));
        return answer.print(
          json(),
          { ok: true, file: out, ...made },
          () => `Written to ${out}: the record, its ${made.files} files, and who has seen it.\n`,
        );
      }
      if (format === 'ips' || format === 'ips-pdf') {
        if (out === undefined && format === 'ips-pdf' && process.stdout.isTTY)
          throw usage('a PDF does not go to a terminal: give --out FILE');
        await withSession(program, secrets, async (session) => {
          const { handout } = await session.call('records.exportSummary', { patient, format });
          await (out === undefined ? print(session, handout) : saveHandout(session, handout, out));
        });
      } else if (format === 'fhir' || format === 'ndjson') {
        const { document } = await withSession(program, secrets, (session) =>
          session.call('records.export', { patient, format }),
        );
        if (out === undefined) answer.raw(document);
        else await saveFile(out, [new TextEncoder().encode(document)]);
      } else throw usage('the format is fhir, ndjson, ips, ips-pdf or subject-access');
      if (out !== undefined) answer.print(json(), { ok: true, file: out }, () => `Written to ${out}.\n`);
    });
}

/** Before anybody signs in and anything is logged as handed out. */
function checkPlace(out: string): void {
  const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder(out)) throw usage('--out takes a file, and this is a folder');
  if (!isFolder(dirname(resolve(out)))) throw usage('the folder for --out is not there');
}

/** Piece by piece to standard output. */
async function print(session: Session, handout: string): Promise<void> {
  for await (const piece of handoutPieces(session, handout)) {
    answer.raw(piece);
    await answer.flush();
  }
}
