import { expect, test } from 'vitest';
import type { ChainEntry } from './entry.ts';
import { seersIn } from './seers.ts';

const nameOf = (person: string) => (person === 'p1' ? 'Amina Otieno' : undefined);
const entry = (part: Partial<ChainEntry>): ChainEntry => ({
  n: 1,
  at: '2026-11-22T08:00:00Z',
  person: 'p1',
  roles: ['clinician'],
  device: 'd',
  action: 'R',
  procedure: 'chart.summary',
  resources: [],
  outcome: 'ok',
  ...part,
});

test('puts a person together with first and last time', () => {
  const [seer] = seersIn(
    [entry({ at: '2026-11-22T09:00:00Z', action: 'U', roles: ['nurse'] }), entry({ at: '2026-11-21T09:00:00Z' })],
    nameOf,
  );
  expect(seer).toEqual({
    person: 'p1',
    name: 'Amina Otieno',
    roles: ['clinician', 'nurse'],
    actions: ['U', 'R'],
    times: 2,
    first: '2026-11-21T09:00:00Z',
    last: '2026-11-22T09:00:00Z',
  });
});

test('says with which reason the glass was broken', () => {
  const [seer] = seersIn(
    [entry({}), entry({ procedure: 'patients.breakGlass', action: 'E', reason: 'emergency: unconscious' })],
    nameOf,
  );
  expect(seer?.glass).toBe('emergency: unconscious');
});

test('counts nobody who saw nothing', () => {
  expect(
    seersIn(
      [entry({ outcome: 'denied' }), entry({ outcome: 'failed' }), entry({ person: undefined }), entry({ person: 'system' })],
      nameOf,
    ),
  ).toEqual([]);
});
