/** The picture in the active place, with its marks, as a PDF under a header from the record. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Printer } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { call } from '../../core/connection.ts';
import { saveHandout } from '../../core/handouts.ts';
import { useMay } from '../../core/session.tsx';
import { paperOf } from '../../imaging/paper.ts';
import classes from './toolbar.module.css';
import type { ViewerProps } from './Viewer.tsx';
import { whereIsMark } from './where.ts';

export function PrintPicture({ desk, marks, patient, stacks, priorStacks }: ViewerProps) {
  const { t } = useTranslation();
  const may = useMay('imaging.export');
  useSyncExternalStore(desk.subscribe, desk.getState);
  const { tile } = desk;
  const print = useMutation({
    mutationFn: async () => {
      const picture = tile?.picture;
      const { photograph, from, cut } = picture ?? {};
      const instance = from?.address.instance ?? cut?.instance.id;
      const of = photograph ? { photograph } : instance ? { instance, frame: from?.address.frame ?? 1 } : undefined;
      if (!tile || !of) return null;
      const here = marks.list.filter((mark) => mark.picture === picture);
      const { width, center } = tile.state.window;
      const grey = (tile.loaded?.frame.header.samples ?? 3) === 1;
      const note = [
        cut && t(`imaging.axis.${cut.axis}`),
        grey &&
          (tile.state.table === undefined
            ? t('imaging.viewer.window', { width: Math.round(width), center: Math.round(center) })
            : t('imaging.viewer.table', { name: tile.state.table }).trim()),
        ...here.map((mark) => [mark.lines.join(', '), whereIsMark({ stacks, priorStacks }, mark, t)].filter(Boolean).join(' – ')),
      ];
      const { handout } = await call('imaging.print', {
        patient: patient.id,
        of,
        picture: await paperOf(tile, here),
        note: note.filter(Boolean).join('; ').slice(0, NOTE_MAX),
      });
      return saveHandout(handout, 'save-pdf');
    },
  });
  if (!may || !tile) return null;
  return (
    <>
      <Tooltip label={t('imaging.print.title')} openDelay={400}>
        <ActionIcon
          variant="subtle"
          className={classes.act}
          aria-label={t('imaging.print.title')}
          loading={print.isPending}
          onClick={() => print.mutate()}
        >
          <Printer size={18} strokeWidth={1.75} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {print.isError && <ErrorNotice error={print.error} />}
      {print.data && (
        <p className={classes.problem} role="status">
          {t('imaging.export.saved', { name: print.data })}
        </p>
      )}
    </>
  );
}

/** The contract's limit. */
const NOTE_MAX = 1000;
