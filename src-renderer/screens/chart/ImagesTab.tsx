/** Photographs with what was read from each. The ground behind pictures is dark in both themes. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Bot, FileUp, ImageOff, Images, Maximize, TriangleAlert, UserRoundCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingStudyRow } from '../../../src-shared/contract/imaging.ts';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useObjectUrl } from '../../components/useObjectUrl.ts';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { AddFiles } from '../../files/AddFiles.tsx';
import { ExportStudy } from '../imaging/ExportStudy.tsx';
import { ImportDicom } from '../imaging/ImportDicom.tsx';
import classes from './ImagesTab.module.css';
import { usePatient } from './usePatient.ts';

export function ImagesTab() {
  const { t } = useTranslation();
  const patient = usePatient();
  const images = useRead('chart.list', { patient, list: 'images' });
  const studies = useRead('imaging.studies', { patient }, { enabled: useMay('image.read') });
  const may = useMay('image.add');
  const mayImport = useMay('imaging.import');
  const [importing, setImporting] = useState(false);
  const known = new Map(studies.data?.studies.map((study) => [study.id, study]));
  const photographs = images.data?.items.filter(({ type }) => type === 'Media') ?? [];
  return (
    <Screen
      title={t('chart.tabs.images')}
      actions={
        <>
          {photographs.length > 0 && (
            <Button
              variant="default"
              component={Link}
              to={`/patient/${patient}/photographs`}
              leftSection={<Maximize size={16} aria-hidden />}
            >
              {t('imaging.tab.openViewer')}
            </Button>
          )}
          {mayImport && (
            <Button variant="default" leftSection={<FileUp size={16} aria-hidden />} onClick={() => setImporting(true)}>
              {t('imaging.import.open')}
            </Button>
          )}
          {may && <AddFiles />}
        </>
      }
    >
      <Loaded
        query={images}
        what={t('chart.tabs.images')}
        lines={6}
        isEmpty={({ items }) => items.length === 0}
        empty={t('chart.list.empty.images')}
      >
        {({ items }) => (
          <ul className={classes.grid}>
            {items.map((item) => (
              <li key={item.id}>
                {item.type === 'Media' ? (
                  <Photograph item={item} patient={patient} />
                ) : (
                  <div className={classes.study}>
                    <Study item={item} patient={patient} study={known.get(item.id)} />
                    <div className={classes.act}>
                      <ExportStudy patient={patient} study={known.get(item.id)?.uid ?? ''} />
                    </div>
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {importing && <ImportDicom opened patient={patient} onClose={() => setImporting(false)} onFiles={() => {}} />}
    </Screen>
  );
}

function Photograph({ item, patient }: { item: ChartItem; patient: PatientId }) {
  const picture = useRead('images.picture', { patient, image: item.id, size: 'thumbnail' });
  const readings = useRead('readings.ofImage', { patient, image: item.id });
  const address = useObjectUrl(picture.data);
  return (
    <Link to="/patient/$id/image/$image" params={{ id: patient, image: item.id }} className={classes.card}>
      <span className={classes.picture}>
        {address ? <img src={address} alt="" /> : picture.isError && <ImageOff aria-hidden />}
      </span>
      <Words item={item} />
      <Said reading={readings.data?.readings[0]} />
    </Link>
  );
}

/** A study with files of ours opens in the viewer; one that came as a record alone has no pictures here. */
function Study({ item, patient, study }: { item: ChartItem; patient: PatientId; study: ImagingStudyRow | undefined }) {
  const { t } = useTranslation();
  if (!study) {
    return (
      <div className={classes.card}>
        <span className={classes.picture}>
          <ImageOff aria-hidden />
        </span>
        <Words item={item} />
      </div>
    );
  }
  return (
    <Link to="/patient/$id/study/$study" params={{ id: patient, study: study.uid }} className={classes.card}>
      <StudyCover patient={patient} study={study} />
      <Words item={item} />
      <span className={classes.said}>
        {study.modalities.join(', ')} · {t('imaging.worklist.pictures', { count: study.instances })}
      </span>
    </Link>
  );
}

function StudyCover({ patient, study }: { patient: PatientId; study: ImagingStudyRow }) {
  const opened = useRead('radiology.worklist', {});
  const cover = opened.data?.studies.find((row) => row.study === study.uid)?.cover;
  const thumbnail = useRead('imaging.thumbnail', { patient, instance: cover ?? '' }, { enabled: cover !== undefined });
  const address = useObjectUrl(thumbnail.data);
  return <span className={classes.picture}>{address ? <img src={address} alt="" /> : <Images aria-hidden />}</span>;
}

function Words({ item }: { item: ChartItem }) {
  return (
    <span className={classes.words}>
      <strong>{item.title}</strong>
      {item.detail && <span>{item.detail}</span>}
      <span className={classes.quiet}>{item.at && <When at={item.at} />}</span>
    </span>
  );
}

/** What was read: dashed while only a machine has said it. */
function Said({ reading }: { reading: Reading | undefined }) {
  const { t } = useTranslation();
  if (!reading) return <span className={classes.said}>{t('chart.images.notRead')}</span>;
  if (reading.decision) {
    return (
      <span className={classes.said} data-by="person">
        <UserRoundCheck size={14} aria-hidden /> {t(`chart.statuses.${reading.decision.verdict}`)}
      </span>
    );
  }
  if (reading.status === 'refused') {
    return (
      <span className={classes.said} data-by="doubt">
        <TriangleAlert size={14} aria-hidden /> {t('chart.statuses.refused')}
      </span>
    );
  }
  return (
    <span className={classes.said} data-by="machine" title={t('machine.said')}>
      <Bot size={14} aria-label={t('machine.said')} /> {reading.gradeName}
    </span>
  );
}
