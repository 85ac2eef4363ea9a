/** What a study holds, as small pictures: a click or Enter puts it into the active place. */
import { FileText, HeartPulse, Images, ListChecks, NotebookText, SlidersHorizontal } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { useObjectUrl } from '../../components/useObjectUrl.ts';
import { useRead } from '../../core/queries.ts';
import { day } from '../../format/dates.ts';
import type { Desk } from '../../imaging/desk.ts';
import type { Stack } from '../../imaging/stacks.ts';
import classes from './strip.module.css';

interface Props {
  desk: Desk;
  patient: PatientId;
  stacks: readonly Stack[];
  prior: Output<'imaging.study'> | undefined;
  priorStacks: readonly Stack[];
}

export function Strip({ desk, patient, stacks, prior, priorStacks }: Props) {
  const { t } = useTranslation();
  return (
    <nav className={classes.strip} aria-label={t('imaging.viewer.series')}>
      <List desk={desk} patient={patient} stacks={stacks} />
      {prior && (
        <>
          <h3 className={classes.prior}>
            {t('imaging.viewer.priorOf', { date: prior.study.date ? day(prior.study.date) : '' })}
          </h3>
          <List desk={desk} patient={patient} stacks={priorStacks} />
        </>
      )}
    </nav>
  );
}

function List({ desk, patient, stacks }: Pick<Props, 'desk' | 'patient' | 'stacks'>) {
  const { cells, active, started } = useSyncExternalStore(desk.subscribe, desk.getState);
  const ready = started || cells[active]?.kind !== 'pictures';
  return (
    <ul className={classes.list}>
      {stacks.map((stack) => (
        <li key={stack.key}>
          <button
            type="button"
            className={classes.item}
            data-shown={cells.some((cell) => cell?.key === stack.key) || undefined}
            aria-current={cells[active]?.key === stack.key || undefined}
            onClick={() => desk.place(stack)}
          >
            <Cover stack={stack} patient={patient} ready={ready} />
            <span className={classes.words}>
              <strong>
                {stack.series.modality}
                {stack.series.number !== undefined && ` ${stack.series.number}`}
              </strong>
              {stack.count > 1 && <span className={classes.count}>{stack.count}</span>}
              <span className={classes.title}>{stack.series.description || stack.cover.title || stack.cover.sopClassName}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const icons = {
  report: FileText,
  document: NotebookText,
  waveform: HeartPulse,
  presentation: SlidersHorizontal,
  'key-objects': ListChecks,
  pictures: Images,
  segmentation: Images,
  rt: Images,
  other: Images,
} as const;

/** @param ready what is looked at is there: only then the small ones are fetched */
function Cover({ stack, patient, ready }: { stack: Stack; patient: PatientId; ready: boolean }) {
  const pictures = stack.kind === 'pictures';
  const { photograph } = stack;
  const slice = useRead(
    'imaging.thumbnail',
    { patient, instance: stack.cover.id },
    { enabled: ready && pictures && !photograph },
  );
  const photo = useRead(
    'images.picture',
    { patient, image: photograph ?? '', size: 'thumbnail' },
    { enabled: photograph !== undefined },
  );
  const thumbnail = photograph ? photo : slice;
  const address = useObjectUrl(thumbnail.data);
  const Icon = icons[stack.kind];
  return (
    <span className={classes.cover}>
      {address ? <img src={address} alt="" /> : !pictures || thumbnail.isError ? <Icon aria-hidden /> : null}
    </span>
  );
}
