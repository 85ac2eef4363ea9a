/** A critical finding: that somebody was told, who, how and when. */
import { Checkbox, Group, NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RadiologyReport } from '../../../src-shared/contract/radiology.ts';

const ways = ['phone', 'in-person', 'message'] as const;

export interface CriticalForm {
  on: boolean;
  whom: string;
  how: (typeof ways)[number];
  /** As the field of the browser has it, without a zone: 2026-11-22T14:05. */
  at: string;
}
export const emptyCritical: CriticalForm = { on: false, whom: '', how: 'phone', at: '' };

/** What is signed: nothing while it is switched off or not filled in. */
export function toldOf({ on, whom, how, at }: CriticalForm): RadiologyReport['critical'] {
  const time = new Date(at);
  if (!on || whom.trim() === '' || Number.isNaN(time.valueOf())) return undefined;
  return { whom: whom.trim(), how, at: time.toISOString() };
}

export function Critical({ form, onForm }: { form: CriticalForm; onForm: (form: CriticalForm) => void }) {
  const { t } = useTranslation();
  const change = (part: Partial<CriticalForm>) => onForm({ ...form, ...part });
  return (
    <>
      <Checkbox
        label={t('imaging.report.critical')}
        checked={form.on}
        onChange={(event) => change({ on: event.currentTarget.checked, at: form.at || here() })}
      />
      {form.on && (
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            size="xs"
            required
            label={t('imaging.report.whom')}
            value={form.whom}
            onChange={(event) => change({ whom: event.currentTarget.value })}
          />
          <NativeSelect
            size="xs"
            label={t('imaging.report.howTold')}
            value={form.how}
            onChange={(event) => change({ how: ways.find((way) => way === event.currentTarget.value) ?? 'phone' })}
            data={ways.map((value) => ({ value, label: t(`imaging.report.how.${value}`) }))}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('imaging.report.when')}
            value={form.at}
            onChange={(event) => change({ at: event.currentTarget.value })}
          />
        </Group>
      )}
    </>
  );
}

function here(): string {
  const now = new Date();
  return new Date(now.valueOf() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
