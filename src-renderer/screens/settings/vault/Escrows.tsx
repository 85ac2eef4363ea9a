/** Keys of the hospital that open the vault in an emergency: those there are, one more, one less. */
import { Button, FileButton, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { When } from '../../../components/When.tsx';
import { refresh, useAct } from '../../../core/queries.ts';
import classes from './vault.module.css';

type Escrow = Output<'vault.state'>['escrows'][number];

export function Escrows({ escrows, may }: { escrows: readonly Escrow[]; may: boolean }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  return (
    <div>
      <h3 className={classes.head}>{t('vault.escrow.title')}</h3>
      {escrows.length === 0 && <Text c="dimmed">{t('vault.escrow.none')}</Text>}
      {escrows.length > 0 && (
        <ul className={classes.list}>
          {escrows.map((escrow) => (
            <EscrowLine key={escrow.id} of={escrow} may={may} />
          ))}
        </ul>
      )}
      {may &&
        (adding ? (
          <AddEscrow onDone={() => setAdding(false)} />
        ) : (
          <Button variant="default" mt="xs" onClick={() => setAdding(true)}>
            {t('vault.escrow.open')}
          </Button>
        ))}
    </div>
  );
}

function EscrowLine({ of: { id, name, publicKey, addedAt }, may }: { of: Escrow; may: boolean }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const remove = useAct('vault.removeEscrow');
  return (
    <li className={classes.line}>
      <div>
        <Text fw={500}>{name}</Text>
        <Text c="dimmed" fz="xs">
          {/* The first digits are what people compare over the telephone. */}
          <code>{publicKey.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ')}</code>
          {' · '}
          <When at={addedAt} dayOnly />
        </Text>
        {asking && <Text>{t('vault.escrow.removeMeaning')}</Text>}
        {remove.isError && <ErrorNotice error={remove.error} />}
      </div>
      {may && (
        <Group gap="xs" wrap="nowrap">
          {asking ? (
            <>
              <Button
                color="red.9"
                onClick={() => remove.mutate({ id }, { onSuccess: () => refresh('vault.state') })}
                loading={remove.isPending}
                autoFocus
              >
                {t('vault.escrow.remove')}
              </Button>
              <Button variant="default" onClick={() => setAsking(false)}>
                {t('do.cancel')}
              </Button>
            </>
          ) : (
            <Button variant="default" onClick={() => setAsking(true)} aria-label={t('vault.escrow.removeOf', { name })}>
              {t('vault.escrow.removeOpen')}
            </Button>
          )}
        </Group>
      )}
    </li>
  );
}

function AddEscrow({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const [tried, setTried] = useState(false);
  const add = useAct('vault.addEscrow');
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!name.trim() || !key.trim()) return;
    const done = () => {
      refresh('vault.state');
      onDone();
    };
    add.mutate({ name: name.trim(), publicKey: key.trim().slice(0, 4096) }, { onSuccess: done });
  }
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <Stack gap="sm">
        <TextInput
          label={t('vault.escrow.name')}
          description={t('vault.escrow.nameHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={tried && !name.trim() && t('setup.needed')}
          maxLength={120}
          autoComplete="off"
          autoFocus
        />
        <Textarea
          label={t('vault.escrow.publicKey')}
          description={t('vault.escrow.publicKeyHint')}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={tried && !key.trim() && t('setup.needed')}
          styles={{ input: { fontFamily: 'var(--ll-mono)' } }}
          minRows={3}
          autosize
        />
        {add.isError && <ErrorNotice error={add.error} />}
        <Group gap="sm">
          <Button type="submit" loading={add.isPending}>
            {t('vault.escrow.add')}
          </Button>
          <FileButton onChange={(file) => void file?.slice(0, 4096).text().then(setKey)}>
            {(props) => (
              <Button {...props} variant="default">
                {t('vault.escrow.fromFile')}
              </Button>
            )}
          </FileButton>
          <Button variant="default" onClick={onDone} disabled={add.isPending}>
            {t('do.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
