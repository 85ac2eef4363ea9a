/** Files named on the command line, also whole folders. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../src-shared/errors/index.ts';

export interface NamedFile {
  /** Relative to the argument it was found by, with `/`; the argument's own name where that was a file. */
  name: string;
  path: string;
}

/** Every file below the arguments, in order of name; links to files are followed, links to folders not. Throws `file-unreadable`. */
export function listPaths(paths: readonly string[]): NamedFile[] {
  return paths.flatMap((argument) => {
    try {
      const found = statSync(argument);
      if (found.isFile()) return [{ name: argument.split(/[\\/]/).at(-1) ?? argument, path: argument }];
      // A pipe or a device may have no end.
      if (!found.isDirectory()) throw new AppError('file-unreadable');
      return filesBelow(argument)
        .sort()
        .map((path) => ({ name: relative(argument, path).split(sep).join('/'), path }));
    } catch (cause) {
      throw new AppError('file-unreadable', {}, { cause });
    }
  });
}

/** By hand: Node's own recursion goes round in circles where a link leads to a folder above it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() || (entry.isSymbolicLink() && leadsToFile(path)) ? [path] : [];
  });
}

function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
