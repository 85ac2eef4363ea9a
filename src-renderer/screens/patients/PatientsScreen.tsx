/** Find a patient while typing; arrows choose, Enter opens. */
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Search, UserPlus } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientRow } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Empty } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useEnter } from '../../components/useEnter.ts';
import { call } from '../../core/connection.ts';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { PatientList } from './PatientList.tsx';

/** Typing must rest this long before the search is logged as one. */
const LOGGED_AFTER_MS = 1000;
const SEARCH_AFTER_MS = 60;
const SHOWN_MAX = 200;

export function PatientsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text = '' } = useSearch({ from: '/patients' });
  const mayRegister = useMay('patient.register');
  const [chosen, setChosen] = useState(0);
  const [rested] = useDebouncedValue(text.trim(), SEARCH_AFTER_MS);
  const searching = rested.length >= 2;
  const found = useRead('patients.search', { text: rested, limit: SHOWN_MAX }, { enabled: searching, keepPrevious: true });
  const recent = useRead('patients.recent', { limit: 12 }, { anew: true });
  const rows: readonly PatientRow[] = (searching ? found.data?.results : recent.data?.results) ?? [];
  const at = Math.min(chosen, rows.length - 1);
  useLoggedSearch(rested, searching ? found.data?.results : undefined);

  const settled = text.trim() === rested && (searching ? !found.isPlaceholderData && !found.isPending : !recent.isPending);
  const { enter, forget } = useEnter(settled, () => open(rows[at]));

  function foundWords(count: number) {
    return count < SHOWN_MAX ? t('patients.found', { count }) : t('patients.foundFirst', { count });
  }
  function setText(value: string) {
    setChosen(0);
    forget();
    void navigate({ to: '/patients', search: value ? { text: value } : {}, replace: true });
  }
  function open(row: PatientRow | undefined) {
    if (row) void navigate({ to: '/patient/$id', params: { id: row.id } });
  }
  function onKey(event: KeyboardEvent) {
    if (event.key === 'ArrowDown') setChosen(Math.min(rows.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, at - 1));
    else if (event.key === 'Enter') enter();
    else if (event.key === 'Escape') setText('');
    else return;
    event.preventDefault();
  }

  return (
    <Screen
      title={t('patients.title')}
      ownFocus
      actions={
        mayRegister && (
          <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => void navigate({ to: '/patients/new' })}>
            {t('patients.register.title')}
          </Button>
        )
      }
    >
      <TextInput
        label={t('patients.search')}
        description={t('patients.searchHint')}
        leftSection={<Search size={16} aria-hidden />}
        size="md"
        maw="40rem"
        autoFocus
        type="search"
        role="combobox"
        aria-expanded={rows.length > 0}
        aria-controls="found"
        aria-activedescendant={rows.length > 0 ? `found-${at}` : undefined}
        autoComplete="off"
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <Panel
        title={
          searching ? <span role="status">{found.data && foundWords(found.data.results.length)}</span> : t('patients.recent')
        }
        flush
      >
        {searching && found.isError && <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />}
        {!searching && recent.isError && <ErrorNotice error={recent.error} onRetry={() => void recent.refetch()} />}
        {rows.length > 0 && <PatientList id="found" rows={rows} chosen={at} onChoose={setChosen} onOpen={open} />}
        {rows.length === 0 && searching && found.isSuccess && <Empty>{t('patients.nothing', { text: rested })}</Empty>}
        {rows.length === 0 && !searching && recent.isSuccess && <Empty>{t('patients.noRecent')}</Empty>}
      </Panel>
    </Screen>
  );
}

/** One entry in the audit for a search, not one for each letter. */
function useLoggedSearch(text: string, results: readonly PatientRow[] | undefined): void {
  useEffect(() => {
    if (!results || results.length === 0) return;
    const timer = setTimeout(() => {
      call('patients.searched', { text, shown: results.map((row) => row.id) }).catch(() => {});
    }, LOGGED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, results]);
}
