import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenRules } from '../../../tests/fixtures/ips-rules.ts';
import { openTestVault } from '../../../tests/fixtures/vault.ts';
import { filesOf, sharedFhir } from '../../../tests/interop/fhir-roundtrip.ts';
import { importFiles } from '../records/index.ts';
import { documentText } from './document.ts';
import { patientsOf, summaryOf } from './summary.ts';

// What ../shared holds is not part of the project: with CI=true its absence is a failure, otherwise it is said.
const here = existsSync(sharedFhir);
if (!here && process.env.CI !== 'true') console.log('left out: 3 tests that need ../shared (or LAMPLIGHT_SHARED)');

describe.runIf(here || process.env.CI === 'true')('the data in ../shared', () => {
  test.each(['synthea', 'ips', 'hl7-r4-examples'])(
    '%s: the summary of every patient keeps the rules and tells every allergy',
    async (folder) => {
      const { context } = openTestVault();
      await importFiles(
        context,
        filesOf(join(sharedFhir, folder)).map((name) => ({ name, bytes: readFileSync(name) })),
      );
      const patients = patientsOf(context);
      expect(patients.length).toBeGreaterThan(10);
      for (const patient of patients) {
        const summary = summaryOf(context, patient);
        const text = documentText(summary, context.chance);
        expect([patient, brokenRules(text)]).toEqual([patient, []]);
        const allergies = context.vault.db
          .prepare("SELECT id FROM resource WHERE patient = ? AND type = 'AllergyIntolerance' AND deleted = 0")
          .all(patient) as { id: string }[];
        const chart = new Set(
          (
            context.vault.db.prepare("SELECT id FROM chart_row WHERE patient = ? AND list = 'allergies'").all(patient) as {
              id: string;
            }[]
          ).map(({ id }) => id),
        );
        const told = summary.sections.find(({ code }) => code === '48765-2')?.entries.map(({ id }) => id) ?? [];
        // Those that are disproved or entered in error are not told.
        expect(allergies.map(({ id }) => id).filter((id) => chart.has(id) && !told.includes(id))).toEqual([]);
      }
    },
    120_000,
  );
});
