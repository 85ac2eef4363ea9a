import { closeSync, openSync, readSync } from 'node:fs';
import type { Command } from 'commander';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { receiptShape } from '../../../src-shared/audit/chain.ts';
import { goesOnWords } from '../../../src-shared/audit/goes-on.ts';
import { lineVerifier, type Verdict } from '../../../src-shared/audit/lines.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { readJson } from '../../../src-shared/json.ts';
import { count, oneOf, readPatient, usage } from '../arguments.ts';
import { saveHandout } from '../handouts.ts';
import { answer, progress } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { type Session, withSession } from '../session.ts';

const FORMATS = ['jsonl', 'fhir', 'csv'] as const;
const ACTIONS = ['C', 'R', 'U', 'D', 'E'] as const;
const OUTCOMES = ['ok', 'denied', 'failed'] as const;

interface ListOptions {
  patient?: string;
  person?: string;
  procedure?: string;
  action?: string;
  outcome?: string;
  since?: string;
  until?: string;
  breakGlass?: boolean;
  ai?: boolean;
  limit: number;
}

/** `audit list`, `export` and `verify`. */
export function auditCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const audit = program.command('audit').description('the access log');

  audit
    .command('list')
    .description('newest entries first')
    .option('--patient <id>', 'of one patient')
    .option('--person <id>', 'of one person, by the id or the user name')
    .option('--procedure <name>', 'of one procedure, such as chart.summary')
    .option('--action <letter>', 'C created, R read, U changed, D removed, E did')
    .option('--outcome <outcome>', 'ok, denied or failed')
    .option('--since <time>', 'from this time on (ISO 8601)')
    .option('--until <time>', 'before this time (ISO 8601)')
    .option('--break-glass', 'where the glass was broken')
    .option('--ai', 'where a model spoke')
    .option('--limit <n>', 'at most so many', count, 100)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic audit list --outcome denied --since 2026-11-01 --json')
    .action(async (options: ListOptions) => {
      const wanted = {
        ...options,
        patient: options.patient === undefined ? undefined : readPatient(options.patient),
        action: options.action === undefined ? undefined : oneOf(ACTIONS, options.action, '--action'),
        outcome: options.outcome === undefined ? undefined : oneOf(OUTCOMES, options.outcome, '--outcome'),
        since: time('--since', options.since),
        until: time('--until', options.until),
      };
      const { entries, total } = await withSession(program, secrets, async (session) =>
        session.call('audit.list', { ...wanted, person: await personId(session, options.person) }),
      );
      answer.print(json(), { entries, total }, () =>
        entries
          .map(
            (entry) =>
              `${entry.n}\t${entry.at}\t${entry.personName ?? entry.person ?? '-'}\t${entry.action}\t${entry.procedure}\t${entry.patientName ?? entry.patient ?? ''}\t${entry.outcome}\t${entry.reason ?? ''}\n`,
          )
          .join(''),
      );
    });

  audit
    .command('export')
    .description('write the log as lines that anybody can verify, as FHIR AuditEvents or as a table')
    .requiredOption('--out <file>', 'where to')
    .option('--format <format>', 'jsonl, fhir or csv', 'jsonl')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic audit export --out log.jsonl')
    .action(async (options: { out: string; format: string }) => {
      const wanted = oneOf(FORMATS, options.format, '--format');
      const { entries, seals, head } = await withSession(program, secrets, async (session) => {
        const taken = await session.call('audit.take', { format: wanted });
        await saveHandout(session, taken.handout, options.out);
        return taken;
      });
      answer.print(json(), { entries, seals, head }, () => `${entries} entries and ${seals} seals in ${options.out}.\n`);
    });

  audit
    .command('verify')
    .description('check the log of the vault, or an exported file without vault and credentials')
    .option('--file <file>', 'an exported log (jsonl)')
    .option('--receipts <file>', "the server's receipts, one a line")
    .addHelpText('after', '\nExample: lamplight audit verify --file log.jsonl --json')
    .action(async (options: { file?: string; receipts?: string }) => {
      const verdict = options.file === undefined ? await verifyVault() : verifyFile(options.file, options.receipts);
      answer.print(
        json(),
        verdict,
        () =>
          verdict.ok
            ? `The log is whole: ${verdict.entries} entries, ${verdict.seals} seals (sealed up to entry ${verdict.sealedTo}, confirmed by a server up to entry ${verdict.receiptTo}).\n${(verdict.goesOn ?? []).map((at) => `${goesOnWords(at)}\n`).join('')}`
            : `The log is NOT whole: ${verdict.firstBad?.what} (entry ${verdict.firstBad?.index ?? 'unknown'}).\n`,
        !verdict.ok,
      );
    });

  async function verifyVault(): Promise<Verdict> {
    try {
      return await withSession(program, secrets, (session) => session.call('audit.verify', {}));
    } catch (thrown) {
      const code =
        thrown instanceof AppError ? thrown.code : thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
      if (code === 'vault-damaged' || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
        return {
          ok: false,
          entries: 0,
          seals: 0,
          receipts: 0,
          sealedTo: 0,
          receiptTo: 0,
          firstBad: { index: null, what: 'unreadable' },
        };
      throw thrown;
    }
  }
}

/** By user name where it is one; whoever may not list people gives the id. */
async function personId(session: Session, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const { users } = await session.call('users.list', {});
  return users.find((user) => user.userName === given)?.id ?? given;
}

function time(option: string, given: string | undefined): string | undefined {
  if (given !== undefined && Number.isNaN(Date.parse(given)))
    throw usage(`${option} takes a time, such as 2026-11-22 or 2026-11-22T08:00:00Z`);
  return given;
}

function verifyFile(path: string, receiptsPath: string | undefined): Verdict {
  const receipts = receiptsPath === undefined ? [] : readReceipts(receiptsPath);
  const verifier = lineVerifier(chainPorts, receipts);
  let done = 0;
  for (const line of linesOf(path)) {
    if (!verifier.line(line)) break;
    done += 1;
    if (done % 10_000 === 0) progress(`${done} lines checked`);
  }
  return verifier.verdict();
}

function readReceipts(path: string) {
  return [...linesOf(path)].map((line, index) => {
    const receipt = receiptShape.safeParse(readJson(line));
    if (!receipt.success) throw usage(`line ${index + 1} of the receipts is no receipt`);
    return receipt.data;
  });
}

const BLOCK_BYTES = 1024 * 1024;
/** A line of a log is a few hundred bytes, of a large import some ten thousand. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;

/** The lines of a file of any length. The last line ends with a line feed; anything after it is a line too. */
function* linesOf(path: string): Generator<string> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new AppError('file-unreadable', {}, { cause });
  }
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    let rest = Buffer.alloc(0);
    let any = false;
    for (;;) {
      const read = readSync(file, block);
      if (read === 0) break;
      any = true;
      rest = Buffer.concat([rest, block.subarray(0, read)]);
      for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
        yield rest.toString('utf8', 0, at);
        rest = rest.subarray(at + 1);
      }
      if (rest.length > LINE_BYTES_MAX) break;
    }
    if (rest.length > 0 || !any) yield rest.toString('utf8');
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('file-unreadable', {}, { cause });
  } finally {
    closeSync(file);
  }
}
