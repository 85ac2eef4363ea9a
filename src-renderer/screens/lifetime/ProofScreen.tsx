/** The signed proof of an erasure, to be read, printed and saved. It names nobody. */
import { Button, Table, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { Download, Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErasureEcho, ErasureProof } from '../../../src-shared/contract/lifetime.ts';
import { Column } from '../../components/Columns.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../components/Facts.tsx';
import { HeadedTable } from '../../components/HeadedTable.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { askShell, choose } from '../../core/shell.ts';
import { moment } from '../../format/dates.ts';
import { count, size } from '../../format/numbers.ts';
import classes from './lifetime.module.css';

export function ProofScreen() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/retention/proof/$id' });
  const read = useRead('erasure.proof', { id });
  const save = useAct('erasure.saveProof');
  async function saveTo() {
    const place = await choose('proof-save');
    if (place) save.mutate({ id, place: place.handle });
  }
  return (
    <div className={classes.sheet}>
      <Screen
        title={t('lifetime.proof.title')}
        intro={t('lifetime.proof.intro')}
        actions={
          <div className={`${classes.actions} ${classes.unprinted}`}>
            <Button variant="default" leftSection={<Printer size={16} aria-hidden />} onClick={() => askShell({ t: 'print' })}>
              {t('do.print')}
            </Button>
            <Button leftSection={<Download size={16} aria-hidden />} loading={save.isPending} onClick={() => void saveTo()}>
              {t('lifetime.proof.save')}
            </Button>
          </div>
        }
      >
        {save.isError && <ErrorNotice error={save.error} meaning={t('lifetime.record.notSaved')} />}
        <Loaded query={read} what={t('lifetime.proof.title')} lines={12}>
          {({ proof, genuine, elsewhere }) => (
            <Column>
              <Notice
                tone={genuine ? 'good' : 'critical'}
                title={t(genuine ? 'lifetime.proof.genuine' : 'lifetime.proof.notGenuine')}
                role={genuine ? undefined : 'alert'}
              />
              <Proof proof={proof} elsewhere={elsewhere} />
            </Column>
          )}
        </Loaded>
      </Screen>
    </div>
  );
}

function Proof({ proof, elsewhere }: { proof: ErasureProof; elsewhere: readonly ErasureEcho[] }) {
  const { t } = useTranslation();
  const { destroyed, consequences, database } = proof;
  const who = (one: ErasureProof['requestedBy']) => `${one.name}, ${moment(one.at)}`;
  return (
    <>
      <Panel title={t('lifetime.proof.about')}>
        <Facts>
          <Fact name={t('lifetime.proof.clinic')}>{proof.clinic}</Fact>
          <Fact name={t('lifetime.proof.patient')} code>
            {proof.patient}
          </Fact>
          <Fact name={t('lifetime.proof.ground')}>{t(`lifetime.erase.grounds.${proof.ground}`)}</Fact>
          <Fact name={t('lifetime.proof.reason')}>{proof.reason}</Fact>
          <Fact name={t('lifetime.proof.requestedBy')}>{who(proof.requestedBy)}</Fact>
          <Fact name={t('lifetime.proof.confirmedBy')}>{who(proof.confirmedBy)}</Fact>
          <Fact name={t('lifetime.proof.erasedAt')}>
            <When at={proof.erasedAt} />
          </Fact>
          <Fact name={t('lifetime.proof.finishedAt')}>
            <When at={proof.finishedAt} />
          </Fact>
        </Facts>
      </Panel>
      <Panel title={t('lifetime.proof.destroyed')}>
        <Facts>
          <Fact name={t('lifetime.proof.resources')}>{count(destroyed.resources)}</Fact>
          <Fact name={t('lifetime.proof.versions')}>{count(destroyed.versions)}</Fact>
          <Fact name={t('lifetime.proof.files')}>
            {destroyed.files.count === 0
              ? 0
              : t('lifetime.proof.filesOf', { count: destroyed.files.count, size: size(destroyed.files.bytes) })}
          </Fact>
          <Fact name={t('lifetime.proof.fileKey')} code>
            {destroyed.fileKey ?? t('lifetime.proof.noKey')}
          </Fact>
          <Fact name={t('lifetime.proof.contents')} code>
            {destroyed.contents}
          </Fact>
          <Fact name={t('lifetime.proof.olderCopies')}>{count(destroyed.olderCopies)}</Fact>
          <Fact name={t('lifetime.proof.rows')} code>
            {Object.entries(destroyed.rows)
              .map(([table, rows]) => `${table} ${count(rows)}`)
              .join(' · ')}
          </Fact>
          <Fact name={t('lifetime.proof.database')}>
            {t('lifetime.proof.databaseSays', { free: database.freePages, wal: database.writeAheadBytes })}
          </Fact>
        </Facts>
      </Panel>
      <Panel title={t('lifetime.proof.consequences')}>
        <ul className={classes.list}>
          {[
            consequences.backups.say,
            consequences.server.say,
            consequences.otherRecords.say,
            consequences.log.say,
            consequences.disk,
          ].map((say) => (
            <li key={say}>
              <Text>{say}</Text>
            </li>
          ))}
        </ul>
      </Panel>
      {consequences.server.paired && <Elsewhere of={elsewhere} />}
      <Panel title={t('lifetime.proof.signature')}>
        <Facts>
          <Fact name={t('lifetime.proof.publicKey')} code>
            {proof.publicKey}
          </Fact>
          <Fact name={t('lifetime.proof.signature')} code>
            {proof.signature}
          </Fact>
        </Facts>
      </Panel>
    </>
  );
}

/** Who else has destroyed it, and from whom nothing was heard. */
function Elsewhere({ of }: { of: readonly ErasureEcho[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('lifetime.proof.elsewhere')} flush={of.length > 0}>
      {of.length === 0 ? (
        <Text>{t('lifetime.proof.elsewhereNone')}</Text>
      ) : (
        <HeadedTable
          heads={[
            t('lifetime.proof.elsewhereHeads.who'),
            t('lifetime.proof.elsewhereHeads.when'),
            t('lifetime.proof.elsewhereHeads.versions'),
            t('lifetime.proof.elsewhereHeads.files'),
          ]}
        >
          {of.map((one) => (
            <Table.Tr key={one.name}>
              <Table.Td>{one.name}</Table.Td>
              <Table.Td>{one.at === undefined ? t('lifetime.proof.elsewhereWaiting') : <When at={one.at} />}</Table.Td>
              <Table.Td>{one.versions === undefined ? '' : count(one.versions)}</Table.Td>
              <Table.Td>{one.files === undefined ? '' : count(one.files)}</Table.Td>
            </Table.Tr>
          ))}
        </HeadedTable>
      )}
    </Panel>
  );
}
