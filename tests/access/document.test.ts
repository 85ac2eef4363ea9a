import { expect, test } from 'vitest';
import { allPermissions, permissionsDocument, wordsOf } from '../../src-shared/access/words.ts';

test('docs/permissions.md says what the table says', async () => {
  // `npx vitest run tests/access -u` writes it anew.
  await expect(permissionsDocument()).toMatchFileSnapshot('../../docs/permissions.md');
});

test('every permission has words for people', () => {
  expect(allPermissions.filter((permission) => wordsOf(permission) === permission)).toEqual([]);
});
