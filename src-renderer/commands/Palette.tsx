/** Ctrl K: patients and commands in one field. */
import { Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Keys } from '../components/Keys.tsx';
import { PatientLine } from '../components/PatientLine.tsx';
import { useEnter } from '../components/useEnter.ts';
import { useRead } from '../core/queries.ts';
import { useMay } from '../core/session.tsx';
import classes from './Palette.module.css';
import { type Command, useAllCommands } from './registry.ts';

const SHOWN_MAX = 8;
const TYPING_RESTS_MS = 80;

export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened={opened} onClose={onClose} size="lg" padding={0} yOffset="10vh" centered={false}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={t('frame.palette.title')}>
        <Modal.Body>{opened && <Finder onDone={onClose} />}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const listId = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const { entries, settled } = useEntries(text, onDone);
  const at = Math.min(chosen, Math.max(0, entries.length - 1));
  const { enter, forget } = useEnter(settled, () => entries[at]?.run());
  useEffect(() => {
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at, listId]);

  function onKey(event: KeyboardEvent) {
    if (event.key === 'ArrowDown') setChosen((at + 1) % Math.max(1, entries.length));
    else if (event.key === 'ArrowUp') setChosen((at - 1 + entries.length) % Math.max(1, entries.length));
    else if (event.key === 'Enter') enter();
    else return;
    event.preventDefault();
  }

  return (
    <div>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className={classes.field}
        leftSection={<Search size={16} aria-hidden />}
        aria-label={t('frame.palette.title')}
        placeholder={t('frame.palette.placeholder')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries.length > 0 ? `${listId}-${at}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
          forget();
        }}
        onKeyDown={onKey}
      />
      <div id={listId} role="listbox" aria-label={t('frame.palette.title')} className={classes.list}>
        {entries.map((entry, index) => (
          // The field keeps the focus; arrows choose (combobox pattern of the ARIA practices).
          <div
            key={entry.key}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={classes.option}
            onClick={entry.run}
            onKeyDown={onKey}
            onMouseMove={() => setChosen(index)}
          >
            {entry.body}
          </div>
        ))}
        {entries.length === 0 && (
          <Text c="dimmed" p="md">
            {t('frame.palette.nothing', { text })}
          </Text>
        )}
      </div>
    </div>
  );
}

interface Entry {
  key: string;
  body: React.ReactNode;
  run: () => void;
}

function useEntries(text: string, onDone: () => void): { entries: Entry[]; settled: boolean } {
  const navigate = useNavigate();
  const commands = useAllCommands();
  const { t } = useTranslation();
  const [rested] = useDebouncedValue(text.trim(), TYPING_RESTS_MS);
  const maySearch = useMay('patient.search');
  const found = useRead(
    'patients.search',
    { text: rested, limit: SHOWN_MAX },
    { enabled: maySearch && rested.length >= 2, keepPrevious: true },
  );
  const settled =
    !maySearch || text.trim().length < 2 || (rested === text.trim() && !found.isPlaceholderData && !found.isPending);
  const entries = useMemo(() => {
    const rows = text.trim().length >= 2 ? (found.data?.results ?? []) : [];
    const patients = rows.map((row) => ({
      key: row.id,
      body: <PatientLine row={row} />,
      run: () => {
        onDone();
        void navigate({ to: '/patient/$id', params: { id: row.id } });
      },
    }));
    const matching = commands.filter((command) => matches(command, text)).slice(0, SHOWN_MAX * 2);
    const given = matching.map((command) => ({
      key: command.id,
      body: (
        <span className={classes.command}>
          <span>
            <Text span c="dimmed">
              {t(`frame.group.${command.group}`)}
            </Text>{' '}
            {command.title}
          </span>
          {command.keys && <Keys keys={command.keys} />}
        </span>
      ),
      run: () => {
        onDone();
        command.run();
      },
    }));
    return [...patients, ...given];
  }, [text, found.data, commands, navigate, onDone, t]);
  return { entries, settled };
}

function matches(command: Command, text: string): boolean {
  const words = text.trim().toLowerCase().split(/\s+/);
  return words.every((word) => command.title.toLowerCase().includes(word));
}
