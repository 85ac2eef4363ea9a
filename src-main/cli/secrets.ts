/** Credentials of the command line: taken from the environment at once, so that no worker or child inherits them, or asked for at the terminal. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { usage } from './arguments.ts';

const NAMES = [
  'LAMPLIGHT_USER',
  'LAMPLIGHT_PASSWORD',
  'LAMPLIGHT_TOTP',
  'LAMPLIGHT_RECOVERY_CODE',
  'LAMPLIGHT_NEW_PASSWORD',
  'LAMPLIGHT_PACS_PASSWORD',
] as const;
export type SecretName = (typeof NAMES)[number];

export interface Secrets {
  /** The secret, or undefined where it was not given. */
  given(name: SecretName): string | undefined;
  /** The secret, asked for where it was not given. Throws `invalid-input` without a terminal. */
  need(name: SecretName, prompt: string): Promise<string>;
}

export function takeSecrets(env: NodeJS.ProcessEnv): Secrets {
  const taken = new Map<SecretName, string>();
  for (const name of NAMES) {
    const value = env[name];
    if (value !== undefined) taken.set(name, value);
    delete env[name];
  }
  return {
    given: (name) => taken.get(name),
    async need(name, prompt) {
      const known = taken.get(name);
      if (known !== undefined) return known;
      if (!process.stdin.isTTY) throw usage(`${name} is not set and there is no terminal to ask at`);
      const typed = await ask(prompt, name !== 'LAMPLIGHT_USER');
      taken.set(name, typed);
      return typed;
    },
  };
}

async function ask(prompt: string, hidden: boolean): Promise<string> {
  process.stderr.write(`${prompt}: `);
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!hidden) process.stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}
