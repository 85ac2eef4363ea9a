/** The photographs of a chart (eye, skin, wound) in the viewer: side by side, enlarged, turned, inverted; the reading of each is one step away. */
import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { useRead } from '../../core/queries.ts';
import { photographStacks } from '../../imaging/stacks.ts';
import { Banner } from '../chart/Banner.tsx';
import { useViewerPatient } from './useViewerPatient.ts';
import { Viewer } from './Viewer.tsx';
import classes from './viewer.module.css';

type Opened = Output<'imaging.study'>;
type Item = Output<'chart.list'>['items'][number];

export function PhotographsScreen() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/patient/$id/photographs' });
  const { image } = useSearch({ from: '/patient/$id/photographs' });
  const patient = patientId.parse(id);
  const { banner, shown } = useViewerPatient(patient);
  const images = useRead('chart.list', { patient, list: 'images' });
  return (
    <div className={classes.screen}>
      {banner.data && (
        <div className={classes.banner}>
          <Banner who={banner.data} />
        </div>
      )}
      <div className={classes.work}>
        <Loaded query={images} what={t('imaging.viewer.photographs')} lines={12}>
          {({ items }) => shown && <Photographs patient={shown} items={items} image={image} />}
        </Loaded>
      </div>
    </div>
  );
}

function Photographs({
  patient,
  items,
  image,
}: {
  patient: Parameters<typeof Viewer>[0]['patient'];
  items: readonly Item[];
  image?: string;
}) {
  const { t } = useTranslation();
  const own = useMemo(
    () =>
      photographStacks(
        patient.id,
        items.filter(({ type }) => type === 'Media'),
      ),
    [patient.id, items],
  );
  const opened = useMemo<Opened>(
    () => ({
      study: {
        uid: '',
        id: 'photographs',
        description: t('imaging.viewer.photographs'),
        modalities: ['XC'],
        bodyParts: [],
        series: own.length,
        instances: own.length,
        bytes: 0,
      },
      series: [],
    }),
    [own.length, t],
  );
  return <Viewer patient={patient} opened={opened} studies={[]} own={own} first={image} />;
}
