/** The way back from a removal, above the status line. */
import { Button } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { forgetUndo, useUndo } from '../core/undo.ts';
import classes from './Frame.module.css';

export function UndoBar() {
  const { t } = useTranslation();
  const undoable = useUndo();
  if (!undoable) return null;
  function bringBack() {
    undoable?.undo();
    forgetUndo();
  }
  return (
    <div role="status" aria-label={t('frame.undone.label')} className={classes.undo}>
      <span>{undoable.text}</span>
      <Button leftSection={<Undo2 size={16} aria-hidden />} onClick={bringBack}>
        {t('frame.undone.undo')}
      </Button>
    </div>
  );
}
