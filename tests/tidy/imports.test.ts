/** The house's walls: which room may import which. Without them patient data, Electron and the network would soon be everywhere. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { importsOf, isCode, isTest, projectFiles } from './sources.ts';

interface Room {
  folder: string;
  /** Rooms of ours that it may import from, beside itself. */
  rooms: readonly string[];
  node?: boolean;
  electron?: boolean;
  /** Its subfolders are domains that see each other only through their index.ts. */
  domains?: boolean;
}

const rooms: readonly Room[] = [
  { folder: 'src-shared/', rooms: [] },
  { folder: 'src-node/', rooms: ['src-shared/'], node: true },
  { folder: 'src-preload/', rooms: ['src-shared/'], electron: true },
  { folder: 'src-renderer/', rooms: ['src-shared/'] },
  { folder: 'src-main/shell/', rooms: ['src-shared/'], node: true, electron: true },
  { folder: 'src-main/core/', rooms: ['src-shared/', 'src-node/'], node: true, domains: true },
  { folder: 'src-main/cli/', rooms: ['src-shared/', 'src-node/', 'src-main/core/'], node: true },
  { folder: 'src-server/', rooms: ['src-shared/', 'src-node/'], node: true, domains: true },
];

const sources = projectFiles().filter((file) => isCode(file) && file.startsWith('src-'));
const product = sources.filter((file) => !isTest(file));

test('each room imports only what it may', () => {
  const wrong = product.flatMap((file) => {
    const room = rooms.find(({ folder }) => file.startsWith(folder));
    if (!room) return [`${file} lies in no room`];
    return importsOf(file)
      .filter(({ to }) => !mayImport(room, to))
      .map(({ to }) => `${file} imports ${to}`);
  });
  expect(wrong).toEqual([]);
});

test('a domain sees another only through its index', () => {
  const wrong = product.flatMap((file) => {
    const own = domainOf(file);
    return importsOf(file)
      .filter(({ to }) => {
        const other = domainOf(to);
        return own !== null && other !== null && own !== other && to !== `${other}/index.ts`;
      })
      .map(({ to }) => `${file} imports ${to}`);
  });
  expect(wrong).toEqual([]);
});

test('every import of ours names a file that is there', () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter(({ to }) => to.startsWith('src-') && !existsSync(join(root, to.replace(/\?.*$/, ''))))
      .map(({ to }) => `${file} imports ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('no file reaches itself again through what it imports', () => {
  const graph = new Map(
    product.map((file) => [
      file,
      importsOf(file)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ to }) => to),
    ]),
  );
  expect(cycles(graph)).toEqual([]);
});

function mayImport(room: Room, to: string): boolean {
  if (to.startsWith('node:')) return room.node === true;
  if (to === 'electron') return room.electron === true;
  if (!/^(?:src-|tests\/|scripts\/|models\/)/.test(to)) return true;
  return to.startsWith(room.folder) || room.rooms.some((folder) => to.startsWith(folder));
}

function domainOf(file: string): string | null {
  const room = rooms.find(({ folder, domains }) => domains && file.startsWith(folder));
  const [domain, ...rest] = room ? file.slice(room.folder.length).split('/') : [];
  return room && domain && rest.length > 0 ? `${room.folder}${domain}` : null;
}

/** Depth-first: a file met again while it is still on the path closes a cycle. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string) => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
