/** Files named on the command line, also whole folders. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../src-shared/errors/index.ts';

export interface NamedFile {
  /** Relative to the argument it was found by, with `/`; the argument's own name where that was a file. */
  name: string;
  path: string;
}

/** Every file below the arguments, in order of name. Throws `file-unreadable`. */
export function listPaths(paths: readonly string[]): NamedFile[] {
  return paths.flatMap((argument) => {
    try {
      if (!statSync(argument).isDirectory()) return [{ name: argument.split(/[\\/]/).at(-1) ?? argument, path: argument }];
      return readdirSync(argument, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
        .map((path) => ({ name: relative(argument, path).split(sep).join('/'), path }));
    } catch (cause) {
      throw new AppError('file-unreadable', {}, { cause });
    }
  });
}
