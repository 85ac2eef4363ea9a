/** The acts of the viewer as commands: for keys, palette, help and toolbar alike. */
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useCommands } from '../../commands/registry.ts';
import { call } from '../../core/connection.ts';
import { refresh, useRead } from '../../core/queries.ts';
import { layouts } from '../../imaging/desk.ts';
import { lastBefore } from '../../imaging/hanging.ts';
import { type ViewerAct, viewerActs } from '../../imaging/keymap.ts';
import { changeSegments, segmentationsOver, segmentsState } from '../../imaging/segments.ts';
import { isMarkTool, type ToolName } from '../../imaging/tools.ts';
import { presetsOf } from '../../imaging/windows.ts';
import { useReformat } from './useReformat.ts';
import { useViewerKeys } from './useViewerKeys.ts';
import type { ViewerProps } from './Viewer.tsx';

export interface ViewerCommands {
  run: Readonly<Record<ViewerAct, () => void>>;
  title: (act: ViewerAct) => string;
  keys: Readonly<Record<ViewerAct, string>>;
  reformat: ReturnType<typeof useReformat>;
  isKey: boolean;
}

const PAGE = 10;
const ZOOM_STEP = 1.25;

export function useViewerCommands(props: ViewerProps): ViewerCommands {
  const { t } = useTranslation();
  const { desk, marks, patient, study, stacks, priorStacks, side, onSide, onTexts, onPointing } = props;
  const keys = useViewerKeys();
  const reformat = useReformat(desk);
  const prior = usePrior(props);
  const keyImages = useRead('imaging.keyImages', { patient: patient.id, study: study.uid }, { enabled: study.uid !== '' });
  const toggleKey = useCallback(async () => {
    const from = desk.tile?.picture?.from;
    const uid = desk.stack?.study;
    if (!from || !uid) return;
    const { instance, frame } = from.address;
    const marked = keyImages.data?.images.some((image) => image.instance === instance && image.frame === frame) ?? false;
    await call('imaging.markKey', { patient: patient.id, study: uid, instance, frame, key: !marked });
    refresh('imaging.keyImages');
  }, [desk, patient.id, keyImages.data]);

  const run = useMemo(() => {
    const choose = (tool: ToolName) => () => desk.choose(tool);
    const page = (by: number) => () => desk.page(by);
    const stack = (by: 1 | -1) => () => {
      const all = [...stacks, ...priorStacks];
      const at = all.findIndex(({ key }) => key === desk.stack?.key);
      const next = all[(at + by + all.length) % all.length];
      if (next) desk.place(next);
    };
    const acts: Record<ViewerAct, () => void> = {
      pictureNext: page(1),
      pictureBefore: page(-1),
      picturesOn: page(PAGE),
      picturesBack: page(-PAGE),
      pictureFirst: () => desk.pageTo('first'),
      pictureLast: () => desk.pageTo('last'),
      stackNext: stack(1),
      stackBefore: stack(-1),
      tileNext: () => desk.activate((desk.state.active + 1) % desk.state.cells.length),
      preset1: () => desk.preset(0),
      preset2: () => desk.preset(1),
      preset3: () => desk.preset(2),
      preset4: () => desk.preset(3),
      preset5: () => desk.preset(4),
      zoom: choose('Zoom'),
      zoomIn: () => desk.tile?.zoomBy(ZOOM_STEP),
      zoomOut: () => desk.tile?.zoomBy(1 / ZOOM_STEP),
      pan: choose('Pan'),
      window: choose('Window'),
      invert: () => desk.tile?.invert(),
      rotateRight: () => desk.tile?.rotate(90),
      rotateLeft: () => desk.tile?.rotate(-90),
      flipHorizontal: () => desk.tile?.flip('horizontal'),
      flipVertical: () => desk.tile?.flip('vertical'),
      cine: () => desk.toggleCine(),
      reset: () => desk.tile?.reset(),
      length: choose('Length'),
      angle: choose('Angle'),
      ellipse: choose('EllipticalROI'),
      rectangle: choose('RectangleROI'),
      probe: choose('Probe'),
      arrow: choose('ArrowAnnotate'),
      point: () => {
        if (!isMarkTool(desk.state.tool)) desk.choose('Length');
        onPointing(true);
      },
      remove: () => {
        const shown = desk.tile?.picture;
        const last = marks.list.filter(({ picture }) => picture === shown).at(-1);
        if (last) marks.remove(last.uid);
      },
      keyImage: () => void toggleKey(),
      segments: () => {
        const { list, on } = segmentsState();
        const over = segmentationsOver(list, desk.stack?.series.uid).map(({ instance }) => instance);
        if (over.length === 0) return;
        const shown = over.some((instance) => on.has(instance));
        const others = [...on].filter((instance) => !over.includes(instance));
        changeSegments({ on: new Set(shown ? others : [...others, ...over]) });
        if (!shown) onSide('segments');
        else if (side === 'segments') onSide(null);
      },
      layout: () => {
        const { rows, columns } = desk.state.layout;
        const at = layouts.findIndex((layout) => layout.rows === rows && layout.columns === columns);
        const next = layouts[(at + 1) % layouts.length];
        if (next) desk.arrange(next);
      },
      linked: () => desk.toggle('linked'),
      lines: () => desk.toggle('lines'),
      texts: onTexts,
      mpr: () => void reformat.toggle(),
      prior,
      side: () => onSide(side === 'marks' ? null : 'marks'),
      report: () => {
        if (study.uid !== '') onSide(side === 'report' ? null : 'report');
      },
    };
    return acts;
  }, [desk, marks, stacks, priorStacks, toggleKey, onTexts, onPointing, reformat, prior, side, onSide, study.uid]);

  const modality = desk.stack?.series.modality ?? '';
  const title = useCallback(
    (act: ViewerAct) => {
      const preset = /^preset(\d)$/.exec(act)?.[1];
      const named = preset && presetsOf(modality)[Number(preset) - 1];
      return named ? t('imaging.act.presetNamed', { name: t(`imaging.preset.${named.name}`) }) : t(`imaging.act.${act}`);
    },
    [t, modality],
  );
  const commands = useMemo(
    () =>
      viewerActs.map(
        (act): Command => ({
          id: `viewer.${act}`,
          title: title(act),
          group: 'view',
          keys: keys[act] || undefined,
          over: true,
          run: run[act],
        }),
      ),
    [run, keys, title],
  );
  useCommands(commands);
  const shown = desk.tile?.picture?.from?.address;
  const isKey =
    keyImages.data?.images.some(({ instance, frame }) => instance === shown?.instance && frame === shown.frame) ?? false;
  return { run, title, keys, reformat, isKey };
}

/** Lays the last examination before this one beside it, or takes it away. */
function usePrior({ desk, patient, study, studies, prior, onPrior }: ViewerProps): () => void {
  const navigate = useNavigate();
  return useCallback(() => {
    if (prior) {
      onPrior(undefined);
      const own = desk.state.cells.filter((cell) => cell?.study === study.uid);
      desk.hang({ rows: 1, columns: 1 }, own);
      return;
    }
    const before = lastBefore(study, studies, desk.stack?.series.modality);
    if (before)
      void call('imaging.study', { patient: patient.id, study: before.uid }).then(onPrior, () =>
        navigate({ to: '/patient/$id/images', params: { id: patient.id } }),
      );
  }, [desk, patient.id, study, studies, prior, onPrior, navigate]);
}
