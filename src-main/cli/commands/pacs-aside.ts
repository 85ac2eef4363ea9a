import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { type Session, withSession } from '../session.ts';

/** `pacs set-aside`: what was sent here and could not be taken in. */
export function setAsideCommands(pacs: Command, program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const aside = pacs.command('set-aside').description('objects that were sent here and could not be taken in');
  aside
    .command('list')
    .description('who sent them, and why they were set aside')
    .action(async () => {
      const found = await withSession(program, secrets, (session) => session.call('pacs.setAside', {}));
      answer.print(json(), found, () =>
        found.groups.length === 0
          ? 'Nothing is set aside.\n'
          : found.groups
              .map((one) => `${one.sender}\t${one.count} objects\t${one.bytes} bytes\t${one.lastAt}\t${one.why}\n`)
              .join(''),
      );
    });
  aside
    .command('take-again')
    .description('try at once to take them in; what cannot be is set aside again')
    .option('--sender <AE>', 'of this sender alone')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic pacs set-aside take-again --sender SCANNER')
    .action(async ({ sender }: { sender?: string }) => {
      const done = await withSession(program, secrets, async (session) => {
        const objects = await decide(session, 'pacs.takeAgain', sender);
        await settled(session);
        return { objects, stillAside: (await session.call('pacs.state', {})).receiver.setAside };
      });
      answer.print(json(), done, () => `${done.objects} were tried again; ${done.stillAside} are set aside now.\n`);
    });
  aside
    .command('discard')
    .description('throw them away for good')
    .option('--sender <AE>', 'of this sender alone')
    .option('--yes', 'no question is asked: say that it is meant', false)
    .action(async ({ sender, yes }: { sender?: string; yes: boolean }) => {
      if (!yes) throw usage('objects that are discarded do not come back: say --yes');
      const objects = await withSession(program, secrets, (session) => decide(session, 'pacs.discard', sender));
      answer.print(json(), { objects }, () => `${objects} were discarded.\n`);
    });
}

/** Of all that are set aside now, or of one sender's. */
async function decide(session: Session, how: 'pacs.takeAgain' | 'pacs.discard', sender: string | undefined): Promise<number> {
  const { groups } = await session.call('pacs.setAside', {});
  const objects = groups.filter((one) => sender === undefined || one.sender === sender).flatMap((one) => one.objects);
  if (objects.length === 0) return 0;
  return (await session.call(how, { objects })).objects;
}

async function settled(session: Session): Promise<void> {
  for (let waited = 0; waited < 600 && (await session.call('pacs.state', {})).receiver.pending > 0; waited++) await sleep(100);
}
