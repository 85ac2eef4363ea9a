/** Where what ships beside the code lies: models and resources. The same from source, from the built core and in a package. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest folder above this file that holds both `models` and `resources`. */
function findRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!(existsSync(join(dir, 'models')) && existsSync(join(dir, 'resources')))) {
    const above = dirname(dir);
    if (above === dir) throw new Error('models and resources are not beside the program');
    dir = above;
  }
  return dir;
}

const root = findRoot();

export const modelsDir = join(root, 'models');
export const resourcesDir = join(root, 'resources');
