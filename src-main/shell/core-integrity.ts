/** A package keeps the core outside its asar; a list of hashes inside it says what the core must be. On Linux nothing protects the asar itself (docs/security.md). */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * @param folder of the core
 * @param list file with an object of path from the folder (with `/`): SHA-256
 * @returns the first file that is missing, changed or unknown, or null when all is as packed
 */
export async function firstForeignFile(folder: string, list: string): Promise<string | null> {
  // Our own build wrote it, inside the asar.
  const wanted = JSON.parse(await readFile(list, 'utf8')) as Record<string, string>;
  const found = await filesBelow(folder);
  const names = found.map((file) => relative(folder, file).split(sep).join('/'));
  const present = new Set(names);
  const unknown = names.find((name) => !(name in wanted));
  if (unknown !== undefined) return unknown;
  for (const [name, hash] of Object.entries(wanted)) {
    if (!present.has(name) || (await sha256(join(folder, name))) !== hash) return name;
  }
  return null;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = await Promise.all(
    entries.map((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)])),
  );
  return files.flat();
}

function sha256(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(file, { highWaterMark: 1024 * 1024 })
      .on('data', (bytes) => hash.update(bytes))
      .on('error', reject)
      .on('end', () => resolve(hash.digest('hex')));
  });
}
