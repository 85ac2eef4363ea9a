/** Beside the pictures of the viewer: a model is asked about the image that is shown, and the person decides on what it said. */
import { Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelRow } from '../../../src-shared/contract/models.ts';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { isRunning, useJob } from '../../core/jobs.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { moment } from '../../format/dates.ts';
import type { Desk } from '../../imaging/desk.ts';
import { About } from './About.tsx';
import { Decide } from './Decide.tsx';
import { showHeat } from './heat-shown.ts';
import classes from './ModelPanel.module.css';
import { ReadingPanel } from './ReadingPanel.tsx';

const HEAT_SHOWN = 0.6;

export function ModelPanel({ desk, patient }: { desk: Desk; patient: PatientId }) {
  const { t } = useTranslation();
  useSyncExternalStore(desk.subscribe, desk.getState);
  const { tile, stack } = desk;
  // Paging through a stack changes the tile, not the desk.
  useSyncExternalStore(tile?.subscribe ?? never, tile?.getState ?? nothing);
  const image = stack?.photograph ?? tile?.picture?.from?.instance.id;
  if (!image) return <Text c="dimmed">{t('reading.ask.noPicture')}</Text>;
  return <OfImage key={image} patient={patient} image={image} />;
}

const never = () => () => undefined;
const nothing = () => null;

function OfImage({ patient, image }: { patient: PatientId; image: string }) {
  const { t } = useTranslation();
  const readings = useRead('readings.ofImage', { patient, image });
  const [chosen, setChosen] = useState<string>();
  const all = readings.data?.readings ?? [];
  const reading = all.find(({ id }) => id === chosen) ?? all[0];
  return (
    <Stack gap="md" className={classes.panel} data-wide>
      <Ask patient={patient} image={image} before={all.length > 0} onAsked={() => setChosen(undefined)} />
      <Loaded query={readings} what={t('reading.result')} lines={6}>
        {() =>
          reading ? (
            <>
              {all.length > 1 && (
                <NativeSelect
                  label={t('reading.ask.readings')}
                  value={reading.id}
                  onChange={(event) => setChosen(event.currentTarget.value)}
                  data={all.map(({ id, at, model, modelVersion }) => ({
                    value: id,
                    label: `${moment(at)}, ${model} ${modelVersion}`,
                  }))}
                />
              )}
              <HeatSlider key={`heat-${reading.id}`} reading={reading} />
              <ReadingPanel reading={reading} />
              <section aria-label={t('reading.decide.title')}>
                <Decide key={reading.id} reading={reading} keys={false} />
              </section>
              <details className={classes.more}>
                <summary>{t('reading.about')}</summary>
                <About reading={reading} />
              </details>
            </>
          ) : (
            <Text c="dimmed">{t('reading.ask.none')}</Text>
          )
        }
      </Loaded>
    </Stack>
  );
}

interface AskProps {
  patient: PatientId;
  image: string;
  /** Something was said of it already. */
  before: boolean;
  onAsked: () => void;
}

function Ask({ patient, image, before, onAsked }: AskProps) {
  const { t } = useTranslation();
  const [model, setModel] = useState('');
  const known = useRead('models.list', {});
  const again = useAct('readings.again');
  const job = useJob(again.data?.job);
  const may = useMay('image.add');
  const active = known.data?.models.filter(({ state }) => state === 'active') ?? [];
  const wanted = active.find(({ id }) => id === model);
  const running = again.isPending || (job !== undefined && isRunning(job));
  if (!may) return <Text c="dimmed">{t('reading.ask.notYours')}</Text>;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAsked();
        again.mutate({ patient, image, ...(wanted ? { model: wanted.id } : {}) });
      }}
    >
      <Stack gap="xs">
        <NativeSelect
          label={t('reading.ask.which')}
          description={wanted ? whom(wanted) : t('reading.ask.fitsHint')}
          value={model}
          onChange={(event) => setModel(event.currentTarget.value)}
          data={[{ value: '', label: t('reading.ask.fits') }, ...active.map(({ id, title }) => ({ value: id, label: title }))]}
        />
        <Button type="submit" variant={before ? 'default' : 'filled'} loading={running}>
          {before ? t('reading.ask.again') : t('reading.ask.go')}
        </Button>
        {job && job.state !== 'done' && <JobBar job={job} />}
        {again.isError && <ErrorNotice error={again.error} />}
      </Stack>
    </form>
  );
}

function whom({ population, researchUse, intendedUse }: ModelRow): string {
  return [population, researchUse].filter(Boolean).join('; ') || intendedUse;
}

function HeatSlider({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const { patient, id, image, heatMapBox: box, finding } = reading;
  const heat = useRead('readings.heatMap', { patient, id }, { enabled: reading.status === 'accepted' }).data;
  const [opacity, setOpacity] = useState(HEAT_SHOWN);
  useEffect(() => {
    if (heat && box) showHeat({ image, heat, box, opacity });
    return () => showHeat(null);
  }, [heat, box, image, opacity]);
  if (!heat || !box) return null;
  return (
    <div className={classes.slider}>
      <label htmlFor="viewer-heat">{t('reading.heat')}</label>
      <input
        id="viewer-heat"
        type="range"
        min={0}
        max={100}
        step={5}
        value={Math.round(opacity * 100)}
        onChange={(event) => setOpacity(Number(event.currentTarget.value) / 100)}
        // Arrows, Home and End move the slider here, and page nothing.
        onKeyDown={(event) => {
          if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation();
        }}
        aria-valuetext={opacity === 0 ? t('reading.heatOff') : `${Math.round(opacity * 100)} %`}
      />
      <Text c="dimmed" fz="xs">
        {finding === undefined ? t('reading.heatHint') : t('reading.film.heatHint', { finding })}
      </Text>
    </div>
  );
}
