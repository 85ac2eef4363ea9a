/** What belongs to the pictures: measurements and key images, what the file says, the report. */
import { CloseButton, SegmentedControl } from '@mantine/core';
import { Key, RotateCw, Star, Trash2, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Boundary } from '../../components/Boundary.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded, Waiting } from '../../components/Loaded.tsx';
import { useRead } from '../../core/queries.ts';
import type { Mark } from '../../imaging/marks.ts';
import { onSegments, segmentationsOver, segmentsState } from '../../imaging/segments.ts';
import { SegmentsPanel } from './SegmentsPanel.tsx';
import classes from './side.module.css';
import type { ViewerCommands } from './useViewerCommands.ts';
import type { ViewerProps } from './Viewer.tsx';
import { goTo, goToMark, whereIs, whereIsMark } from './where.ts';

const ModelPanel = lazy(() => import('../reading/ModelPanel.tsx').then((module) => ({ default: module.ModelPanel })));
const ReportPanel = lazy(() => import('./ReportPanel.tsx').then((module) => ({ default: module.ReportPanel })));

export const sides = ['marks', 'segments', 'tags', 'models', 'report'] as const;
export type SideName = (typeof sides)[number];

export function Side(props: ViewerProps & { side: SideName; commands: ViewerCommands }) {
  const { side, onSide, desk } = props;
  const { t } = useTranslation();
  const { list } = useSyncExternalStore(onSegments, segmentsState);
  useSyncExternalStore(desk.subscribe, desk.getState);
  const over = segmentationsOver(list, desk.stack?.series.uid);
  return (
    <aside className={classes.side} aria-label={t('imaging.side.label')}>
      <div className={classes.head}>
        <SegmentedControl
          size="xs"
          aria-label={t('imaging.side.label')}
          value={side}
          onChange={(value) => onSide(sides.find((one) => one === value) ?? null)}
          data={sides
            .filter((name) => name === 'marks' || name === 'models' || props.study.uid !== '')
            .filter((name) => name !== 'segments' || side === name || over.length > 0)
            .map((value) => ({ value, label: t(`imaging.side.${value}`) }))}
        />
        <CloseButton aria-label={t('do.close')} onClick={() => onSide(null)} />
      </div>
      <div className={classes.body}>
        <Boundary key={side}>
          {side === 'marks' && <MarksPanel {...props} />}
          {side === 'segments' && <SegmentsPanel {...props} />}
          {side === 'tags' && <Tags {...props} />}
          {side === 'models' && (
            <Suspense fallback={<Waiting />}>
              <ModelPanel desk={props.desk} patient={props.patient.id} />
            </Suspense>
          )}
          {side === 'report' && (
            <Suspense fallback={<Waiting />}>
              <ReportPanel {...props} />
            </Suspense>
          )}
        </Boundary>
      </div>
    </aside>
  );
}

function MarksPanel(props: ViewerProps & { commands: ViewerCommands }) {
  const { marks, desk, patient, study } = props;
  const { t } = useTranslation();
  const list = useSyncExternalStore(marks.subscribe, marks.getList);
  const keyImages = useRead('imaging.keyImages', { patient: patient.id, study: study.uid }, { enabled: study.uid !== '' });
  return (
    <>
      <h3>{t('imaging.side.measurements')}</h3>
      {list.length === 0 && <p className={classes.quiet}>{t('imaging.side.noMarks')}</p>}
      <ul className={classes.list}>
        {list.map((mark) => (
          <MarkRow key={mark.uid} mark={mark} {...props} />
        ))}
      </ul>
      <h3>{t('imaging.side.keyImages')}</h3>
      {study.uid !== '' && (
        <Loaded
          query={keyImages}
          what={t('imaging.side.keyImages')}
          isEmpty={({ images }) => images.length === 0}
          empty={t('imaging.side.noKeyImages')}
        >
          {({ images }) => (
            <ul className={classes.list}>
              {images.map((image) => (
                <li key={image.id}>
                  <button type="button" className={classes.row} onClick={() => void goTo(props, image.instance, image.frame)}>
                    <Star size={14} aria-hidden /> {whereIs(props, image.instance, image.frame) ?? t('imaging.side.elsewhere')}
                    <span className={classes.quiet}>{image.by}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      )}
      {list.some(({ state }) => state === 'unkept') && <p className={classes.quiet}>{t('imaging.side.unkept')}</p>}
      {list.find(({ state }) => state === 'failed') && (
        <ErrorNotice error={list.find(({ state }) => state === 'failed')?.error} />
      )}
      {desk.stack &&
        !desk.stack.known &&
        !desk.stack.series.volume.ok &&
        desk.stack.series.volume.reason &&
        desk.stack.count > 4 && <p className={classes.quiet}>{desk.stack.series.volume.reason}</p>}
    </>
  );
}

function MarkRow({ mark, ...props }: ViewerProps & { mark: Mark; commands: ViewerCommands }) {
  const { t } = useTranslation();
  const name = t(`imaging.act.${actOf[mark.tool]}`);
  return (
    <li className={classes.markRow}>
      <button type="button" className={classes.row} onClick={() => void goToMark(props, props.commands, mark)}>
        <span>
          <strong>{name}</strong> {mark.lines.join(', ')}
        </span>
        <span className={classes.quiet}>{whereIsMark(props, mark, t)}</span>
        {mark.state === 'failed' && <TriangleAlert size={14} aria-label={t('imaging.side.notKept')} />}
        {mark.state === 'saving' && <RotateCw size={14} aria-label={t('imaging.side.saving')} />}
        {mark.state === 'kept' && <Key size={12} aria-label={t('imaging.side.kept')} />}
      </button>
      <button
        type="button"
        className={classes.remove}
        aria-label={t('imaging.side.remove', { what: `${name} ${mark.lines[0] ?? ''}` })}
        onClick={() => props.marks.remove(mark.uid)}
      >
        <Trash2 size={14} aria-hidden />
      </button>
    </li>
  );
}

const actOf = {
  Length: 'length',
  Angle: 'angle',
  EllipticalROI: 'ellipse',
  RectangleROI: 'rectangle',
  Probe: 'probe',
  ArrowAnnotate: 'arrow',
} as const;

/** The attributes of the file that is shown, to look things up in. */
function Tags({ desk, patient }: ViewerProps) {
  const { t } = useTranslation();
  useSyncExternalStore(desk.subscribe, desk.getState);
  const [text, setText] = useState('');
  const instance = desk.tile?.picture?.from?.instance.id ?? desk.stack?.cover.id;
  const tags = useRead('imaging.tags', { patient: patient.id, instance: instance ?? '' }, { enabled: instance !== undefined });
  const rows = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return (tags.data?.tags ?? []).filter((tag) => `${tag.tag} ${tag.name} ${tag.value}`.toLowerCase().includes(wanted));
  }, [tags.data, text]);
  if (!instance) return <p className={classes.quiet}>{t('imaging.viewer.emptyCell')}</p>;
  return (
    <>
      <input
        className={classes.find}
        type="search"
        value={text}
        aria-label={t('imaging.side.findTag')}
        placeholder={t('imaging.side.findTag')}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Loaded query={tags} what={t('imaging.side.tags')} lines={10}>
        {({ truncated }) => (
          <>
            <dl className={classes.tags}>
              {rows.map((tag, index) => (
                <div key={index} style={{ paddingInlineStart: `${tag.depth * 10}px` }}>
                  <dt>
                    {tag.name || t('imaging.side.private')} <code>{tag.tag}</code>
                  </dt>
                  <dd>{tag.value}</dd>
                </div>
              ))}
            </dl>
            {truncated && <p className={classes.quiet}>{t('imaging.side.truncated')}</p>}
          </>
        )}
      </Loaded>
    </>
  );
}
