/** A study of a patient, with the banner that never goes: its address names patient and study. */
import { useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { patientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { Boundary } from '../../components/Boundary.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { useRead } from '../../core/queries.ts';
import { Banner } from '../chart/Banner.tsx';
import { BreakGlass } from '../chart/BreakGlass.tsx';
import { useViewerPatient } from './useViewerPatient.ts';
import { Viewer } from './Viewer.tsx';
import classes from './viewer.module.css';

export function ViewerScreen() {
  const { t } = useTranslation();
  const { id, study } = useParams({ from: '/patient/$id/study/$study' });
  const { series } = useSearch({ from: '/patient/$id/study/$study' });
  const patient = patientId.parse(id);
  const { banner, shown } = useViewerPatient(patient);
  const found = useRead('imaging.study', { patient, study });
  const studies = useRead('imaging.studies', { patient });
  if (banner.error instanceof AppError && banner.error.code === 'not-in-care-team') return <BreakGlass patient={patient} />;
  return (
    <div className={classes.screen}>
      {banner.data && (
        <div className={classes.banner}>
          <Banner who={banner.data} />
        </div>
      )}
      <div className={classes.work}>
        <Loaded query={found} what={t('imaging.viewer.study')} lines={12}>
          {(study) =>
            shown ? (
              <Boundary key={study.study.uid}>
                <Viewer patient={shown} opened={study} studies={studies.data?.studies ?? []} first={series} />
              </Boundary>
            ) : null
          }
        </Loaded>
      </div>
    </div>
  );
}
