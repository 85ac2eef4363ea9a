/** Whose record: by name for those who may find patients, else by record number. */
import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PatientId, patientId } from '../../../src-shared/contract/types.ts';
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
  const [rested] = useDebouncedValue(text.trim(), TYPING_RESTS_MS);
  const named = useNameOf(patient);
  // What stands there then was not typed.
  const asked = rested === named ? '' : rested;
  const found = useRead('patients.search', { text: asked, limit: SHOWN_MAX }, { enabled: asked !== '', keepPrevious: true });
  const rows = asked === '' ? [] : (found.data?.results ?? []);
  const options = rows.map((row) => ({
    value: String(row.id),
    label: row.birthDate ? t('audit.filters.patientBorn', { name: row.name, born: day(row.birthDate) }) : row.name,
  }));
  // What was chosen stays in the list, under its number where its name is not at hand.
  const chosen =
    patient && !options.some(({ value }) => value === patient) ? [{ value: patient, label: named ?? (text || patient) }] : [];
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

/** Of whom the log speaks, for those who may ask who has seen a record: the same read as that list. */
function useNameOf(patient: string | undefined): string | undefined {
  const id = patientId.safeParse(patient).data;
  const may = useMay('audit.patient');
  // Nobody is asked for while there is no id.
  const seen = useRead('audit.ofPatient', { patient: id as PatientId, limit: 1 }, { enabled: may && id !== undefined });
  return seen.data?.patientName;
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
