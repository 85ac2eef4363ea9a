/** A password in the environment is inherited by every worker and child unless it is taken out first. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { takeSecrets } from './secrets.ts';

test('what was given is kept for the command and gone from the environment', () => {
  const env: NodeJS.ProcessEnv = {
    LAMPLIGHT_USER: 'amina',
    LAMPLIGHT_PASSWORD: 'correct horse battery',
    LAMPLIGHT_RECOVERY_CODE: 'AAAA',
    LAMPLIGHT_TOTP: '123456',
    LAMPLIGHT_NEW_PASSWORD: 'another',
    LAMPLIGHT_VAULT: '/somewhere',
    PATH: process.env.PATH,
  };
  const secrets = takeSecrets(env);
  expect(secrets.given('LAMPLIGHT_PASSWORD')).toBe('correct horse battery');
  expect(Object.keys(env).sort()).toEqual(['LAMPLIGHT_VAULT', 'PATH']);
  const child = spawnSync(process.execPath, ['-p', 'Object.keys(process.env).join()'], { env, encoding: 'utf8' });
  expect(child.stdout).not.toMatch(/LAMPLIGHT_(?!VAULT)/);
});
