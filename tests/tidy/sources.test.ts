/** The walls are worth no more than the scan that finds what a file imports. */
import { expect, test } from 'vitest';
import { importsIn, withoutComments } from './sources.ts';

const source = `
/** import { gone } from './comment.ts'; */
import './effect.ts';
import one, { two } from './value.ts'; // import './late.ts'
import type { Three } from '../other/type.ts';
import {
  four,
  type Five,
} from 'package';
export * from './all.ts';
export type { Six } from './again.ts';
const seven = () => import('./lazy.ts');
const address = 'https://example.org/x';
`;

test('finds every form of import and none in a comment', () => {
  expect(importsIn('src-shared/room/file.ts', source)).toEqual([
    { to: 'src-shared/room/effect.ts', typeOnly: false },
    { to: 'src-shared/room/value.ts', typeOnly: false },
    { to: 'src-shared/other/type.ts', typeOnly: true },
    { to: 'package', typeOnly: false },
    { to: 'src-shared/room/all.ts', typeOnly: false },
    { to: 'src-shared/room/again.ts', typeOnly: true },
    { to: 'src-shared/room/lazy.ts', typeOnly: false },
  ]);
});

test('keeps lines where they are, and addresses', () => {
  const code = withoutComments(source);
  expect(code.split('\n').length).toBe(source.split('\n').length);
  expect(code).toContain('https://example.org/x');
  expect(code).not.toContain('comment.ts');
});
