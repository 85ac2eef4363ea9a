/** Imports files: each on its own, the good entries of a file even where others are refused, and nothing half done. */
import { setImmediate } from 'node:timers/promises';
import { decide } from '../../../../src-shared/access/permissions.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context } from '../../context.ts';
import { sql } from '../statements.ts';
import { type FileKind, fileKind, kindNames } from './kind.ts';
import { type FileFinding, type Opened, PAGE } from './messages.ts';
import { type Plan, planFile } from './plan.ts';
import { ImportReader } from './reader.ts';
import { ImportWriter, isShown, isUnderWay, removeRun } from './write.ts';

export interface ImportFile {
  /** As it is to be named in the answer. */
  name: string;
  bytes: Uint8Array;
}

export interface ImportResult {
  file: string;
  status: 'imported' | 'partly' | 'refused';
  kind: FileKind;
  reason?: string;
  patients: string[];
  /** Resources of the file that are here now: new, changed, and those that were here already. */
  resources: number;
  created: number;
  updated: number;
}

export interface ImportOptions {
  signal?: AbortSignal;
  /** Told entries done and entries known of so far. */
  progress?: (done: number, total: number) => void;
}

/** Findings told in full; the rest is counted. */
const FINDINGS_MAX = 8;

/** @throws AppError `forbidden`, `cancelled` (files before the one under way stay) */
export async function importFiles(
  context: Context,
  files: Iterable<ImportFile>,
  options: ImportOptions = {},
): Promise<{ results: ImportResult[] }> {
  if (decide('records.import', context.person.roles, true) !== 'allowed') throw new AppError('forbidden');
  recoverImports(context);
  const reader = new ImportReader(options.signal);
  const outcomes: Outcome[] = [];
  const progress = { done: 0, total: 0 };
  try {
    for (const file of files) outcomes.push(await importFile(context, reader, file, progress, options));
  } finally {
    await reader.close();
  }
  // A patient may have come with a later file than what belongs to them.
  return { results: outcomes.map((outcome) => resultOf(context, outcome)) };
}

/** Takes back what an import left that could not be finished or taken back: the core died, or the disk was full. */
export function recoverImports(context: Context): void {
  const runs = sql<{ id: string }>(context.vault.db, 'SELECT id FROM import_run')
    .all()
    .filter(({ id }) => !isUnderWay(id));
  if (runs.length > 0)
    context.write({ action: 'D', procedure: 'records.import' }, (tx) => {
      for (const { id } of runs) removeRun(tx.db, id);
    });
}

interface Outcome {
  file: string;
  kind: FileKind;
  /** Why the whole was refused. */
  refused?: string;
  count: number;
  findings: FileFinding[];
  writer?: ImportWriter;
}

async function importFile(
  context: Context,
  reader: ImportReader,
  file: ImportFile,
  progress: { done: number; total: number },
  options: ImportOptions,
): Promise<Outcome> {
  const kind = fileKind(file.name, file.bytes);
  try {
    if (kind !== 'fhir' && kind !== 'ndjson') throw new AppError('not-records', { kind: kindNames[kind] });
    const opened = await reader.open(file.name, file.bytes, context.clock.now());
    const plan = await planned(context, reader, opened);
    const writer = new ImportWriter(context);
    progress.total += opened.heads;
    try {
      await writeAll(reader, opened, plan, writer, () => options.progress?.(progress.done, progress.total), progress);
      if (options.signal?.aborted) throw new AppError('cancelled');
      writer.finish();
    } catch (thrown) {
      writer.takeBack();
      throw thrown;
    }
    return {
      file: file.name,
      kind: opened.kind,
      count: opened.count,
      findings: [...opened.findings, ...plan.findings, ...writer.findings],
      writer,
    };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'cancelled') throw thrown;
    return {
      file: file.name,
      kind,
      refused: `${thrown.message} ${thrown.action}`,
      count: 0,
      findings: [],
    };
  }
}

async function planned(context: Context, reader: ImportReader, opened: Opened): Promise<Plan> {
  const heads = [];
  for (let from = 0; from < opened.heads; from += PAGE) heads.push(...(await reader.heads(from)));
  const plan = await planFile(context, heads, opened.lookUps);
  for (const head of heads) {
    const entry = plan.byIndex.get(head.index);
    if (entry?.deleted) plan.deletions.push({ n: head.n, line: head.line, type: head.type, plan: entry });
  }
  await reader.decide(plan.decision);
  return plan;
}

async function writeAll(
  reader: ImportReader,
  opened: Opened,
  plan: Plan,
  writer: ImportWriter,
  tell: () => void,
  progress: { done: number },
): Promise<void> {
  for (let from = 0; from < opened.heads; from += PAGE) {
    const page = await reader.ready(from);
    writer.findings.push(...page.findings);
    const entries = page.entries.map((ready) => ({ ready, plan: plan.byIndex.get(ready.index) }));
    writer.take(
      entries.filter(
        (entry): entry is typeof entry & { plan: NonNullable<typeof entry.plan> } => entry.plan !== undefined && !entry.plan.skip,
      ),
    );
    progress.done += Math.min(PAGE, opened.heads - from);
    tell();
    await setImmediate();
  }
  for (const deletion of plan.deletions) writer.remove(deletion);
}

function resultOf(context: Context, outcome: Outcome): ImportResult {
  const { writer, findings, refused } = outcome;
  const counts = writer?.counts ?? { created: 0, updated: 0, unchanged: 0 };
  const resources = counts.created + counts.updated + counts.unchanged;
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const held = [...(writer?.held ?? [])].filter(([, patient]) => !isShown(context.vault.db, patient)).length;
  const allRefused = refused !== undefined || (errors > 0 && resources === 0);
  const partly = errors > 0 || (held > 0 && outcome.count > 1);
  const reason = refused ?? reasonOf(outcome, held);
  return {
    file: outcome.file,
    status: allRefused ? 'refused' : partly ? 'partly' : 'imported',
    kind: outcome.kind,
    ...(reason === '' ? {} : { reason }),
    patients: [...(writer?.patients ?? [])].filter((patient) => isShown(context.vault.db, patient)),
    resources,
    created: counts.created,
    updated: counts.updated,
  };
}

/** What is to be said, what was refused first. */
function reasonOf({ findings, writer, count, kind }: Outcome, held: number): string {
  const ordered = [...findings].sort((one, other) =>
    one.severity === other.severity ? one.n - other.n : one.severity === 'error' ? -1 : 1,
  );
  const sentences = ordered.slice(0, FINDINGS_MAX).map(({ n, line, severity, text }) => {
    const where = kind === 'ndjson' ? `Line ${line}` : count === 1 ? 'The resource' : `Entry ${n} (line ${line})`;
    return `${where}${severity === 'error' ? ' was refused' : ''}: ${text}.`;
  });
  if (ordered.length > FINDINGS_MAX) sentences.push(`${ordered.length - FINDINGS_MAX} more like these.`);
  if (held > 0)
    sentences.push(
      `${held === 1 ? 'One resource belongs' : `${held} resources belong`} to a patient who is neither in the file nor here: held, in nobody's chart, until that patient comes.`,
    );
  const elsewhere = [...(writer?.dangling ?? [])].filter((reference) => !reference.startsWith('Patient/')).length;
  if (elsewhere > 0)
    sentences.push(
      `${elsewhere === 1 ? 'One reference leads' : `${elsewhere} references lead`} to something that is neither in the file nor here.`,
    );
  if (count === 0) sentences.push('There is nothing in the file to import.');
  return sentences.join(' ');
}
