/** Whose record: by name for those who may find patients, else by record number. */
import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../core/connection.ts';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { day } from '../../format/dates.ts';

interface Props {
  patient: string | undefined;
  onChange: (patient: string | undefined) => void;
}

const TYPING_RESTS_MS = 150;
const SHOWN_MAX = 12;

export function PatientPicker(props: Props) {
  return useMay('patient.search') ? <ByName {...props} /> : <ByNumber {...props} />;
}

function ByName({ patient, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), TYPING_RESTS_MS);
  const found = useRead('patients.search', { text: asked, limit: SHOWN_MAX }, { enabled: asked !== '', keepPrevious: true });
  const rows = asked === '' ? [] : (found.data?.results ?? []);
  const options = rows.map((row) => ({
    value: String(row.id),
    label: row.birthDate ? t('audit.filters.patientBorn', { name: row.name, born: day(row.birthDate) }) : row.name,
  }));
  // What was chosen stays in the list, under its number where its name is not at hand.
  const chosen = patient && !options.some(({ value }) => value === patient) ? [{ value: patient, label: text || patient }] : [];
  function pick(value: string | null) {
    // Whoever looks a patient up here has searched for them.
    if (value) void call('patients.searched', { text: asked, shown: rows.map((row) => row.id) }).catch(() => {});
    onChange(value ?? undefined);
  }
  return (
    <Select
      label={t('audit.filters.patient')}
      placeholder={t('audit.filters.patientName')}
      searchable
      clearable
      data={[...chosen, ...options]}
      filter={({ options: all }) => all}
      value={patient ?? null}
      searchValue={text}
      onSearchChange={setText}
      onChange={pick}
      nothingFoundMessage={asked === '' ? undefined : t('audit.filters.nobodyFound')}
    />
  );
}

function ByNumber({ patient, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('audit.filters.patient')}
      placeholder={t('audit.filters.patientHint')}
      value={patient ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      maxLength={64}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
