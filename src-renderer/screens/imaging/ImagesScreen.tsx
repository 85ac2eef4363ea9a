/** Imaging studies of everybody in one's care, what waits for its patient, and the way in. */
import { Badge, Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FileUp, Search, Server } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorklistRow } from '../../../src-shared/contract/radiology.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useObjectUrl } from '../../components/useObjectUrl.ts';
import { Born, When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { ImportDicom } from './ImportDicom.tsx';
import classes from './images.module.css';
import { Review } from './Review.tsx';

/** Small pictures are made for so many rows; further down the words must do. */
const THUMBNAILS_MAX = 40;
const states = ['all', 'unreported', 'reported'] as const;

export function ImagesScreen() {
  const { t } = useTranslation();
  const worklist = useRead('radiology.worklist', {});
  const mayImport = useMay('imaging.import');
  const mayMatch = useMay('imaging.match');
  const mayArchive = useMay('pacs.ask');
  const [importing, setImporting] = useState(false);
  return (
    <Screen
      title={t('imaging.worklist.title')}
      ownFocus
      actions={
        <>
          {mayArchive && (
            <Button component={Link} to="/archive" variant="default" leftSection={<Server size={16} aria-hidden />}>
              {t('pacs.open')}
            </Button>
          )}
          {mayImport && (
            <Button leftSection={<FileUp size={16} aria-hidden />} onClick={() => setImporting(true)}>
              {t('imaging.import.open')}
            </Button>
          )}
        </>
      }
    >
      <ImportDicom opened={importing} onClose={() => setImporting(false)} onFiles={() => setImporting(true)}>
        {mayMatch && <Review />}
        <Panel title={t('imaging.worklist.studies')} flush>
          <Loaded
            query={worklist}
            what={t('imaging.worklist.studies')}
            lines={8}
            isEmpty={({ studies }) => studies.length === 0}
            empty={t('imaging.worklist.empty')}
          >
            {({ studies, more }) => <Worklist studies={studies} more={more} />}
          </Loaded>
        </Panel>
      </ImportDicom>
    </Screen>
  );
}

function Worklist({ studies, more }: { studies: readonly WorklistRow[]; more: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [state, setState] = useState<(typeof states)[number]>('all');
  const [modality, setModality] = useState('');
  const modalities = useMemo(() => [...new Set(studies.flatMap((study) => study.modalities))].sort(), [studies]);
  const shown = useMemo(() => filtered(studies, text, state, modality), [studies, text, state, modality]);
  return (
    <>
      <Group className={classes.filters} gap="sm">
        <TextInput
          className={classes.find}
          autoFocus
          leftSection={<Search size={16} aria-hidden />}
          aria-label={t('imaging.worklist.find')}
          placeholder={t('imaging.worklist.find')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t('imaging.worklist.state')}
          value={state}
          onChange={(value) => setState(states.find((one) => one === value) ?? 'all')}
          data={states.map((value) => ({ value, label: t(`imaging.worklist.states.${value}`) }))}
        />
        {modalities.length > 1 && (
          <SegmentedControl
            aria-label={t('imaging.worklist.modality')}
            value={modality}
            onChange={setModality}
            data={[{ value: '', label: t('imaging.worklist.any') }, ...modalities]}
          />
        )}
      </Group>
      <ul className={classes.rows} aria-label={t('imaging.worklist.studies')}>
        {shown.map((study, index) => (
          <li key={study.study}>
            <Link to="/patient/$id/study/$study" params={{ id: study.patient, study: study.study }} className={classes.row}>
              <Cover study={study} wanted={index < THUMBNAILS_MAX} />
              <span className={classes.who}>
                <strong>{study.patientName}</strong>
                {study.birthDate && <Born date={study.birthDate} />}
              </span>
              <span className={classes.what}>
                <strong>{study.description || t('imaging.worklist.untitled')}</strong>
                <span className={classes.quiet}>
                  {[
                    study.modalities.join(', '),
                    t('imaging.worklist.series', { count: study.series }),
                    t('imaging.worklist.pictures', { count: study.instances }),
                    study.accession,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
              <span className={classes.quiet}>{study.date && <When at={study.date} />}</span>
              <Badge color={study.reported ? 'green' : 'yellow'} variant="light">
                {t(study.reported ? 'imaging.worklist.isReported' : 'imaging.worklist.isUnreported')}
              </Badge>
            </Link>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className={classes.nothing}>{t('imaging.worklist.nothing')}</p>}
      {more && <p className={classes.nothing}>{t('imaging.worklist.more', { count: studies.length })}</p>}
    </>
  );
}

function filtered(
  studies: readonly WorklistRow[],
  text: string,
  state: (typeof states)[number],
  modality: string,
): readonly WorklistRow[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return studies.filter((study) => {
    if (state !== 'all' && study.reported !== (state === 'reported')) return false;
    if (modality !== '' && !study.modalities.includes(modality)) return false;
    const all =
      `${study.patientName} ${study.description} ${study.modalities.join(' ')} ${study.accession ?? ''} ${study.date ?? ''}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

function Cover({ study, wanted }: { study: WorklistRow; wanted: boolean }) {
  const thumbnail = useRead(
    'imaging.thumbnail',
    { patient: study.patient, instance: study.cover ?? '' },
    { enabled: wanted && study.cover !== undefined },
  );
  const address = useObjectUrl(thumbnail.data);
  return <span className={classes.cover}>{address && <img src={address} alt="" />}</span>;
}
