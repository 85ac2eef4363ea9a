/** One offered file. */
import { Button, NativeSelect, Progress, SegmentedControl, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { JobRow } from '../components/JobRow.tsx';
import { useJob } from '../core/jobs.ts';
import { size } from '../format/numbers.ts';
import classes from './files.module.css';
import { type Eye, type Offered, type Target, targetsOf } from './offered.ts';

const eyes = ['unknown', 'right', 'left'] as const satisfies readonly Eye[];

interface Props {
  offered: Offered;
  onChart: boolean;
  onChange: (part: Partial<Pick<Offered, 'target' | 'eye'>>) => void;
  onLeaveOut: () => void;
}

export function FileRow({ offered, onChart, onChange, onLeaveOut }: Props) {
  const { t } = useTranslation();
  const { file, state } = offered;
  return (
    <li className={classes.row}>
      <div className={classes.name}>
        <strong>{file.name}</strong>
        <Text span c="dimmed">
          {size(file.size)}
        </Text>
        {(state.name === 'whole' || state.name === 'failed') && (
          <Button variant="subtle" size="compact-sm" onClick={onLeaveOut} aria-label={t('files.notNamed', { name: file.name })}>
            {t('files.not')}
          </Button>
        )}
      </div>
      {state.name === 'sending' && (
        <>
          <Text c="dimmed">{t('files.sending', { done: size(state.done), total: size(file.size) })}</Text>
          <Progress value={file.size > 0 ? (100 * state.done) / file.size : 0} size="sm" aria-label={file.name} />
        </>
      )}
      {(state.name === 'whole' || state.name === 'taking') && (
        <Destination offered={offered} kind={state.kind} onChart={onChart} onChange={onChange} />
      )}
      {state.name === 'taken' && <Started job={state.job} name={file.name} />}
      {state.name === 'failed' && <ErrorNotice error={state.error} />}
    </li>
  );
}

function Destination({
  offered: { file, target, eye },
  kind,
  onChart,
  onChange,
}: Omit<Props, 'onLeaveOut'> & { kind: Parameters<typeof targetsOf>[0] }) {
  const { t } = useTranslation();
  const choices = targetsOf(kind, onChart);
  return (
    <>
      <Text fw={600}>{t('files.takenFor', { kind: t(`files.kinds.${kind}`) })}</Text>
      {choices.length === 0 && kind !== 'unknown' && <Text>{t('files.openChart')}</Text>}
      {choices.length === 1 && choices[0] && <Text>{t(`files.targets.${choices[0]}`)}</Text>}
      {choices.length > 1 && (
        <NativeSelect
          className={classes.choice}
          label={t('files.goesTo')}
          value={target ?? ''}
          onChange={(event) =>
            onChange({ target: choices.find((each): each is Target => each === event.currentTarget.value) ?? null })
          }
          data={choices.map((value) => ({ value, label: t(`files.targets.${value}`) }))}
        />
      )}
      {(target === 'fundus' || target === 'image') && (
        <SegmentedControl
          className={classes.choice}
          aria-label={t('files.eyeOf', { name: file.name })}
          value={eye}
          onChange={(value) => onChange({ eye: eyes.find((each) => each === value) ?? 'unknown' })}
          data={eyes.map((value) => ({ value, label: t(`files.eyes.${value}`) }))}
        />
      )}
    </>
  );
}

function Started({ job, name }: { job: string; name: string }) {
  const { t } = useTranslation();
  const state = useJob(job);
  return state ? <JobRow job={state} /> : <Text role="status">{t('files.started', { name })}</Text>;
}
