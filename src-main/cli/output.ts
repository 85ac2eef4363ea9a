/** What a command prints: one JSON document or a few lines for people on standard output, everything else on standard error. */
import { errorAnswer } from '../../src-shared/errors/index.ts';
import { isUsage } from './arguments.ts';

let last: Promise<void> = Promise.resolve();
// Whoever reads the answer may have enough of it (`| head`).
process.stdout.on('error', () => undefined);

export const answer = {
  /** @param failed exit status 1: something failed or was refused, and the whole document is printed all the same */
  print(json: boolean, document: unknown, people: () => string, failed = false): void {
    write(json ? `${JSON.stringify(document)}\n` : people());
    if (failed) process.exitCode = 1;
  },
  raw: write,
  /** Resolves when the other end of a pipe has taken everything. */
  flush: () => last,
};

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A failure of the whole. */
export function fail(thrown: unknown, json: boolean): void {
  const { code, message, action } = errorAnswer(thrown);
  if (json) write(`${JSON.stringify({ error: { code, message, action } })}\n`);
  else note(`${message} ${action} (${code})`);
  if (code === 'internal' && thrown instanceof Error)
    note(
      (thrown.stack ?? '')
        .split('\n')
        .filter((line) => line.trimStart().startsWith('at '))
        .slice(0, 8)
        .join('\n'),
    );
  process.exitCode = isUsage(thrown) ? 2 : 1;
}

/** A progress line, on a terminal only. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function write(text: string | Uint8Array): void {
  last = last.then(() => new Promise((resolve) => process.stdout.write(text, () => resolve())));
}
