import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds `models` and `resources`: the clone, also when the bundle in out/core runs, or resources/core of a package. */
export const root: string = upwards(import.meta.dirname);

function upwards(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'models'))) return folder;
  if (dirname(folder) === folder) throw new Error('The folder of models and resources was not found above the program.');
  return upwards(dirname(folder));
}
