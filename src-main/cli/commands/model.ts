import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { newEd25519 } from '../../../src-node/chain-ports.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { type Session, withSession } from '../session.ts';

/** A publisher's key on disk: both halves raw, base64. */
const keyFile = z.object({ publisher: z.string(), privateKey: z.string(), publicKey: z.string() });

/** `model ...`: versions that read, packages and who vouches for them, what computes, how they do. */
export function modelCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const model = program.command('model').description('models of this vault: versions, packages, what computes them, how they do');
  const within = <T>(run: (session: Session) => Promise<T>) => withSession(program, secrets, run);
  const done = (words: string, document: object = { ok: true }) => answer.print(json(), document, () => `${words}\n`);

  model
    .command('list')
    .description('every version with its state')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model list --json')
    .action(async () => {
      const found = await within((session) => session.call('models.list', {}));
      const short = found.models.map(({ card: _card, metrics: _metrics, ...rest }) => rest);
      answer.print(json(), { models: short }, () =>
        short
          .map(
            (one) =>
              `${one.id}\t${one.version}\t${one.state}\t${one.origin}${one.publisher ? ` (${one.publisher})` : ''}\t${one.problem ?? one.title}\n`,
          )
          .join(''),
      );
    });

  model
    .command('install <file>')
    .description('a signed package; it reads nothing until it is made active')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model install retinopathy-1.1.0.lamplight-model')
    .action(async (file: string) => {
      const installed = await within(async (session) =>
        session.jobResult((await session.call('models.install', { place: session.place(resolve(file)) })).job),
      );
      answer.print(json(), installed, () => `Installed. Make it active, or let it read in the shadow first.\n`);
    });

  model
    .command('activate <id> <version>')
    .description('let this version read from now on')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model activate diabetic-retinopathy 1.1.0')
    .action(async (id: string, version: string) => {
      await within((session) => session.call('models.activate', { id, version }));
      done(`${id} ${version} reads from now on.`);
    });

  model
    .command('shadow <id> [version]')
    .description('let a version read silently beside the active one; without a version end it')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model shadow diabetic-retinopathy 1.1.0')
    .action(async (id: string, version: string | undefined) => {
      await within((session) => session.call('models.shadow', { id, version: version ?? null }));
      done(version === undefined ? 'Nothing reads in the shadow any more.' : `${id} ${version} reads in the shadow.`);
    });

  model
    .command('roll-back <id>')
    .description('go back to the version that read before')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model roll-back diabetic-retinopathy')
    .action(async (id: string) => {
      const { version } = await within((session) => session.call('models.rollBack', { id }));
      done(`${id} ${version} reads again.`, { version });
    });

  model
    .command('remove <id> <version>')
    .description('remove an installed version that does not read')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model remove diabetic-retinopathy 1.1.0')
    .action(async (id: string, version: string) => {
      await within((session) => session.call('models.remove', { id, version }));
      done(`${id} ${version} is removed.`);
    });

  model
    .command('trust <key>')
    .description("take packages that this publisher's key has signed (Ed25519, base64)")
    .requiredOption('--name <name>', 'who the publisher is')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model trust hO4...= --name "Eye institute"')
    .action(async (key: string, options: { name: string }) => {
      const trusted = await within((session) => session.call('models.trust', { key, name: options.name }));
      answer.print(json(), trusted, () => `Trusted. Compare its fingerprint with the publisher's: ${trusted.fingerprint}\n`);
    });

  model
    .command('provider [name]')
    .description('what computes the models: auto, or one of those offered; without a name, try out what runs here and say why')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model provider cpu')
    .action(async (name: string | undefined) => {
      await within(async (session) => {
        if (name !== undefined) await session.call('models.setProvider', { provider: name });
        const providers = await session.call('models.providers', {});
        const tried = await session.jobResult((await session.call('models.tryOut', {})).job);
        const { models } = triedShape.parse(tried);
        answer.print(
          json(),
          { ...providers, models },
          () =>
            `Chosen: ${providers.choice}. Offered: ${providers.offered.join(', ')}.\n${models.map((one) => `${one.model} ${one.version}\t${one.provider} on ${one.device}, ${one.threads} threads\t${one.reason}\n`).join('')}`,
        );
      });
    });

  model
    .command('watch')
    .description('how each version does: agreement, refusals, drift, shadow')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic model watch --json')
    .action(async () => {
      const found = await within((session) => session.call('models.watch', {}));
      const share = ({ count, of, low, high }: { count: number; of: number; low: number; high: number }) =>
        `${count}/${of} (${low.toFixed(2)}-${high.toFixed(2)})`;
      answer.print(
        json(),
        found,
        () =>
          found.rows
            .map(
              (row) =>
                `${row.id} ${row.version}\t${row.readings} readings\taccepted ${share(row.accepted)}, changed ${share(row.changed)}, rejected ${share(row.rejected)}, refused ${share(row.refused)}${row.shadow ? `, agrees with ${row.shadow.against} ${share(row.shadow.agreement)}` : ''}\n${row.alarms.map(({ says }) => `\t! ${says}\n`).join('')}`,
            )
            .join('') || 'Nothing was read yet.\n',
      );
    });

  model
    .command('key')
    .description('for publishers: make a key that signs packages')
    .requiredOption('--name <name>', 'the publisher, as clinics will see it')
    .requiredOption('--out <file>', 'where the key goes; whoever has this file can sign')
    .addHelpText('after', '\nExample: lamplight model key --name "Eye institute" --out publisher.key')
    .action((options: { name: string; out: string }) => {
      if (existsSync(options.out)) throw usage('there is a file of this name already');
      const { privateKey, publicKey } = newEd25519();
      const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
      writeFileSync(
        options.out,
        `${JSON.stringify({ publisher: options.name, privateKey: text(privateKey), publicKey: text(publicKey) })}\n`,
        { mode: 0o600, flag: 'wx' },
      );
      chmodSync(options.out, 0o600);
      done(`Public key, for clinics to trust: ${text(publicKey)}`, { publicKey: text(publicKey) });
    });

  model
    .command('pack <folder>')
    .description('for publishers: a signed package of a folder with manifest.json, its network and card.md')
    .requiredOption('--key <file>', 'made by `model key`')
    .requiredOption('--out <file>', 'where to')
    .addHelpText(
      'after',
      '\nExample: lamplight model pack models/diabetic-retinopathy --key publisher.key --out retinopathy.lamplight-model',
    )
    .action(async (folder: string, options: { key: string; out: string }) => {
      const key = keyFile.safeParse(readKey(options.key)).data;
      if (!key) throw usage('the key file is not one that `model key` made');
      const { makePackage } = await import('../../core/reading/index.ts');
      const bytes = await makePackage(folder, key.publisher, {
        privateKey: Buffer.from(key.privateKey, 'base64'),
        publicKey: Buffer.from(key.publicKey, 'base64'),
      });
      await writeFile(options.out, bytes);
      done(`Written to ${options.out}.`, { ok: true, file: options.out, bytes: bytes.byteLength });
    });
}

const triedShape = z.object({
  models: z.array(
    z.object({
      model: z.string(),
      version: z.string(),
      provider: z.string(),
      device: z.string(),
      threads: z.number(),
      reason: z.string(),
    }),
  ),
});

function readKey(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AppError('file-unreadable', {}, { cause });
  }
}
