/** Models of this machine: list, install, choose, watch. */
import { availableParallelism } from 'node:os';
import type { ModelRow } from '../../../src-shared/contract/models.ts';
import { AppError, errorAnswer } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, preparedCommand, query, startJob } from '../bind.ts';
import type { Context, RunningJob, Tx } from '../context.ts';
import type { Places } from '../places.ts';
import { offeredProviders, processorName } from './engine/providers.ts';
import { cardOf, installPackage, readPackage, removeInstalled } from './install.ts';
import {
  activeAmong,
  activeOf,
  choiceOf,
  chooseProviderSetting,
  computing,
  forgetModels,
  type KnownModel,
  knownModels,
  oneOf,
  providerChoice,
} from './models-in-use.ts';
import { fingerprintOf, keyOf } from './package.ts';
import { publisherOf } from './package-signature.ts';
import { loadModelAt } from './registry.ts';
import { coolDown, type WarmModel, warmModelAt, warmNow } from './session.ts';
import { alarmSeen, watchModels } from './watch/index.ts';

const ok = { ok: true as const };

export const modelProcedures = (places: Places): Handlers => ({
  'models.list': query(async (context) => {
    const known = await knownModels(context);
    const open = await warmNow();
    return { models: await Promise.all(known.map((model) => rowOf(context, known, open, model))) };
  }),
  'models.install': startJob(async (context, input) => {
    const run = async (job: RunningJob) => {
      const bytes =
        'place' in input ? await readPackage(places.path(input.place)) : (await context.uploads.take(input.upload)).bytes;
      job.progress(1, 2);
      return installPackage(context, bytes);
    };
    return { job: context.jobs.start({ kind: 'model', title: 'Installing a model', unit: 'steps', run }) };
  }),
  'models.activate': preparedCommand(
    async (context, { id, version }) => {
      const known = await knownModels(context);
      const now = activeOf(context.vault.db, known, id)?.manifest.version;
      if (now === version) throw new AppError('model-version', { what: 'it reads already' });
      // A version that cannot be loaded must not take the place of one that can.
      await loadModelAt(oneOf(known, id, version).place);
      await coolDown();
      return now;
    },
    (context, tx, { id, version }, before) => {
      activate(context, tx, id, version, 'activate', before);
      return ok;
    },
  ),
  'models.shadow': preparedCommand(
    async (context, { id, version }) => {
      const known = await knownModels(context);
      if (version !== null) await loadModelAt(oneOf(known, id, version).place);
      return activeOf(context.vault.db, known, id);
    },
    (context, tx, { id, version }, active) => {
      if (!active)
        throw new AppError('model-version', { what: 'no version of this model reads, so that none can stand in its shadow' });
      if (active.manifest.version === version)
        throw new AppError('model-version', { what: 'the version that reads cannot be its own shadow' });
      noteThatRead(context, tx, id, active.manifest.version);
      tx.db
        .prepare(
          'INSERT INTO model_use (model, active, shadow) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET shadow = excluded.shadow',
        )
        .run(id, active.manifest.version, version);
      note(context, tx, id, version === null ? 'shadow-ended' : 'shadow', version);
      return ok;
    },
  ),
  'models.rollBack': preparedCommand(
    async (context, { id }) => {
      const known = await knownModels(context);
      const now = activeOf(context.vault.db, known, id)?.manifest.version;
      const before = context.vault.db
        .prepare<[string], { version: string }>(
          "SELECT version FROM model_use_log WHERE model = ? AND act IN ('activate', 'first', 'roll-back') AND version IS NOT NULL ORDER BY n DESC",
        )
        .all(id)
        .map(({ version }) => version)
        .find((version) => version !== now && known.some(({ manifest }) => manifest.id === id && manifest.version === version));
      if (before === undefined) throw new AppError('model-version', { what: 'no other version has read here before' });
      await loadModelAt(oneOf(known, id, before).place);
      await coolDown();
      return before;
    },
    (context, tx, { id }, before) => {
      activate(context, tx, id, before, 'roll-back');
      return { version: before };
    },
  ),
  'models.remove': preparedCommand(
    async (context, { id, version }) => {
      const known = await knownModels(context);
      const model = oneOf(known, id, version);
      if (model.origin === 'shipped') throw new AppError('model-version', { what: 'it came with the application' });
      if (activeOf(context.vault.db, known, id) === model)
        throw new AppError('model-version', { what: 'it reads at present; let another one read first' });
      return model;
    },
    (context, tx, { id, version }, model) => {
      tx.db.prepare('UPDATE model_use SET shadow = NULL WHERE model = ? AND shadow = ?').run(id, version);
      note(context, tx, id, 'remove', version);
      removeInstalled(model.place.folder);
      forgetModels(tx.db);
      return ok;
    },
  ),
  'models.history': query((context, { id }) => ({
    entries: context.vault.db
      .prepare<[string], { act: string; version: string | null; by: string; at: string }>(
        'SELECT l.act, l.version, coalesce(u.display_name, l.by) AS by, l.at FROM model_use_log l LEFT JOIN user u ON u.id = l.by WHERE l.model = ? ORDER BY l.n DESC',
      )
      .all(id),
  })),
  'models.publishers': query((context) => ({
    publishers: context.vault.db
      .prepare<[], { key: string; name: string; by: string; at: string }>(
        'SELECT p.key, p.name, coalesce(u.display_name, p.by) AS by, p.at FROM model_publisher p LEFT JOIN user u ON u.id = p.by ORDER BY p.at',
      )
      .all()
      .map((row) => ({ ...row, fingerprint: fingerprintOf(row.key) })),
  })),
  'models.trust': command((_context, tx, { name, key: given }) => {
    const key = keyOf(given);
    tx.db
      .prepare(
        'INSERT INTO model_publisher (key, name, by, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name',
      )
      .run(key, name, tx.author, tx.at);
    tx.touched({ type: 'ModelPublisher', id: fingerprintOf(key).replaceAll(' ', '') });
    forgetModels(tx.db);
    tx.changed(['models']);
    return { fingerprint: fingerprintOf(key) };
  }),
  'models.distrust': preparedCommand(
    async () => coolDown(),
    (_context, tx, { key }) => {
      const { changes } = tx.db.prepare('DELETE FROM model_publisher WHERE key = ?').run(key);
      if (changes === 0) throw new AppError('not-found', { what: 'publisher' });
      tx.touched({ type: 'ModelPublisher', id: fingerprintOf(key).replaceAll(' ', '') });
      forgetModels(tx.db);
      tx.changed(['models']);
      return ok;
    },
  ),
  'models.providers': query((context) => ({
    choice: providerChoice(context.vault.db),
    offered: offeredProviders(),
    device: `${processorName()}, ${availableParallelism()} cores`,
  })),
  'models.setProvider': preparedCommand(
    async (_context, { provider }) => {
      const offered = ['auto', ...offeredProviders()];
      if (!offered.includes(provider)) throw new AppError('provider-unknown', { name: provider, offered });
      await coolDown();
    },
    (_context, tx, { provider }) => {
      chooseProviderSetting(tx.db, provider);
      tx.touched({ type: 'Setting', id: 'modelProvider' });
      tx.changed(['settings', 'models']);
      return ok;
    },
  ),
  'models.tryOut': startJob(async (context) => {
    const run = async (job: RunningJob) => {
      const active = activeAmong(context.vault.db, await knownModels(context));
      const how = computing(context);
      await coolDown();
      const found = [];
      for (const [place, { manifest, place: at }] of active.entries()) {
        job.progress(place, active.length);
        job.signal.throwIfAborted();
        // What was measured before does not count.
        const { provider, device, providerReason, threads } = await warmModelAt(at, {
          ...how,
          measureLater: false,
          fits: { get: () => undefined, set: (about, fit) => how.fits?.set(about, fit) },
        });
        found.push({ model: manifest.id, version: manifest.version, provider, device, reason: providerReason, threads });
      }
      context.emit({ name: 'changed', topics: ['models'] });
      return { models: found };
    };
    return { job: context.jobs.start({ kind: 'model', title: 'Trying out what computes the models', unit: 'models', run }) };
  }),
  'models.watch': query(async (context) => ({ rows: await watchModels(context) })),
  'models.alarmSeen': command((context, tx, { alarm }) => {
    alarmSeen(context, tx, alarm);
    return ok;
  }),
});

async function rowOf(
  context: Context,
  known: readonly KnownModel[],
  open: readonly WarmModel[],
  model: KnownModel,
): Promise<ModelRow> {
  const { db } = context.vault;
  const { manifest, place, origin } = model;
  const problem = await loadModelAt(place).then(
    () => undefined,
    (thrown: unknown) => errorAnswer(thrown).message,
  );
  const active = activeOf(db, known, manifest.id) === model;
  const warm = open.find((one) => one.manifest.id === manifest.id && one.manifest.version === manifest.version);
  return {
    id: manifest.id,
    version: manifest.version,
    task: manifest.task,
    title: manifest.title,
    intendedUse: manifest.intendedUse,
    notFor: manifest.notFor,
    ...(manifest.population ? { population: manifest.population.says } : {}),
    researchUse: manifest.use,
    licence: manifest.licence,
    state:
      problem !== undefined
        ? 'refused'
        : active
          ? 'active'
          : choiceOf(db, manifest.id)?.shadow === manifest.version
            ? 'shadow'
            : 'spare',
    ...(problem === undefined ? {} : { problem }),
    origin,
    ...(origin === 'installed' ? { publisher: await publisherOf(place.folder) } : {}),
    ...(warm ? { provider: warm.provider, device: warm.device, providerReason: warm.providerReason, threads: warm.threads } : {}),
    card: await cardOf(place.folder),
    metrics: manifest.metrics,
  };
}

/** @param before the version that read until now; the one that came with the application has read without anybody choosing it, and a roll-back must find it */
function activate(context: Context, tx: Tx, id: string, version: string, act: 'activate' | 'roll-back', before?: string): void {
  if (before !== undefined) noteThatRead(context, tx, id, before);
  tx.db
    .prepare(
      'INSERT INTO model_use (model, active, shadow) VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET active = excluded.active, shadow = nullif(shadow, excluded.active)',
    )
    .run(id, version);
  note(context, tx, id, act, version);
  tx.model(`${id} ${version}`);
}

/** What came with the application reads without anybody's choice: kept when the first choice is made, so that there is a way back. */
function noteThatRead(context: Context, tx: Tx, id: string, version: string): void {
  const last = tx.db
    .prepare<[string], { version: string }>(
      "SELECT version FROM model_use_log WHERE model = ? AND act IN ('activate', 'first', 'roll-back') AND version IS NOT NULL ORDER BY n DESC LIMIT 1",
    )
    .get(id);
  if (last?.version !== version) note(context, tx, id, 'first', version);
}

function note(context: Context, tx: Tx, id: string, act: string, version: string | null): void {
  tx.db
    .prepare('INSERT INTO model_use_log (model, act, version, by, at) VALUES (?, ?, ?, ?, ?)')
    .run(id, act, version, context.person.id, tx.at);
  tx.touched({ type: 'Model', id: version === null ? id : `${id}-${version}` });
  tx.changed(['models']);
}
