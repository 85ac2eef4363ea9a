/** Studies whose patient is in doubt: what the files say beside who it may be. Nothing is guessed: a person decides. */
import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingReviewItem } from '../../../src-shared/contract/imaging.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PatientLine } from '../../components/PatientLine.tsx';
import { Born, When } from '../../components/When.tsx';
import { isRunning, jobResult, useJob } from '../../core/jobs.ts';
import { refresh, useAct, useRead } from '../../core/queries.ts';
import classes from './images.module.css';

type Decision = { kind: 'patient'; patient: PatientId } | { kind: 'register' } | { kind: 'discard' };

export function Review() {
  const { t } = useTranslation();
  const review = useRead('imaging.review', {});
  const items = review.data?.items ?? [];
  if (review.isError) return <ErrorNotice error={review.error} />;
  if (items.length === 0) return null;
  return (
    <Panel title={t('imaging.review.title')} count={items.length}>
      <Stack gap="md">
        {items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </Stack>
    </Panel>
  );
}

function Item({ item }: { item: ImagingReviewItem }) {
  const { t } = useTranslation();
  const match = useAct('imaging.match');
  const job = useJob(match.data?.job);
  const [failed, setFailed] = useState<unknown>();
  const [discarding, setDiscarding] = useState(false);
  const busy = match.isPending || (job !== undefined && isRunning(job));
  const decide = (decision: Decision) => {
    setFailed(undefined);
    setDiscarding(false);
    match.mutate(
      { item: item.id, decision },
      {
        onSuccess: ({ job: id }) => {
          void jobResult(id)
            .catch((error: unknown) => setFailed(error))
            .finally(() => {
              refresh('imaging.review');
              refresh('radiology.worklist');
            });
        },
      },
    );
  };
  return (
    <article className={classes.review} aria-label={item.description || item.study}>
      <section className={classes.said}>
        <h3>{t('imaging.review.files')}</h3>
        <strong>{item.name || t('imaging.review.nameless')}</strong>
        <span>{item.birthDate ? <Born date={item.birthDate} /> : t('imaging.review.noBirth')}</span>
        <span>{[item.sex, ...item.identifiers].filter(Boolean).join(' · ')}</span>
        <span>
          {[item.modalities.join(', '), item.description].filter(Boolean).join(' · ')} {item.date && <When at={item.date} />}
        </span>
        <span className={classes.quiet}>
          {t('imaging.worklist.pictures', { count: item.instances })} · {item.source} · <When at={item.cameAt} />
        </span>
        <Text c="dimmed" size="sm">
          {item.reason}
        </Text>
      </section>
      <section className={classes.candidates}>
        <h3>{t('imaging.review.candidates')}</h3>
        {item.candidates.length === 0 && <Text c="dimmed">{t('imaging.review.nobody')}</Text>}
        {item.candidates.map((candidate) => (
          <div key={candidate.id} className={classes.candidate}>
            <div>
              <PatientLine row={candidate} />
              <Group gap={4} mt={2}>
                {candidate.reasons.map((reason) => (
                  <Badge key={reason} color="green" variant="light" tt="none">
                    {reason}
                  </Badge>
                ))}
                {candidate.against.map((reason) => (
                  <Badge key={reason} color="yellow" variant="light" tt="none">
                    {reason}
                  </Badge>
                ))}
              </Group>
            </div>
            <Button size="xs" disabled={busy} onClick={() => decide({ kind: 'patient', patient: candidate.id })}>
              {t('imaging.review.accept')}
            </Button>
          </div>
        ))}
        <Group gap="xs">
          <Button size="xs" variant="default" disabled={busy} onClick={() => decide({ kind: 'register' })}>
            {t('imaging.review.register')}
          </Button>
          <Button size="xs" variant="subtle" color="red" disabled={busy} onClick={() => setDiscarding(true)}>
            {t('imaging.review.discard')}
          </Button>
        </Group>
        {job && isRunning(job) && <JobBar job={job} />}
        {(failed ?? match.error) != null && <ErrorNotice error={failed ?? match.error} />}
      </section>
      <Modal
        opened={discarding}
        onClose={() => setDiscarding(false)}
        title={t('imaging.review.discardTitle', { name: item.name })}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Text>{t('imaging.review.discardMeans', { count: item.instances })}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" data-autofocus onClick={() => setDiscarding(false)}>
            {t('do.cancel')}
          </Button>
          <Button color="red.9" onClick={() => decide({ kind: 'discard' })}>
            {t('imaging.review.discard')}
          </Button>
        </Group>
      </Modal>
    </article>
  );
}
