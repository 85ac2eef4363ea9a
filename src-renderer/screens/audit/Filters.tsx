/** By person, patient, act, outcome, period, broken glass and AI. */
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { acts } from './acts.ts';
import classes from './audit.module.css';
import { actions, type Filter, outcomes } from './filter.ts';
import { PatientPicker } from './PatientPicker.tsx';

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
      <PatientPicker patient={filter.patient} onChange={(patient) => set({ patient })} />
      <NativeSelect
        label={t('audit.filters.action')}
        value={filter.action ?? ''}
        onChange={(event) => set({ action: actions.find((one) => one === event.currentTarget.value) })}
        data={[
          { value: '', label: t('audit.filters.anyAction') },
          ...actions.map((one) => ({ value: one, label: t(`audit.actions.${one}`) })),
        ]}
      />
      <NativeSelect
        label={t('audit.filters.procedure')}
        value={filter.procedure ?? ''}
        onChange={(event) => set({ procedure: event.currentTarget.value })}
        data={[
          { value: '', label: t('audit.filters.anything') },
          ...acts.map(({ name, words }) => ({ value: name, label: words })),
        ]}
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
      <TextInput
        type="date"
        label={t('audit.filters.from')}
        value={filter.from ?? ''}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('audit.filters.to')}
        value={filter.to ?? ''}
        onChange={(event) => set({ to: event.currentTarget.value })}
      />
      <div className={classes.boxes}>
        <Checkbox
          label={t('audit.filters.breakGlass')}
          checked={filter.breakGlass ?? false}
          onChange={(event) => set({ breakGlass: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('audit.filters.ai')}
          checked={filter.ai ?? false}
          onChange={(event) => set({ ai: event.currentTarget.checked })}
        />
      </div>
      <Button variant="default" size="sm" onClick={() => onChange({})} disabled={Object.values(filter).every((value) => !value)}>
        {t('audit.filters.clear')}
      </Button>
    </search>
  );
}
