/** Studies in an archive, and fetching them. */
import { Badge, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Download, Search as Glass } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import type { Input, Output } from '../../../src-shared/contract/index.ts';
import type { Peer } from '../../../src-shared/contract/pacs.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Born, When } from '../../components/When.tsx';
import { jobResult, useJob } from '../../core/jobs.ts';
import { refresh, useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { PersonName, personName } from './PersonName.tsx';
import classes from './pacs.module.css';

type Wanted = Input<'pacs.find'>;
type Found = Output<'pacs.find'>['studies'][number];

export function Search({ archives }: { archives: readonly Peer[] }) {
  const { t } = useTranslation();
  const [peer, setPeer] = useState(archives[0]?.id ?? '');
  const [fields, setFields] = useState({ name: '', patientNumber: '', accession: '', from: '', to: '' });
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const set = (field: keyof typeof fields) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setFields((before) => ({ ...before, [field]: value }));
  };
  const given = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])),
  );
  const enough = Object.keys(given).some((name) => name !== 'to');
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!enough) return;
    setWanted({ peer, ...given });
    refresh('pacs.find');
  }
  return (
    <Panel title={t('pacs.search.title')}>
      <Stack gap="md">
        <form onSubmit={submit}>
          <Group gap="sm" align="end">
            {archives.length > 1 && (
              <NativeSelect
                label={t('pacs.search.archive')}
                value={peer}
                onChange={(event) => setPeer(event.currentTarget.value)}
                data={archives.map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
            <TextInput
              label={t('pacs.search.name')}
              value={fields.name}
              onChange={set('name')}
              autoComplete="off"
              spellCheck={false}
              maxLength={64}
            />
            <TextInput
              label={t('pacs.search.number')}
              value={fields.patientNumber}
              onChange={set('patientNumber')}
              autoComplete="off"
              spellCheck={false}
              maxLength={64}
            />
            <TextInput
              label={t('pacs.search.accession')}
              value={fields.accession}
              onChange={set('accession')}
              autoComplete="off"
              spellCheck={false}
              maxLength={16}
            />
            <TextInput type="date" label={t('pacs.search.from')} value={fields.from} onChange={set('from')} />
            <TextInput type="date" label={t('pacs.search.to')} value={fields.to} onChange={set('to')} />
            <Button type="submit" disabled={!enough} leftSection={<Glass size={16} aria-hidden />}>
              {t('pacs.search.do')}
            </Button>
          </Group>
          {!enough && (
            <Text size="sm" c="dimmed" mt="xs">
              {t('pacs.search.hint')}
            </Text>
          )}
        </form>
        {wanted && <Results wanted={wanted} />}
      </Stack>
    </Panel>
  );
}

function Results({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation();
  const found = useRead('pacs.find', wanted);
  return (
    <Loaded
      query={found}
      what={t('pacs.search.results')}
      lines={4}
      isEmpty={({ studies }) => studies.length === 0}
      empty={t('pacs.search.empty')}
    >
      {({ studies, more }) => (
        <>
          <ul className={classes.rows} aria-label={t('pacs.search.results')}>
            {studies.map((study) => (
              <Row key={study.study} study={study} peer={wanted.peer} />
            ))}
          </ul>
          {more && <Text c="dimmed">{t('pacs.search.more', { count: studies.length })}</Text>}
        </>
      )}
    </Loaded>
  );
}

type Outcome = { result: ImagingImportResult } | { error: unknown };

function Row({ study, peer }: { study: Found; peer: string }) {
  const { t } = useTranslation();
  const may = useMay('imaging.import');
  const retrieve = useAct('pacs.retrieve');
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const job = useJob(retrieve.data?.job);
  const name = personName(study.name) || t('pacs.search.unnamed');
  const what = study.description || study.modalities.join(', ') || t('pacs.search.untitled');
  async function fetchStudy() {
    setOutcome(null);
    try {
      const { job: started } = await retrieve.mutateAsync({ peer, study: study.study, objects: study.instances });
      // The job's result is declared beside the procedure.
      setOutcome({ result: (await jobResult(started)) as ImagingImportResult });
    } catch (error) {
      setOutcome({ error });
    }
    refresh('pacs.find');
  }
  return (
    <li className={`${classes.row} ${classes.study}`}>
      <span className={classes.who}>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <span className={classes.quiet}>
          {study.writtenAlso && <PersonName pn={study.writtenAlso} />}
          {study.birthDate && <Born date={study.birthDate} />}
          {study.patientNumber && <span>{t('pacs.search.number_', { number: study.patientNumber })}</span>}
        </span>
      </span>
      <span className={classes.what}>
        <strong>
          <bdi>{what}</bdi>
        </strong>
        <span className={classes.quiet}>
          <span>
            {[
              study.modalities.join(', '),
              study.instances !== undefined && t('pacs.search.pictures', { count: study.instances }),
              study.accession,
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
      </span>
      <span className={classes.day}>
        {study.date && <When at={study.date} dayOnly />}
        {study.time && <span className={classes.quiet}>{study.time}</span>}
      </span>
      <span>
        {study.here && (
          <Badge color="green" variant="light">
            {t('pacs.search.here')}
          </Badge>
        )}
      </span>
      {may && (
        <Button
          className={classes.action}
          variant="default"
          leftSection={<Download size={16} aria-hidden />}
          loading={job?.state === 'running'}
          aria-label={t(study.here ? 'pacs.search.fetchAgainOf' : 'pacs.search.fetchOf', { what, name })}
          onClick={() => void fetchStudy()}
        >
          {t(study.here ? 'pacs.search.fetchAgain' : 'pacs.search.fetch')}
        </Button>
      )}
      {job?.state === 'running' && (
        <div className={classes.below}>
          <JobBar job={job} />
        </div>
      )}
      {outcome && (
        <div className={classes.below}>
          {'error' in outcome ? <Failed error={outcome.error} /> : <Fetched result={outcome.result} />}
        </div>
      )}
    </li>
  );
}

/** Called off by whoever sits here is no fault. */
function Failed({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!(error instanceof AppError) || error.code !== 'cancelled') return <ErrorNotice error={error} />;
  return (
    <Notice tone="fact" role="status">
      <Text>{t('pacs.search.cancelled')}</Text>
    </Notice>
  );
}

function Fetched({ result: { results, waiting } }: { result: ImagingImportResult }) {
  const { t } = useTranslation();
  const refused = results.filter(({ status }) => status === 'refused').length;
  const inCharts = results.filter(({ patients }) => patients.length > 0).length;
  return (
    <Notice tone={refused > 0 || waiting.length > 0 ? 'doubt' : 'good'} role="status">
      {inCharts > 0 && <Text>{t('pacs.search.fetched', { count: inCharts })}</Text>}
      {waiting.length > 0 && (
        <Text>
          {t('pacs.search.waits', { count: results.length - refused - inCharts })}{' '}
          <Link to="/images">{t('pacs.search.decide')}</Link>
        </Text>
      )}
      {refused > 0 && <Text>{t('pacs.search.refused', { count: refused })}</Text>}
    </Notice>
  );
}
