/** What the mouse does and what can be done to the picture. Calm: signs in groups, words and keys on hovering and for readers of the screen. */
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  ArrowUpRight,
  Boxes,
  CircleDashed,
  Columns2,
  Contrast,
  Crosshair,
  FlipHorizontal2,
  FlipVertical2,
  Grid2x2,
  Hand,
  History,
  Link2,
  type LucideIcon,
  PanelRight,
  Pause,
  Play,
  RotateCcw,
  RotateCw,
  Ruler,
  ScanLine,
  Square,
  Star,
  SunMedium,
  TextCursorInput,
  Type,
  Undo2,
  ZoomIn,
} from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { shownKey } from '../../components/Keys.tsx';
import { CINE_RATE_MAX, layouts } from '../../imaging/desk.ts';
import { conflictsOf, type ViewerAct } from '../../imaging/keymap.ts';
import { onSegments, segmentationsOver, segmentsState } from '../../imaging/segments.ts';
import { presetsOf } from '../../imaging/windows.ts';
import { ExportStudy } from './ExportStudy.tsx';
import { PrintPicture } from './PrintPicture.tsx';
import classes from './toolbar.module.css';
import type { ViewerCommands } from './useViewerCommands.ts';
import type { ViewerProps } from './Viewer.tsx';

type Props = ViewerProps & { commands: ViewerCommands };

export function Toolbar(props: Props) {
  const { desk, commands, prior, side, onSide, texts } = props;
  const { t } = useTranslation();
  const state = useSyncExternalStore(desk.subscribe, desk.getState);
  const segments = useSyncExternalStore(onSegments, segmentsState);
  const over = segmentationsOver(segments.list, desk.stack?.series.uid);
  const conflicts = conflictsOf(commands.keys).size;
  const tool = (act: ViewerAct, icon: LucideIcon, name: typeof state.tool) => (
    <Act commands={commands} act={act} icon={icon} pressed={state.tool === name} />
  );
  const act = (name: ViewerAct, icon: LucideIcon, pressed?: boolean) => (
    <Act commands={commands} act={name} icon={icon} pressed={pressed} />
  );
  return (
    <header className={classes.bar} role="toolbar" aria-label={t('imaging.viewer.tools')}>
      <div className={classes.group}>
        {tool('window', SunMedium, 'Window')}
        {tool('zoom', ZoomIn, 'Zoom')}
        {tool('pan', Hand, 'Pan')}
      </div>
      <div className={classes.group}>
        {tool('length', Ruler, 'Length')}
        {tool('angle', AngleIcon, 'Angle')}
        {tool('ellipse', CircleDashed, 'EllipticalROI')}
        {tool('rectangle', Square, 'RectangleROI')}
        {tool('probe', Crosshair, 'Probe')}
        {tool('arrow', ArrowUpRight, 'ArrowAnnotate')}
        {act('point', TextCursorInput)}
      </div>
      <div className={classes.group}>
        <Presets {...props} />
        {act('invert', Contrast)}
        {act('rotateLeft', RotateCcw)}
        {act('rotateRight', RotateCw)}
        {act('flipHorizontal', FlipHorizontal2)}
        {act('flipVertical', FlipVertical2)}
        {act('reset', Undo2)}
      </div>
      <div className={classes.group}>
        {act('cine', state.cine ? Pause : Play, state.cine !== null)}
        {state.cine !== null && (
          <label className={classes.rate}>
            <input
              type="range"
              min={1}
              max={CINE_RATE_MAX}
              value={state.cine}
              aria-label={t('imaging.viewer.rate')}
              onChange={(event) => desk.play(Number(event.currentTarget.value))}
            />
            {t('imaging.viewer.rateOf', { count: state.cine })}
          </label>
        )}
      </div>
      <div className={classes.group}>
        <Layouts {...props} />
        {act('mpr', Boxes)}
        {act('prior', History, prior !== undefined)}
        {state.cells.length > 1 && act('linked', Link2, state.linked)}
        {state.cells.length > 1 && act('lines', ScanLine, state.lines)}
      </div>
      <div className={classes.group}>
        {act('keyImage', Star, commands.isKey)}
        {act('texts', Type, texts)}
      </div>
      <div className={classes.end}>
        {over.length > 0 && (
          <Tooltip label={`${t('imaging.act.segments')} (${shownKey(commands.keys.segments)})`} openDelay={400} withinPortal>
            <button
              type="button"
              className={classes.word}
              aria-pressed={over.some(({ instance }) => segments.on.has(instance))}
              onClick={commands.run.segments}
            >
              {t('imaging.segments.title')}
            </button>
          </Tooltip>
        )}
        <PrintPicture {...props} />
        <ExportStudy patient={props.patient.id} study={props.study.uid} />
        <button
          type="button"
          className={classes.word}
          aria-pressed={side === 'models'}
          onClick={() => onSide(side === 'models' ? null : 'models')}
        >
          {t('reading.ask.button')}
        </button>
        {desk.stack?.photograph ? (
          <Link
            to="/patient/$id/image/$image"
            params={{ id: props.patient.id, image: desk.stack.photograph }}
            className={classes.word}
          >
            {t('imaging.viewer.toReading')}
          </Link>
        ) : (
          props.study.uid !== '' && (
            <button
              type="button"
              className={classes.word}
              aria-pressed={side === 'report'}
              onClick={() => onSide(side === 'report' ? null : 'report')}
            >
              {t('imaging.act.report')}
            </button>
          )
        )}
        {act('side', PanelRight, side !== null)}
      </div>
      {conflicts > 0 && <p className={classes.problem}>{t('imaging.keys.conflicts', { count: conflicts })}</p>}
      <Reformatting commands={commands} />
    </header>
  );
}

function Act({
  commands,
  act,
  icon: Icon,
  pressed,
}: {
  commands: ViewerCommands;
  act: ViewerAct;
  icon: LucideIcon;
  pressed?: boolean;
}) {
  const title = commands.title(act);
  const key = commands.keys[act];
  return (
    <Tooltip label={key ? `${title} (${shownKey(key)})` : title} openDelay={400} withinPortal>
      <ActionIcon variant="subtle" className={classes.act} aria-label={title} aria-pressed={pressed} onClick={commands.run[act]}>
        <Icon size={18} strokeWidth={1.75} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function Presets({ desk, commands }: Props) {
  const { t } = useTranslation();
  const modality = desk.stack?.series.modality ?? '';
  return (
    <Menu position="bottom-start" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={classes.word}>
          {t('imaging.viewer.presets')}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {presetsOf(modality).map((preset, index) => (
          <Menu.Item
            key={preset.name}
            rightSection={<kbd>{shownKey(commands.keys[`preset${index + 1}` as ViewerAct])}</kbd>}
            onClick={() => desk.preset(index)}
          >
            {t(`imaging.preset.${preset.name}`)}
            {preset.window && ` ${preset.window.width}/${preset.window.center}`}
          </Menu.Item>
        ))}
        <OwnViews desk={desk} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The windows and tables that the picture's own file brings, by its words for them. */
function OwnViews({ desk }: Pick<Props, 'desk'>) {
  const { t } = useTranslation();
  const { tile } = desk;
  const header = tile?.loaded?.frame.header;
  if (!tile || !header || header.samples > 1 || header.windows.length + header.voiTables.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('imaging.viewer.ofFile')}</Menu.Label>
      {header.windows.map(({ center, width, explanation }, index) => (
        <Menu.Item key={`window${index}`} onClick={() => tile.setOwn({ window: index })}>
          {explanation || t('imaging.viewer.ownWindow')} {figures(width)}/{figures(center)}
        </Menu.Item>
      ))}
      {header.voiTables.map(({ explanation }, index) => (
        <Menu.Item key={`table${index}`} onClick={() => tile.setOwn({ table: index })}>
          {t('imaging.viewer.ownTable', { name: explanation || index + 1 })}
        </Menu.Item>
      ))}
    </>
  );
}

/** Some devices write a dozen decimals. */
const figures = (value: number) => String(Number(value.toPrecision(5)));

function Layouts({ desk, commands }: Props) {
  const { t } = useTranslation();
  const title = t('imaging.act.layout');
  return (
    <Menu position="bottom-start" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Tooltip label={`${title} (${shownKey(commands.keys.layout)})`} openDelay={400}>
          <ActionIcon variant="subtle" className={classes.act} aria-label={title}>
            {desk.state.layout.rows > 1 ? <Grid2x2 size={18} aria-hidden /> : <Columns2 size={18} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {layouts.map((layout) => (
          <Menu.Item key={`${layout.rows}x${layout.columns}`} onClick={() => desk.arrange(layout)}>
            {t('imaging.viewer.layoutOf', { rows: layout.rows, columns: layout.columns })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Reformatting({ commands: { reformat } }: { commands: ViewerCommands }) {
  const { t } = useTranslation();
  const { progress, problem } = reformat;
  if (progress) {
    return (
      <p className={classes.problem} role="status">
        {t('imaging.viewer.reading', progress)}
      </p>
    );
  }
  if (!problem) return null;
  if ('error' in problem) return <ErrorNotice error={problem.error} />;
  return (
    <p className={classes.problem} role="alert">
      {t(`imaging.mpr.${problem.why}`)} {problem.reason}
      <button type="button" className={classes.word} onClick={reformat.clear}>
        {t('do.close')}
      </button>
    </p>
  );
}

/** Two legs and an arc; the set of signs has none. */
const AngleIcon = ((props: { size?: number }) => (
  <svg
    width={props.size ?? 18}
    height={props.size ?? 18}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth={1.75}
    strokeLinecap="round"
    aria-hidden
  >
    <path d="M20 19H4L16 5" />
    <path d="M13 19a8 8 0 0 0-3-6" />
  </svg>
)) as LucideIcon;
