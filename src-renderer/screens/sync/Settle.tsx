/** Both sides field by field; each field wants a choice. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAct } from '../../core/queries.ts';
import { type Conflict, useWhat } from './conflict.ts';
import { type Line, linesOf, placeOf } from './lines.ts';
import classes from './sync.module.css';

type Choice = 'mine' | 'theirs';
const sides = ['mine', 'theirs'] as const;

export function Settle({ conflict, onClose }: { conflict: Conflict; onClose: () => void }) {
  const { t } = useTranslation();
  const what = useWhat(conflict);
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const settle = useAct('sync.settle');
  const missing = conflict.fields.some(({ path }) => !choices[path]);
  const all = (choice: Choice) => setChoices(Object.fromEntries(conflict.fields.map(({ path }) => [path, choice])));
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('sync.conflicts.dialog', { what })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          settle.mutate({ conflict: conflict.id, choices }, { onSuccess: onClose });
        }}
      >
        <Stack gap="md">
          <Text>{t('sync.conflicts.intro')}</Text>
          <Group gap="sm">
            <Button variant="default" size="compact-sm" onClick={() => all('mine')}>
              {t('sync.conflicts.allMine')}
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => all('theirs')}>
              {t('sync.conflicts.allTheirs')}
            </Button>
          </Group>
          {conflict.fields.map((field) => (
            <Field
              key={field.path}
              field={field}
              chosen={choices[field.path]}
              onChoose={(choice) => setChoices((was) => ({ ...was, [field.path]: choice }))}
            />
          ))}
          {settle.isError && <ErrorNotice error={settle.error} />}
          <Group gap="sm">
            <Button type="submit" disabled={missing} loading={settle.isPending}>
              {t('sync.conflicts.save')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('do.cancel')}
            </Button>
            {missing && <Text c="dimmed">{t('sync.conflicts.choose')}</Text>}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Field({
  field,
  chosen,
  onChoose,
}: {
  field: Conflict['fields'][number];
  chosen: Choice | undefined;
  onChoose: (choice: Choice) => void;
}) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className={classes.field}>
      <legend>{field.path === '' ? t('sync.conflicts.whole') : placeOf(field.path)}</legend>
      <div className={classes.before}>
        <span className={classes.side}>{t('sync.conflicts.before')}</span>
        <Value of={field.base} />
      </div>
      {sides.map((side) => (
        <label key={side} className={classes.choice} data-chosen={chosen === side || undefined}>
          <span className={classes.side}>
            <input type="radio" name={name} value={side} checked={chosen === side} onChange={() => onChoose(side)} />{' '}
            {t(`sync.conflicts.${side}`)}
          </span>
          <Value of={field[side]} />
        </label>
      ))}
    </fieldset>
  );
}

function Value({ of }: { of: unknown }) {
  const { t } = useTranslation();
  const lines = linesOf(of);
  if (lines.length === 0) return <em>{t('sync.conflicts.nothing')}</em>;
  return lines.map((line) => <ValueLine key={line.path} line={line} />);
}

function ValueLine({ line: { path, value } }: { line: Line }) {
  const { t } = useTranslation();
  return <span className={classes.value}>{path === '' ? value : t('sync.conflicts.line', { path, value })}</span>;
}
