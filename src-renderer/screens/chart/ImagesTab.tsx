/** Photographs with what was read from each. The ground behind pictures is dark in both themes. */
import { Link } from '@tanstack/react-router';
import { Bot, ImageOff, TriangleAlert, UserRoundCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
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
import classes from './ImagesTab.module.css';
import { usePatient } from './usePatient.ts';

export function ImagesTab() {
  const { t } = useTranslation();
  const patient = usePatient();
  const images = useRead('chart.list', { patient, list: 'images' });
  const may = useMay('image.add');
  return (
    <Screen title={t('chart.tabs.images')} actions={may && <AddFiles />}>
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
                {item.type === 'Media' ? <Photograph item={item} patient={patient} /> : <Study item={item} />}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
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

function Study({ item }: { item: ChartItem }) {
  return (
    <div className={classes.card}>
      <span className={classes.picture}>
        <ImageOff aria-hidden />
      </span>
      <Words item={item} />
    </div>
  );
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
