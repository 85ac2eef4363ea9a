import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { ADMIN, testCore } from '../fixtures/core.ts';
import { filesOf } from './core.fixture.ts';

test('a core killed in the middle of adding keeps what it acknowledged and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  const child = spawnSync(process.execPath, [join(root, 'tests/hostile/die-adding.ts'), folder], { encoding: 'utf8' });
  expect(child.signal).toBe('SIGKILL');
  const acknowledged = child.stdout.trim().split('\n');
  expect(acknowledged).toHaveLength(3);
  const dir = join(folder, 'clinic');
  // One file was recorded, one was written and not yet recorded, one was half come in.
  expect(filesOf(dir)).toHaveLength(3);

  const made = await testCore(folder);
  try {
    const client = made.connect();
    await client.call('session.signIn', ADMIN);
    const { results } = await client.call('patients.search', { text: 'zanzibarski', limit: 10 });
    expect(results.map((row) => row.id)).toEqual([acknowledged[0]]);
    const db = made.core.clinic()?.vault.db;
    expect(db?.prepare('SELECT id FROM file').pluck().all()).toEqual([acknowledged[1]]);
    expect(filesOf(dir)).toEqual([`files/${acknowledged[1]}`]);
    expect(db?.prepare('SELECT count(*) FROM import_run').pluck().get()).toBe(0);
    expect(db?.prepare("SELECT count(*) FROM setting WHERE key = 'hidden'").pluck().get()).toBe(0);
    expect(await client.call('audit.verify', {})).toMatchObject({ ok: true });
  } finally {
    await made.core.close();
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    expect(bytes.includes('Zanzibarski')).toBe(false);
    expect(bytes.includes(Buffer.from('Zanzibarski', 'utf16le'))).toBe(false);
  }
  await made.remove();
});
