/** Where what ships beside the code lies. */
import { join } from 'node:path';
import { root } from './root.ts';

export const modelsDir = join(root, 'models');
export const resourcesDir = join(root, 'resources');
