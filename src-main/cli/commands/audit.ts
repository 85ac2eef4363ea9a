import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { type Verdict, receiptShape, verifyLines } from '../../../src-shared/audit/chain.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { count, usage } from '../arguments.ts';
import { answer } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';

const format = z.enum(['jsonl', 'fhir', 'csv']);

/** `audit list`, `export` and `verify`. */
export function auditCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const audit = program.command('audit').description('the access log');

  audit
    .command('list')
    .description('newest entries first')
    .option('--patient <id>', 'of one patient')
    .option('--since <time>', 'from this time on (ISO 8601)')
    .option('--limit <n>', 'at most so many', count, 100)
    .addHelpText('after', '\nExample: lamplight --vault ./clinic audit list --limit 20 --json')
    .action(async (options: { patient?: string; since?: string; limit: number }) => {
      if (options.since !== undefined && Number.isNaN(Date.parse(options.since))) throw usage('--since takes a time, such as 2026-11-22 or 2026-11-22T08:00:00Z');
      const { entries } = await withSession(program, secrets, (session) => session.call('audit.list', options));
      answer.print(json(), { entries }, () => entries.map((entry) => `${entry.n}\t${entry.at}\t${entry.personName ?? entry.person ?? '-'}\t${entry.action}\t${entry.procedure}\t${entry.patient ?? ''}\t${entry.outcome}\n`).join(''));
    });

  audit
    .command('export')
    .description('write the log as lines that anybody can verify, as FHIR AuditEvents or as a table')
    .requiredOption('--out <file>', 'where to')
    .option('--format <format>', 'jsonl, fhir or csv', 'jsonl')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic audit export --out log.jsonl')
    .action(async (options: { out: string; format: string }) => {
      const wanted = format.safeParse(options.format);
      if (!wanted.success) throw usage('the format is jsonl, fhir or csv');
      const exported = await withSession(program, secrets, (session) => session.call('audit.export', { format: wanted.data }));
      writeFileSync(options.out, exported.document, { mode: 0o600 });
      const { entries, seals, head } = exported;
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
        () => (verdict.ok ? `The log is whole: ${verdict.entries} entries, ${verdict.seals} seals.\n` : `The log is NOT whole: ${verdict.firstBad?.what} (entry ${verdict.firstBad?.index ?? 'unknown'}).\n`),
        !verdict.ok,
      );
    });

  async function verifyVault(): Promise<Verdict> {
    try {
      return await withSession(program, secrets, (session) => session.call('audit.verify', {}));
    } catch (thrown) {
      const code = thrown instanceof AppError ? thrown.code : thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
      if (code === 'vault-damaged' || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return { ok: false, entries: 0, seals: 0, firstBad: { index: null, what: 'unreadable' } };
      throw thrown;
    }
  }
}

function verifyFile(path: string, receiptsPath: string | undefined): Verdict {
  const lines = readLines(path);
  const receipts = receiptsPath === undefined ? [] : readLines(receiptsPath).map((line) => receiptShape.parse(JSON.parse(line)));
  return verifyLines(chainPorts, lines, receipts);
}

function readLines(path: string): string[] {
  try {
    const text = readFileSync(path, 'utf8');
    // The last line ends with a line feed; anything after it is a line too.
    return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  } catch (cause) {
    throw new AppError('file-unreadable', {}, { cause });
  }
}
