/** Which version of which model reads in this vault: what came with the application, what was installed, and what IT has chosen. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { modelsDir } from '../../../src-node/places.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { type Fit, processorName } from './engine/providers.ts';
import type { Manifest, Task } from './manifest.ts';
import type { ReadOptions } from './read-image.ts';
import { compareVersions, type FoundModel, findModels } from './registry.ts';

export interface KnownModel extends FoundModel {
  readonly origin: 'shipped' | 'installed';
}

/** Where models of this vault are installed; they are no secret, and signature and hash are checked at each load. */
export const installedDir = (context: Context) => join(context.vault.dir, 'models');

const PROVIDER_SETTING = 'modelProvider';

/** What the last look found; looking again takes longer than reading a small picture. */
const found = new WeakMap<Db, Promise<KnownModel[]>>();

/** Called after what changes which models are there or who vouches for them. Files themselves are checked at each load. */
export function forgetModels(db: Db): void {
  found.delete(db);
}

/** Every version on this machine, of each model the newest first. */
export function knownModels(context: Context): Promise<KnownModel[]> {
  const { db } = context.vault;
  const known = found.get(db) ?? lookForModels(context);
  found.set(db, known);
  known.catch(() => forgetModels(db));
  return known;
}

async function lookForModels(context: Context): Promise<KnownModel[]> {
  const shipped = (await findModels(modelsDir)).map((one) => ({ ...one, origin: 'shipped' as const }));
  const installed = (await findModels(installedDir(context), trustedKeys(context.vault.db))).map((one) => ({
    ...one,
    origin: 'installed' as const,
  }));
  const own = installed.filter(({ manifest }) => !shipped.some((other) => isSame(other.manifest, manifest)));
  return [...shipped, ...own].sort(
    (one, other) =>
      Number(one.manifest.task !== 'fundus') - Number(other.manifest.task !== 'fundus') ||
      one.manifest.id.localeCompare(other.manifest.id) ||
      compareVersions(other.manifest.version, one.manifest.version),
  );
}

/** The version of each model that reads. */
export function activeAmong(db: Db, known: readonly KnownModel[]): KnownModel[] {
  const ids = [...new Set(known.map(({ manifest }) => manifest.id))];
  return ids.flatMap((id) => activeOf(db, known, id) ?? []);
}

/** The chosen version; without a choice, or where it has gone, the newest that came with the application. Of what was only installed, none. */
export function activeOf(db: Db, known: readonly KnownModel[], id: string): KnownModel | undefined {
  const versions = known.filter(({ manifest }) => manifest.id === id);
  const chosen = choiceOf(db, id)?.active;
  return versions.find(({ manifest }) => manifest.version === chosen) ?? versions.find(({ origin }) => origin === 'shipped');
}

export function shadowOf(db: Db, known: readonly KnownModel[], id: string): KnownModel | undefined {
  const version = choiceOf(db, id)?.shadow;
  return known.find(({ manifest }) => manifest.id === id && manifest.version === version);
}

export interface Use {
  active: string;
  shadow: string | null;
}

export function choiceOf(db: Db, id: string): Use | undefined {
  return db.prepare<[string], Use>('SELECT active, shadow FROM model_use WHERE model = ?').get(id);
}

export function trustedKeys(db: Db): string[] {
  return db
    .prepare<[], { key: string }>('SELECT key FROM model_publisher')
    .all()
    .map(({ key }) => key);
}

/** What reads a picture of this vault, and on what. */
export async function readOptions(context: Context, task?: Task): Promise<ReadOptions & { use: readonly KnownModel[] }> {
  const use = activeAmong(context.vault.db, await knownModels(context));
  return { ...computing(context), use, ...(task ? { task } : {}) };
}

/** What computes here: the provider that was chosen, and what was measured before. */
export function computing(context: Context): Pick<ReadOptions, 'provider' | 'fits' | 'measureLater'> {
  const { db } = context.vault;
  return {
    provider: providerChoice(db),
    measureLater: true,
    fits: {
      get: ({ id, version }: Manifest) => {
        const row = db
          .prepare<[string, string, string], { fit: string }>(
            'SELECT fit FROM model_fit WHERE model = ? AND version = ? AND machine = ?',
          )
          .get(id, version, machine());
        return row ? fitShape.safeParse(JSON.parse(row.fit)).data : undefined;
      },
      set: ({ id, version }: Manifest, fit: Fit) => {
        db.prepare(
          'INSERT INTO model_fit (model, version, machine, fit, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET fit = excluded.fit, at = excluded.at',
        ).run(id, version, machine(), JSON.stringify(fit), isoTime(context.clock));
      },
    },
  };
}

export function providerChoice(db: Db): string {
  const row = db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE key = ?').get(PROVIDER_SETTING);
  return row ? z.string().catch('auto').parse(JSON.parse(row.value)) : 'auto';
}

export function chooseProviderSetting(db: Db, provider: string): void {
  db.prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    PROVIDER_SETTING,
    JSON.stringify(provider),
  );
  db.prepare('DELETE FROM model_fit').run();
}

/** The only version that is meant, or `not-found`. */
export function oneOf(known: readonly KnownModel[], id: string, version: string): KnownModel {
  const found = known.find(({ manifest }) => manifest.id === id && manifest.version === version);
  if (!found) throw new AppError('not-found', { what: 'model' });
  return found;
}

const isSame = (one: Manifest, other: Manifest) => one.id === other.id && one.version === other.version;

const fitShape = z.object({ provider: z.string(), threads: z.number().int().min(1).max(64), reason: z.string() });

/** What was measured on one machine says nothing of another that opens a copy of the vault. */
const machine = () => `${processorName()}, ${availableParallelism()} cores, ${process.platform}`;
