/** `npm run server`: one line on stdout when it is ready, everything else on stderr. */
import '../src-node/no-telemetry.ts';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../src-shared/errors/index.ts';
import { adminCommands } from './admin/index.ts';
import { askRunningServer } from './admin/remote.ts';
import { lockFolder } from './lock.ts';
import { type Options, readOptions, usage } from './options.ts';
import { openHouse, startServer } from './start.ts';

const now = () => new Date();
const log = (line: string) => process.stderr.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2), process.env);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  if (options.admin === null) await serve(options);
  else await administer(options, options.admin);
} catch (thrown) {
  log(
    thrown instanceof AppError ? `${thrown.message} ${thrown.action}` : thrown instanceof Error ? thrown.message : String(thrown),
  );
  process.exitCode = 1;
}

async function serve(options: Options): Promise<void> {
  const unlock = lockFolder(options.folder);
  if (unlock === null)
    throw new Error(
      `Another server already uses the data folder ${options.folder}. Stop it first, or choose another folder with --data.`,
    );
  log('The data folder is not encrypted by the server: keep it on an encrypted volume.');
  const house = await openHouse(options, now, log);
  const server = await startServer(house, options).catch(async (thrown: NodeJS.ErrnoException) => {
    await house.close();
    throw thrown.code === 'EADDRINUSE'
      ? new Error(`Port ${options.port} is in use. Choose another with --port, or --port 0 for a free one.`)
      : thrown;
  });
  process.stdout.write(`Lamplight server ready at ${server.url}, enrolment code ${server.code}\n`);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void server.stop().then(() => {
        unlock();
        process.exit(0);
      });
    });
  }
}

async function administer(options: Options, [command = '', ...args]: readonly string[]): Promise<void> {
  const found = adminCommands[command];
  if (found === undefined) throw new Error(usage);
  const unlock = lockFolder(options.folder);
  if (unlock === null) {
    // Paths are meant from where the command was given.
    print(
      await askRunningServer(
        options,
        command,
        command === 'knowledge' ? args.map((word, place) => (place === 1 ? resolve(word) : word)) : args,
      ),
    );
    return;
  }
  const house = await openHouse(options, now, log);
  try {
    print(await found.run(house, args));
  } finally {
    await house.close();
    unlock();
  }
}

function print(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  if (typeof answer === 'object' && answer !== null && 'error' in answer) process.exitCode = 1;
}
