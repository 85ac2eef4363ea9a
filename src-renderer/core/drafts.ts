/**
 * Half-typed text. Saved at every pause through the core (encrypted there, for the one who typed it); what could not be saved yet stays in this store, which
 * outlives the screen that it was typed on, until the core is back and the same person has signed in again.
 */
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { AppError } from '../../src-shared/errors/index.ts';
import { call } from './connection.ts';

/** Typing rests for this long before it is saved. */
const PAUSE_MS = 300;
/** What could not be saved is tried again after this long. */
const RETRY_MS = 5000;

interface Draft {
  body: string;
  patient?: string;
  title: string;
  /** `loading` until the core has said what it keeps. */
  state: 'loading' | 'clean' | 'unsaved' | 'saving' | 'saved';
  savedAt: string | null;
  /** Why the core does not keep it, where it says so. */
  refusal?: AppError;
  timer?: ReturnType<typeof setTimeout>;
}

export interface SaveState {
  state: 'nothing' | 'unsaved' | 'saving' | 'saved';
  savedAt: string | null;
  refusal?: AppError;
  /** How many the core does not keep: they are nowhere but in this page. */
  refused: number;
}

const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();
let owner: string | undefined;
let summary: SaveState = { state: 'nothing', savedAt: null, refused: 0 };

/**
 * Text that survives leaving, locking and crashes.
 * @param key who asks for the same key finds the same text: `note:<patient>:new`
 */
export function useDraft(key: string, about: { patient?: string; title: string }) {
  const draft = useSyncExternalStore(subscribe, () => drafts.get(key));
  const { patient, title } = about;
  useEffect(() => {
    if (!draft) void load(key, { patient, title });
  }, [key, draft, patient, title]);
  const setText = useCallback((body: string) => type(key, body, { patient, title }), [key, patient, title]);
  const discard = useCallback(() => removeDraft(key), [key]);
  return {
    text: draft?.body ?? '',
    loading: !draft || draft.state === 'loading',
    savedAt: draft?.savedAt ?? null,
    setText,
    discard,
  };
}

/** What the status line says. */
export function useSaveState(): SaveState {
  return useSyncExternalStore(subscribe, () => summary);
}

/** What the core does not keep, by its title: it goes when somebody else takes over the screen. */
export function refusedDrafts(): { key: string; title: string }[] {
  return [...drafts].filter(([, { refusal }]) => refusal).map(([key, { title }]) => ({ key, title }));
}

/** Saves everything that is still unsaved, now: before locking and after coming back. */
export async function flushDrafts(): Promise<void> {
  await Promise.all([...drafts].filter(([, draft]) => draft.state === 'unsaved').map(([key]) => save(key)));
}

/** Says who is here. Drafts of somebody else leave this page's memory. */
export function draftsBelongTo(person: string): void {
  if (owner !== undefined && owner !== person) drafts.clear();
  owner = person;
  tell();
}

/** What is not yet saved stays; the rest is fetched again from the core when it is looked at. */
export function forgetSavedDrafts(): void {
  for (const [key, draft] of drafts) if (draft.state !== 'unsaved' && draft.state !== 'saving') drafts.delete(key);
  tell();
}

/** Throws a draft away, here and in the core; answers with the way to bring it back. */
function removeDraft(key: string): () => void {
  const draft = drafts.get(key);
  clearTimeout(draft?.timer);
  const about = { title: draft?.title ?? '', patient: draft?.patient };
  drafts.set(key, { ...about, body: '', state: 'clean', savedAt: null });
  tell();
  call('drafts.remove', { key }).catch(() => {});
  return () => type(key, draft?.body ?? '', about);
}

async function load(key: string, about: { patient?: string; title: string }): Promise<void> {
  drafts.set(key, { ...about, body: '', state: 'loading', savedAt: null });
  tell();
  const kept = await call('drafts.get', { key }).catch(() => null);
  if (drafts.get(key)?.state !== 'loading') return;
  // Without an answer it stays closed to typing, so that nothing kept is overwritten; it is asked for again after sign-in.
  if (!kept) return;
  drafts.set(key, { ...about, body: kept.body ?? '', state: 'clean', savedAt: kept.savedAt });
  tell();
}

function type(key: string, body: string, about: { patient?: string; title: string }): void {
  const draft = drafts.get(key);
  clearTimeout(draft?.timer);
  drafts.set(key, {
    ...about,
    body,
    state: 'unsaved',
    savedAt: draft?.savedAt ?? null,
    refusal: draft?.refusal,
    timer: setTimeout(() => void save(key), PAUSE_MS),
  });
  tell();
}

async function save(key: string): Promise<void> {
  const draft = drafts.get(key);
  if (!draft) return;
  clearTimeout(draft.timer);
  draft.state = 'saving';
  tell();
  const { body, patient, title } = draft;
  let refusal: AppError | undefined;
  const kept = await call('drafts.save', { key, patient, title, body }).catch((thrown: unknown) => {
    // A lock passes by itself, and so does a core that starts again: the sign-in brings them up.
    if (thrown instanceof AppError && thrown.code !== 'not-signed-in') refusal = thrown;
    return null;
  });
  const now = drafts.get(key);
  // Typed on, removed or handed over meanwhile: the later save speaks for it.
  if (!now || now.body !== body || now.state !== 'saving') return;
  if (kept) drafts.set(key, { ...now, state: 'saved', savedAt: kept.savedAt, refusal: undefined });
  else drafts.set(key, { ...now, state: 'unsaved', refusal, timer: setTimeout(() => void save(key), RETRY_MS) });
  tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  const all = [...drafts.values()];
  const savedAt = all.reduce<string | null>(
    (latest, { savedAt }) => (savedAt && (!latest || savedAt > latest) ? savedAt : latest),
    null,
  );
  const state = all.some((draft) => draft.state === 'unsaved')
    ? 'unsaved'
    : all.some((draft) => draft.state === 'saving')
      ? 'saving'
      : savedAt
        ? 'saved'
        : 'nothing';
  const refusal = all.find((draft) => draft.refusal)?.refusal;
  const refused = all.filter((draft) => draft.refusal).length;
  if (state !== summary.state || savedAt !== summary.savedAt || refusal !== summary.refusal || refused !== summary.refused)
    summary = { state, savedAt, refusal, refused };
  for (const listener of listeners) listener();
}
