import type { Command } from 'commander';
import { usage } from '../arguments.ts';
import { answer, progress } from '../output.ts';
import { listPaths } from '../paths.ts';
import type { Secrets } from '../secrets.ts';

/** `dicom info` and `dicom export`. */
export function dicomCommands(program: Command, _secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const dicom = program.command('dicom').description('DICOM files');

  dicom
    .command('info <path>')
    .description('what DICOM files are and whether their pictures can be opened; needs no vault')
    .addHelpText('after', '\nExample: lamplight dicom info ./study --json')
    .action(async (path: string) => {
      const files = listPaths([path]);
      if (files.length === 0) throw usage('there is no file in this folder');
      const { dicomInfo } = await import('../../core/imaging/index.ts');
      const results = await dicomInfo(files, (done, total) => progress(`${done} of ${total} files`));
      const failed = results.some((result) => result.status === 'refused');
      answer.print(
        json(),
        { results },
        () => results.map((one) => `${one.file}\t${one.status}\t${[one.modality, one.columns && `${one.columns}x${one.rows}`, one.frames && one.frames > 1 && `${one.framesDecoded} of ${one.frames} frames`, one.reason].filter(Boolean).join('\t')}\n`).join(''),
        failed,
      );
    });
}
