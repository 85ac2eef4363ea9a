/** The signed proof of an erasure, to be read, printed and saved. It names nobody. */
import { Button, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { Download, Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErasureProof } from '../../../src-shared/contract/lifetime.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
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
          {({ proof, genuine }) => (
            <div className={classes.column}>
              <Notice
                tone={genuine ? 'good' : 'critical'}
                title={t(genuine ? 'lifetime.proof.genuine' : 'lifetime.proof.notGenuine')}
                role={genuine ? undefined : 'alert'}
              />
              <Proof proof={proof} />
            </div>
          )}
        </Loaded>
      </Screen>
    </div>
  );
}

function Proof({ proof }: { proof: ErasureProof }) {
  const { t } = useTranslation();
  const { destroyed, consequences, database } = proof;
  const who = (one: ErasureProof['requestedBy']) => `${one.name}, ${moment(one.at)}`;
  return (
    <>
      <Panel title={t('lifetime.proof.about')}>
        <dl className={classes.facts}>
          <dt>{t('lifetime.proof.clinic')}</dt>
          <dd>{proof.clinic}</dd>
          <dt>{t('lifetime.proof.patient')}</dt>
          <dd className={classes.code}>{proof.patient}</dd>
          <dt>{t('lifetime.proof.ground')}</dt>
          <dd>{t(`lifetime.erase.grounds.${proof.ground}`)}</dd>
          <dt>{t('lifetime.proof.reason')}</dt>
          <dd>{proof.reason}</dd>
          <dt>{t('lifetime.proof.requestedBy')}</dt>
          <dd>{who(proof.requestedBy)}</dd>
          <dt>{t('lifetime.proof.confirmedBy')}</dt>
          <dd>{who(proof.confirmedBy)}</dd>
          <dt>{t('lifetime.proof.erasedAt')}</dt>
          <dd>
            <When at={proof.erasedAt} />
          </dd>
          <dt>{t('lifetime.proof.finishedAt')}</dt>
          <dd>
            <When at={proof.finishedAt} />
          </dd>
        </dl>
      </Panel>
      <Panel title={t('lifetime.proof.destroyed')}>
        <dl className={classes.facts}>
          <dt>{t('lifetime.proof.resources')}</dt>
          <dd>{count(destroyed.resources)}</dd>
          <dt>{t('lifetime.proof.versions')}</dt>
          <dd>{count(destroyed.versions)}</dd>
          <dt>{t('lifetime.proof.files')}</dt>
          <dd>
            {destroyed.files.count === 0
              ? 0
              : t('lifetime.proof.filesOf', { count: destroyed.files.count, size: size(destroyed.files.bytes) })}
          </dd>
          <dt>{t('lifetime.proof.fileKey')}</dt>
          <dd className={classes.code}>{destroyed.fileKey ?? t('lifetime.proof.noKey')}</dd>
          <dt>{t('lifetime.proof.contents')}</dt>
          <dd className={classes.code}>{destroyed.contents}</dd>
          <dt>{t('lifetime.proof.olderCopies')}</dt>
          <dd>{count(destroyed.olderCopies)}</dd>
          <dt>{t('lifetime.proof.rows')}</dt>
          <dd className={classes.code}>
            {Object.entries(destroyed.rows)
              .map(([table, rows]) => `${table} ${count(rows)}`)
              .join(' · ')}
          </dd>
          <dt>{t('lifetime.proof.database')}</dt>
          <dd>{t('lifetime.proof.databaseSays', { free: database.freePages, wal: database.writeAheadBytes })}</dd>
        </dl>
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
      <Panel title={t('lifetime.proof.signature')}>
        <dl className={classes.facts}>
          <dt>{t('lifetime.proof.publicKey')}</dt>
          <dd className={classes.code}>{proof.publicKey}</dd>
          <dt>{t('lifetime.proof.signature')}</dt>
          <dd className={classes.code}>{proof.signature}</dd>
        </dl>
      </Panel>
    </>
  );
}
