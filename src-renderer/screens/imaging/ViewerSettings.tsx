/** Keys of the viewer and text macros of this person: shown with what else has the same key. */
import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Keys } from '../../components/Keys.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { refresh, useAct, useRead } from '../../core/queries.ts';
import { conflictsOf, isKey, keysOf, type ViewerAct, viewerActs } from '../../imaging/keymap.ts';
import classes from './viewer-settings.module.css';

type Preferences = Output<'radiology.preferences'>;

export function ViewerSettings() {
  const { t } = useTranslation();
  const preferences = useRead('radiology.preferences', {});
  const keep = useAct('radiology.setPreferences');
  const change = (part: Partial<Preferences>) => {
    if (!preferences.data) return;
    keep.mutate({ ...preferences.data, ...part }, { onSuccess: () => refresh('radiology.preferences') });
  };
  return (
    <Panel title={t('imaging.settings.title')}>
      <Loaded query={preferences} what={t('imaging.settings.title')} lines={6}>
        {(own) => (
          <Stack gap="md">
            {keep.isError && <ErrorNotice error={keep.error} />}
            <KeyList own={own} onKeys={(keys) => change({ keys })} />
            <Macros own={own} onMacros={(macros) => change({ macros })} />
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function KeyList({ own, onKeys }: { own: Preferences; onKeys: (keys: Preferences['keys']) => void }) {
  const { t } = useTranslation();
  const keys = keysOf(own.keys);
  const conflicts = conflictsOf(keys);
  const [asked, setAsked] = useState<ViewerAct>();
  const [refused, setRefused] = useState(false);
  function onKeyDown(event: KeyboardEvent, act: ViewerAct) {
    if (event.key === 'Escape') setAsked(undefined);
    if (event.key === 'Escape' || event.key === 'Tab' || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey || event.altKey || !isKey(key)) {
      setRefused(true);
      return;
    }
    setRefused(false);
    setAsked(undefined);
    onKeys({ ...own.keys, [act]: key });
  }
  return (
    <details className={classes.keys}>
      <summary>{t('imaging.settings.keys')}</summary>
      {conflicts.size > 0 && (
        <Text size="sm" className={classes.conflict} role="alert">
          {t('imaging.keys.conflicts', { count: Math.ceil(conflicts.size / 2) })}
        </Text>
      )}
      <ul className={classes.list}>
        {viewerActs.map((act) => (
          <li key={act} className={classes.row}>
            <span>{t(`imaging.act.${act}`)}</span>
            <span className={classes.conflict}>
              {conflicts.has(act) &&
                t('imaging.settings.conflict', {
                  others: (conflicts.get(act) ?? []).map((other) => t(`imaging.act.${other}`)).join(', '),
                })}
            </span>
            {asked === act ? (
              <button
                type="button"
                // The next key is what was asked for.
                ref={(button) => button?.focus()}
                className={classes.asking}
                onKeyDown={(event) => onKeyDown(event, act)}
                onBlur={() => setAsked(undefined)}
              >
                {refused ? t('imaging.settings.taken') : t('imaging.settings.press')}
              </button>
            ) : (
              <button
                type="button"
                className={classes.key}
                aria-label={`${t('imaging.settings.change')}: ${t(`imaging.act.${act}`)}`}
                onClick={() => setAsked(act)}
              >
                <Keys keys={keys[act]} />
              </button>
            )}
          </li>
        ))}
      </ul>
      <Button size="xs" variant="default" disabled={Object.keys(own.keys).length === 0} onClick={() => onKeys({})}>
        {t('imaging.settings.standard')}
      </Button>
    </details>
  );
}

function Macros({ own, onMacros }: { own: Preferences; onMacros: (macros: Preferences['macros']) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const ready = /^[\p{L}\p{N}-]{1,30}$/u.test(name) && text.trim() !== '';
  return (
    <details className={classes.keys}>
      <summary>{t('imaging.settings.macros')}</summary>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('imaging.settings.macrosMean')}
        </Text>
        <ul className={classes.list}>
          {own.macros.map((macro) => (
            <li key={macro.name} className={classes.row}>
              <code>.{macro.name}</code>
              <span className={classes.text}>{macro.text}</span>
              <ActionIcon
                variant="subtle"
                aria-label={t('imaging.settings.removeMacro', { name: macro.name })}
                onClick={() => onMacros(own.macros.filter((other) => other !== macro))}
              >
                <Trash2 size={14} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <TextInput
          size="xs"
          label={t('imaging.settings.name')}
          value={name}
          maxLength={30}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          size="xs"
          autosize
          minRows={2}
          label={t('imaging.settings.text')}
          value={text}
          maxLength={5000}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group>
          <Button
            size="xs"
            variant="default"
            disabled={!ready}
            onClick={() => {
              onMacros([...own.macros.filter((macro) => macro.name !== name), { name, text }]);
              setName('');
              setText('');
            }}
          >
            {t('imaging.settings.addMacro')}
          </Button>
        </Group>
      </Stack>
    </details>
  );
}
