/** A photograph with what a model said of it, and the clinician's decision. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { type Command, useCommands } from '../../commands/registry.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Keys } from '../../components/Keys.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { isRunning, useJob } from '../../core/jobs.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { usePatient } from '../chart/usePatient.ts';
import { RemoveEntry } from '../lifetime/RemoveEntry.tsx';
import { About } from './About.tsx';
import { Decide } from './Decide.tsx';
import classes from './ImageScreen.module.css';
import { ReadingPanel } from './ReadingPanel.tsx';
import { Viewer } from './Viewer.tsx';

const HEAT_SHOWN = 0.6;

export function ImageScreen() {
  const { image } = useParams({ from: '/patient/$id/image/$image' });
  // Going on to the next begins anew: without the heat map of the one before, and whole.
  return <OfImage key={image} image={image} />;
}

function OfImage({ image }: { image: string }) {
  const { t } = useTranslation();
  const patient = usePatient();
  const navigate = useNavigate();
  const readings = useRead('readings.ofImage', { patient, image });
  const picture = useRead('images.picture', { patient, image, size: 'screen' });
  const reading = readings.data?.readings[0];
  const film = reading?.task === 'chest-xray';
  const heat = useRead('readings.heatMap', { patient, id: reading?.id ?? '' }, { enabled: reading !== undefined });
  const [opacity, setOpacity] = useState(0);
  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'reading.heat',
        title: t('reading.heat'),
        group: 'do',
        keys: 'h',
        run: () => setOpacity((was) => (was > 0 ? 0 : HEAT_SHOWN)),
      },
    ],
    [t],
  );
  useCommands(commands);
  return (
    <Screen
      title={film ? t('reading.film.title') : t('reading.title')}
      actions={
        <>
          <NextUnread after={reading} />
          {/* A picture of a DICOM study goes with its study. */}
          {reading?.imagingStudy === undefined && (
            <RemoveEntry
              patient={patient}
              entry={{ type: 'Media', id: image, title: film ? t('reading.film.picture') : t('reading.picture') }}
              onRemoved={() => void navigate({ to: '/patient/$id/images', params: { id: patient } })}
            />
          )}
        </>
      }
    >
      <div className={classes.columns}>
        <Loaded query={picture} what={film ? t('reading.film.picture') : t('reading.picture')} lines={12}>
          {(shown) => (
            <Viewer
              picture={shown}
              heat={heat.data ?? undefined}
              heatBox={reading?.heatMapBox}
              opacity={opacity}
              film={film}
              onOpacity={setOpacity}
              alt={film ? t('reading.film.picture') : t('reading.picture')}
              heatHint={film ? t('reading.film.heatHint', { finding: reading?.finding ?? '' }) : t('reading.heatHint')}
            />
          )}
        </Loaded>
        {/* Where there is no picture there is nothing to read. */}
        {(reading || !picture.isError) && (
          <Stack gap="md">
            <Panel title={t('reading.result')}>
              <Loaded query={readings} what={t('reading.result')} lines={6}>
                {(found) =>
                  found.readings[0] ? <Read reading={found.readings[0]} /> : <Unread patient={patient} image={image} />
                }
              </Loaded>
            </Panel>
            {reading && (
              <Panel title={t('reading.about')}>
                <About reading={reading} />
              </Panel>
            )}
          </Stack>
        )}
      </div>
    </Screen>
  );
}

/** The statement and the decision on it; where a person said otherwise, their word comes first. */
function Read({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const overruled = reading.decision !== undefined && reading.decision.verdict !== 'accepted';
  const decision = (
    <section aria-label={t('reading.decide.title')}>
      <Decide key={reading.id} reading={reading} />
    </section>
  );
  return (
    <Stack gap="md">
      {overruled && decision}
      <ReadingPanel reading={reading} />
      {!overruled && decision}
    </Stack>
  );
}

/** A photograph that no model has read yet. */
function Unread({ patient, image }: { patient: PatientId; image: string }) {
  const { t } = useTranslation();
  const again = useAct('readings.again');
  const job = useJob(again.data?.job);
  const may = useMay('image.add');
  return (
    <Stack gap="sm">
      <Text c="dimmed">{t('reading.none')}</Text>
      {may && !(job && isRunning(job)) && (
        <Group gap="sm">
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate({ patient, image, task: 'fundus' })}>
            {t('reading.asEye')}
          </Button>
          <Button
            variant="default"
            loading={again.isPending}
            onClick={() => again.mutate({ patient, image, task: 'chest-xray' })}
          >
            {t('reading.asFilm')}
          </Button>
        </Group>
      )}
      {job && <JobBar job={job} />}
      {again.isError && <ErrorNotice error={again.error} />}
    </Stack>
  );
}

function NextUnread({ after }: { after: Reading | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const unread = useRead('readings.unread', { limit: 50 }, { enabled: useMay('reading.decide') });
  const next = unread.data?.items.find((item) => item.reading.id !== after?.id)?.reading;
  const commands = useMemo<Command[]>(
    () =>
      next
        ? [
            {
              id: 'reading.next',
              title: t('reading.next'),
              group: 'go',
              keys: ']',
              run: () => void navigate({ to: '/patient/$id/image/$image', params: { id: next.patient, image: next.image } }),
            },
          ]
        : [],
    [t, navigate, next],
  );
  useCommands(commands);
  if (!next) return null;
  return (
    <Button
      variant="default"
      rightSection={<Keys keys="]" />}
      onClick={() => void navigate({ to: '/patient/$id/image/$image', params: { id: next.patient, image: next.image } })}
    >
      {t('reading.next')}
    </Button>
  );
}
