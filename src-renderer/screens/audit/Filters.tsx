/** By person, act, outcome, day and patient. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { contract } from '../../../src-shared/contract/index.ts';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import classes from './audit.module.css';
import { type Filter, outcomes } from './filter.ts';

/** Only acts that the log records. */
const procedures = Object.entries(contract)
  .filter(([, { audit }]) => audit !== null)
  .map(([name]) => name)
  .sort();

const DAYS = [1, 7, 30, 365] as const;

export function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const users = useRead('users.list', {}, { enabled: useMay('users.read') });
  const people = users.data?.users ?? [];
  const set = (part: Filter) => onChange({ ...filter, ...part });
  return (
    <search className={classes.filters} aria-label={t('audit.filters.label')}>
      <NativeSelect
        label={t('audit.filters.person')}
        value={filter.person ?? ''}
        onChange={(event) => set({ person: event.currentTarget.value })}
        data={[
          { value: '', label: t('audit.filters.anybody') },
          ...people.map(({ id, displayName }) => ({ value: id, label: displayName })),
        ]}
      />
      <NativeSelect
        label={t('audit.filters.procedure')}
        value={filter.procedure ?? ''}
        onChange={(event) => set({ procedure: event.currentTarget.value })}
        data={[{ value: '', label: t('audit.filters.anything') }, ...procedures]}
      />
      <NativeSelect
        label={t('audit.filters.outcome')}
        value={filter.outcome ?? ''}
        onChange={(event) => set({ outcome: outcomes.find((one) => one === event.currentTarget.value) })}
        data={[
          { value: '', label: t('audit.filters.anyOutcome') },
          ...outcomes.map((one) => ({ value: one, label: t(`audit.outcomes.${one}`) })),
        ]}
      />
      <NativeSelect
        label={t('audit.filters.since')}
        value={String(filter.days ?? '')}
        onChange={(event) => set({ days: DAYS.find((one) => String(one) === event.currentTarget.value) })}
        data={[
          { value: '', label: t('audit.filters.anyTime') },
          ...DAYS.map((count) => ({
            value: String(count),
            label: count === 1 ? t('audit.filters.today') : t('audit.filters.days', { count }),
          })),
        ]}
      />
      <TextInput
        label={t('audit.filters.patient')}
        placeholder={t('audit.filters.patientHint')}
        value={filter.patient ?? ''}
        onChange={(event) => set({ patient: event.currentTarget.value })}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
      />
      <Button variant="default" size="sm" onClick={() => onChange({})} disabled={Object.values(filter).every((value) => !value)}>
        {t('audit.filters.clear')}
      </Button>
    </search>
  );
}
