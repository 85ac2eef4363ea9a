/** The project's own files, as git knows them: those that are committed or about to be. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from '../../src-node/root.ts';

export interface Import {
  /** The other file from the root, or the name of a package. */
  to: string;
  /** `import type`: gone when the program runs. */
  typeOnly: boolean;
}

/** Paths from the root, with `/`. */
export function projectFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file))).sort();
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Code without comments, lines kept; a `//` inside a string such as an address stays. */
export function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|[\s;{}(,])\/\/.*$/gm, '$1');
}

const importing =
  /(?:^|[\n;])\s*(?:import|export)\s+(?:(type)\s+)?(?:[\w*{][^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(file: string): Import[] {
  return importsIn(file, read(file));
}

/** What the text of a file imports, in static and dynamic form. */
export function importsIn(file: string, source: string): Import[] {
  return [...withoutComments(source).matchAll(importing)].map(([, type, from, dynamic]) => {
    const name = from ?? dynamic ?? '';
    return {
      to: name.startsWith('.') ? normalize(join(dirname(file), name)).replaceAll('\\', '/') : name,
      typeOnly: type !== undefined,
    };
  });
}

export function isCode(file: string): boolean {
  return /\.(?:ts|tsx|mts|mjs|cjs|js)$/.test(file);
}

export function isTest(file: string): boolean {
  return file.includes('.test.');
}
