/** The command line as a person would use it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../src-node/root.ts';

/** Runs a command with `--json` and answers its document, whatever the exit status. */
export function terminal(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'src-main', 'cli', 'main.ts'), ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
    });
    child.once('exit', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new Error(`no JSON document from: ${args.join(' ')}`));
      }
    });
  });
}
