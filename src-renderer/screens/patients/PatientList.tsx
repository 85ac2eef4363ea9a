/** A long list of patients of which only the visible part is drawn. The search field keeps the focus. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientRow } from '../../../src-shared/contract/types.ts';
import { PatientLine } from '../../components/PatientLine.tsx';
import classes from './PatientList.module.css';

/** One line; wrapped ones are measured. */
const ROW_PX = 38;

interface Props {
  id: string;
  rows: readonly PatientRow[];
  chosen: number;
  onChoose: (index: number) => void;
  onOpen: (row: PatientRow) => void;
}

export function PatientList({ id, rows, chosen, onChoose, onOpen }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: 'auto' });
  }, [chosen, virtual]);
  return (
    <div ref={scroller} className={classes.scroller}>
      <div
        id={id}
        role="listbox"
        aria-label={t('patients.title')}
        className={classes.list}
        style={{ blockSize: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              // Keys are handled by the field that controls this list (combobox pattern).
              // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys
              <div
                key={row.id}
                id={`${id}-${index}`}
                ref={virtual.measureElement}
                data-index={index}
                role="option"
                tabIndex={-1}
                aria-selected={index === chosen}
                aria-posinset={index + 1}
                aria-setsize={rows.length}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
                onMouseMove={() => onChoose(index)}
                onClick={() => onOpen(row)}
              >
                <PatientLine row={row} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
