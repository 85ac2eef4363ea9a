/** The knowledge base behind the coaching routes: the one that an administrator has loaded, or the one that comes with the program. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { answerFrom } from '../../src-node/knowledge/answer.ts';
import { KnowledgeBase } from '../../src-node/knowledge/index.ts';
import type { LanguageModel } from '../../src-node/knowledge/language-model.ts';
import { readManifest } from '../../src-node/knowledge/load.ts';
import type { Answer, Passage } from '../../src-shared/coaching/answer.ts';
import type { KnowledgeManifest } from '../../src-shared/coaching/passages.ts';
import { protect } from '../../src-shared/coaching/pseudonyms.ts';
import { AppError } from '../../src-shared/errors/index.ts';

export interface Coach {
  search(question: string, limit: number): Promise<Passage[]>;
  /** From the passages' own sentences, or by the language model where one is configured. The workstation has replaced identifiers already. */
  ask(question: string, limit?: number): Promise<Answer>;
  /** Takes over a knowledge base from a folder, after checking each file against its manifest. */
  load(folder: string): Promise<{ id: string; version: string; passages: number }>;
  close(): Promise<void>;
}

export function openCoach(dataFolder: string, environment: NodeJS.ProcessEnv): Coach {
  const loaded = join(dataFolder, 'knowledge');
  const languageModel = modelIn(environment);
  let open: Promise<KnowledgeBase> | null = null;
  const knowledge = () => {
    open ??= existsSync(loaded) ? KnowledgeBase.open(loaded) : KnowledgeBase.open();
    // A knowledge base that is missing now may be loaded later.
    open.catch(() => {
      open = null;
    });
    return open;
  };
  async function close(): Promise<void> {
    const closing = await open?.catch(() => null);
    open = null;
    await closing?.close();
  }
  return {
    search: async (question, limit) => (await knowledge()).search(question, { limit }),
    ask: async (question, limit) =>
      answerFrom(await knowledge(), question, { sent: protect(question, {}), languageModel, limit }),
    async load(folder) {
      const manifest = await takeOver(folder, loaded);
      await close();
      return { id: manifest.id, version: manifest.version, passages: manifest.passages };
    },
    close,
  };
}

/** A language model on any endpoint that speaks as OpenAI's does; none unless all of it is set. */
function modelIn({
  LAMPLIGHT_LLM_BASE_URL: baseURL,
  LAMPLIGHT_LLM_KEY: apiKey,
  LAMPLIGHT_LLM_MODEL: model,
}: NodeJS.ProcessEnv): LanguageModel | undefined {
  return baseURL && model ? { baseURL, apiKey: apiKey || 'none', model } : undefined;
}

async function takeOver(from: string, to: string): Promise<KnowledgeManifest> {
  const manifest = await readManifest(from);
  const fresh = `${to}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  for (const name of ['manifest.json', ...Object.keys(manifest.files)]) {
    if (name !== basename(name)) throw new AppError('invalid-input', { what: 'the manifest of the knowledge base' });
    await copyFile(join(from, name), join(fresh, name));
    const expected = manifest.files[name]?.sha256;
    if (
      expected !== undefined &&
      createHash('sha256')
        .update(await readFile(join(fresh, name)))
        .digest('hex') !== expected
    )
      throw new AppError('file-damaged');
  }
  await rm(to, { recursive: true, force: true });
  await rename(fresh, to);
  return manifest;
}
