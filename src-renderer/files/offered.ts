/** Files that somebody offers to a chart: sent and encrypted at once, taken in only when the person says where to. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { call } from '../core/connection.ts';
import { discard, type FileKind, upload } from './upload.ts';

export const FILES_MAX = 20;
export type Target = 'fundus' | 'film' | 'image' | 'letter' | 'records' | 'study' | 'studyHere' | 'studyForced';
export type Eye = 'unknown' | 'right' | 'left';

export interface Offered {
  key: string;
  file: File;
  target: Target | null;
  eye: Eye;
  state:
    | { name: 'sending'; done: number }
    | { name: 'whole'; upload: string; kind: FileKind }
    | { name: 'taking'; upload: string; kind: FileKind }
    | { name: 'taken'; job: string }
    | { name: 'failed'; error: unknown };
}

const targets: Readonly<Record<FileKind, readonly Target[]>> = {
  photograph: ['fundus', 'film', 'image', 'letter'],
  document: ['letter', 'film', 'image'],
  fhir: ['records'],
  ndjson: ['records'],
  // What names somebody else waits for a decision; into this chart in spite of that only where somebody chooses so.
  dicom: ['studyHere', 'study', 'studyForced'],
  unknown: [],
};

/** Where a file of this kind may go, the likeliest first. */
export function targetsOf(kind: FileKind, onChart: boolean): readonly Target[] {
  return onChart ? targets[kind] : targets[kind].filter((target) => target === 'records' || target === 'study');
}

export function useOffered(patient: PatientId | undefined, files: readonly File[], onClose: () => void) {
  const [offered, setOffered] = useState<readonly Offered[]>([]);
  const current = useRef<readonly Offered[]>([]);
  const set = useCallback((make: (now: readonly Offered[]) => readonly Offered[]) => {
    current.current = make(current.current);
    setOffered(current.current);
  }, []);
  const change = useCallback(
    (key: string, part: Partial<Offered>) => set((now) => now.map((each) => (each.key === key ? { ...each, ...part } : each))),
    [set],
  );

  useEffect(() => {
    let stopped = false;
    const mine = files.slice(0, FILES_MAX).map(
      (file, index): Offered => ({
        key: `${index} ${file.name}`,
        file,
        target: null,
        eye: 'unknown',
        state: { name: 'sending', done: 0 },
      }),
    );
    set(() => mine);
    // One after the other: a card full of photographs must not fill the core's memory.
    void (async () => {
      for (const { key, file } of mine) {
        if (stopped) return;
        try {
          const sent = await upload(file, patient, (done) => !stopped && change(key, { state: { name: 'sending', done } }));
          if (stopped || !current.current.some((each) => each.key === key)) discard(sent.upload);
          else change(key, { state: { name: 'whole', ...sent }, target: targetsOf(sent.kind, patient !== undefined)[0] ?? null });
        } catch (error) {
          if (!stopped) change(key, { state: { name: 'failed', error } });
        }
      }
    })();
    return () => {
      stopped = true;
    };
  }, [files, patient, set, change]);

  const leaveOut = useCallback(
    (key: string) => {
      const { state } = current.current.find((each) => each.key === key) ?? {};
      if (state?.name === 'whole') discard(state.upload);
      set((now) => now.filter((each) => each.key !== key));
    },
    [set],
  );
  const leaveAll = useCallback(() => {
    for (const { state } of current.current) if (state.name === 'whole') discard(state.upload);
    set(() => []);
    onClose();
  }, [set, onClose]);
  const take = useCallback(async () => {
    for (const each of current.current) {
      const { key, target, state } = each;
      if (state.name !== 'whole' || target === null) continue;
      change(key, { state: { ...state, name: 'taking' } });
      try {
        const { job } = await hand(patient, each, state.upload, target);
        change(key, { state: { name: 'taken', job } });
      } catch (error) {
        change(key, { state: { name: 'failed', error } });
      }
    }
  }, [patient, change]);
  return { offered, change, leaveOut, leaveAll, take: () => void take() };
}

async function hand(
  patient: PatientId | undefined,
  { file, eye }: Offered,
  upload: string,
  target: Target,
): Promise<{ job: string }> {
  if (target === 'records') return call('records.import', { upload });
  if (target === 'study') return call('imaging.import', { uploads: [upload] });
  // targetsOf offers the rest on a chart alone.
  if (!patient) throw new Error('a picture or letter is handed over without its patient');
  if (target === 'studyHere') return call('imaging.import', { uploads: [upload], patient, check: true });
  if (target === 'studyForced') return call('imaging.import', { uploads: [upload], patient });
  if (target === 'letter') return call('documents.add', { patient, upload, title: titleOf(file.name) });
  return call('images.add', {
    patient,
    upload,
    eye,
    task: target === 'fundus' ? 'fundus' : target === 'film' ? 'chest-xray' : 'none',
  });
}

/** The file's name without its ending. */
function titleOf(name: string): string {
  return name.replace(/\.[^.]+$/, '').slice(0, 200);
}
