/** The machine's key in a real secret service (gnome-keyring on a session bus of its own), and what is said when that vanishes, forgets or changes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { install } from '../../scripts/debian.mjs';
import { root } from '../../src-node/root.ts';
import { run } from './install.ts';

const there = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  if (!there('gnome-keyring-daemon') || !there('dbus-run-session'))
    install([['gnome-keyring'], ['dbus']], 'the test of the keychain needs a secret service');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each act in a session of its own; the keyring's files stay in the folder between them. */
function session(act: string, keyring: boolean): unknown {
  const node = `"${process.execPath}" "${join(root, 'tests/interop/keychain-vault.ts')}" ${act} "${folder}"`;
  const start = keyring ? "printf 'login' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; " : '';
  const home = `HOME="${folder}" XDG_DATA_HOME="${folder}/data" XDG_RUNTIME_DIR="${folder}" XDG_CACHE_HOME="${folder}/cache"`;
  const lines = run('sh', ['-c', `env ${home} dbus-run-session -- sh -c '${start}${node}'`], root)
    .trim()
    .split('\n');
  return JSON.parse(lines.at(-1) ?? '');
}

test('a key in the keychain opens the vault, no file holds it, and a keychain that is gone, empty or another is said', () => {
  expect(session('make', true)).toEqual({ code: 'ok', here: 'keychain', vault: 'keychain', file: false });
  expect(session('open', true)).toEqual({ code: 'ok', here: 'keychain', vault: 'keychain', file: false });
  // Never a file in its place.
  expect(session('open', false)).toEqual({ code: 'keychain-changed', here: 'file', vault: 'keychain', file: false });
  expect(session('change', true)).toMatchObject({ code: 'ok' });
  expect(session('open', true)).toMatchObject({ code: 'device-key-wrong' });
  expect(session('forget', true)).toMatchObject({ code: 'ok' });
  expect(session('open', true)).toMatchObject({ code: 'device-key-missing', file: false });
});
