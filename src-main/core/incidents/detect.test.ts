/** The rules of watching: what a clinic would miss (or be pestered with) if one of them failed. */
import { expect, test } from 'vitest';
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';
import { type RuleSettings, ruleIds } from '../../../src-shared/incidents/rules.ts';
import { Detector, type Finding, type Known } from './detect.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

function world(part: Partial<Known> = {}, settings: RuleSettings = {}) {
  const detector = new Detector({
    cares: () => true,
    sameFamily: () => false,
    usualPeak: () => 0,
    daysAtHour: () => 0,
    settings: () => settings,
    local: (ms) => ({ day: new Date(ms).toISOString().slice(0, 10), hour: new Date(ms).getUTCHours() }),
    ...part,
  });
  let n = 0;
  return {
    detector,
    see(entry: Partial<ChainEntry>, ms = NOON): Finding[] {
      n += 1;
      return detector.see({
        n,
        at: new Date(ms).toISOString(),
        person: 'p1',
        roles: ['nurse'],
        device: 'd',
        action: 'R',
        procedure: 'chart.summary',
        resources: [],
        outcome: 'ok',
        ...entry,
      });
    },
    /** Opens the records of `count` patients, a minute apart, and answers the rules that were hit. */
    open(count: number, startMs = NOON, stepMs = MINUTE): string[] {
      const found = Array.from({ length: count }, (_, index) =>
        this.see({ patient: `patient-${startMs}-${index}` }, startMs + index * stepMs),
      ).flat();
      return [...new Set(found.map((one) => one.rule))];
    },
  };
}

test('many patients in an hour stand out, the same number over a day does not, nor many calls on one patient', () => {
  expect(world().open(30)).toEqual(['mass-access']);
  expect(world().open(29)).toEqual([]);
  expect(world().open(60, NOON - 6 * 60 * MINUTE, 5 * MINUTE)).toEqual([]);
  const one = world();
  expect(Array.from({ length: 200 }, () => one.see({ patient: 'same' })).flat()).toEqual([]);
});

test('whoever usually sees many patients may see more of them', () => {
  expect(world({ usualPeak: () => 25 }).open(60)).toEqual([]);
  expect(world({ usualPeak: () => 25 }).open(80, NOON, MINUTE / 2)).toEqual(['mass-access']);
});

test('a threshold that was set counts, and a rule that was switched off is silent', () => {
  expect(world({}, { 'mass-access': { thresholds: { patients: 5 } } }).open(5)).toEqual(['mass-access']);
  expect(world({}, { 'mass-access': { off: true } }).open(50)).toEqual([]);
});

test('each broken glass is raised by itself, with its reason', () => {
  const { see } = world();
  const first = see({ procedure: 'patients.breakGlass', action: 'E', patient: 'a', reason: 'emergency: unconscious' });
  const second = see({ procedure: 'patients.breakGlass', action: 'E', patient: 'a', reason: 'emergency: again' });
  expect(first).toMatchObject([{ rule: 'break-glass', patient: 'a', said: expect.stringContaining('unconscious') }]);
  expect(second[0]?.cause).not.toBe(first[0]?.cause);
  expect(see({ procedure: 'patients.breakGlass', action: 'E', patient: 'a', outcome: 'denied' })).toEqual([]);
});

test('records of patients for whom one does not care are counted, registering them is not', () => {
  const strangers = world({ cares: () => false });
  expect(strangers.open(40, NOON, 3 * MINUTE)).toEqual(['no-care-relation']);
  const desk = world({ cares: () => false });
  expect(
    Array.from({ length: 100 }, (_, index) =>
      desk.see({ procedure: 'patients.register', action: 'C', patient: `new-${index}` }),
    ).flat(),
  ).toEqual([]);
});

test('searching through hundreds without opening any stands out, searching for those one opens does not', () => {
  const shown = (from: number) => Array.from({ length: 50 }, (_, index) => ({ type: 'Patient', id: `s-${from + index}` }));
  const curious = world();
  expect(
    Array.from({ length: 6 }, (_, round) => curious.see({ procedure: 'patients.searched', resources: shown(50 * round) }))
      .flat()
      .map((one) => one.rule),
  ).toEqual(['search-only']);
  const clerk = world();
  expect(Array.from({ length: 30 }, () => clerk.see({ procedure: 'patients.searched', resources: shown(0) })).flat()).toEqual([]);
});

test('the night stands out for those who do not work then', () => {
  const night = Date.UTC(2026, 10, 22, 23, 30);
  expect(world().open(5, night)).toEqual(['unusual-hours']);
  expect(world().open(4, night)).toEqual([]);
  expect(world({ daysAtHour: () => 3 }).open(9, night)).toEqual([]);
  // Over midnight it is one night.
  expect(world().open(5, Date.UTC(2026, 10, 22, 23, 57))).toEqual(['unusual-hours']);
});

test('wrong tries to sign in under one name stand out, also those made while the vault was closed', () => {
  const wrong = (see: ReturnType<typeof world>['see'], times: number, stepMs: number) =>
    Array.from({ length: times }, (_, index) =>
      see(
        { person: undefined, procedure: 'session.signIn', action: 'E', outcome: 'denied', reason: 'who 0123' },
        NOON + index * stepMs,
      ),
    ).flat();
  expect(wrong(world().see, 5, MINUTE)).toMatchObject([{ rule: 'failed-sign-ins' }]);
  expect(wrong(world().see, 4, MINUTE)).toEqual([]);
  expect(wrong(world().see, 9, 20 * MINUTE)).toEqual([]);
  expect(world().see({ procedure: 'session.signIn', action: 'E', reason: 'after 7 failed tries' })).toMatchObject([
    { rule: 'failed-sign-ins', person: 'p1' },
  ]);
  expect(world().see({ procedure: 'session.signIn', action: 'E', reason: 'after 2 failed tries' })).toEqual([]);
});

test('an export of everything stands out at once, of single patients from the fifth on', () => {
  for (const procedure of ['records.export', 'records.exportSummary'])
    expect(world().see({ procedure })).toMatchObject([{ rule: 'bulk-export' }]);
  const one = world();
  const found = Array.from({ length: 5 }, (_, index) => one.see({ procedure: 'records.export', patient: `e-${index}` }));
  expect(found.flat().map((each) => each.rule)).toEqual(['bulk-export']);
  expect(found.slice(0, 4).flat()).toEqual([]);
});

test('refusals one after the other stand out', () => {
  const { see } = world();
  const found = Array.from({ length: 10 }, (_, index) =>
    see({ outcome: 'denied', patient: `d-${index}`, reason: 'not-in-care-team' }),
  );
  expect(found.flat()).toMatchObject([{ rule: 'many-denied' }]);
});

test('a record of the same family name is noted once a day', () => {
  const { see } = world({ sameFamily: (_person, patient) => patient === 'sister' });
  expect(see({ patient: 'sister' })).toMatchObject([{ rule: 'own-or-family', patient: 'sister' }]);
  expect(see({ patient: 'sister' })).toEqual([]);
  expect(see({ patient: 'other' })).toEqual([]);
});

test('what the program does by itself is nobody', () => {
  const { see } = world({ cares: () => false });
  expect(
    Array.from({ length: 300 }, (_, index) => see({ person: 'system', procedure: 'sync.apply', patient: `x-${index}` })).flat(),
  ).toEqual([]);
  expect(ruleIds).toContain('log-broken');
});

test('what is usual for a person is learned: the most patients in an hour, and the hours', () => {
  const { detector, open } = world();
  open.call({ see: world().see }, 0);
  const day = world();
  day.open(7);
  expect([...day.detector.days()]).toEqual([{ person: 'p1', day: '2026-11-22', peak: 7, hours: 1 << 12 }]);
  expect([...detector.days()]).toEqual([]);
});
