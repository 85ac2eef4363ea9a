/** A chart on which files may be dropped anywhere. What each is taken for and where it will go is said before it is taken. */
import { FileUp } from 'lucide-react';
import { createContext, type DragEvent, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { useMay } from '../core/session.tsx';
import classes from './files.module.css';
import { TakeFiles } from './TakeFiles.tsx';

const DropContext = createContext<(files: readonly File[]) => void>(() => {});

/** Opens the same question for files that were chosen instead of dropped. */
export function useTakeFiles(): (files: readonly File[]) => void {
  return useContext(DropContext);
}

export function FileDrop({ patient, name, children }: { patient: PatientId; name: string; children: ReactNode }) {
  const { t } = useTranslation();
  const mayImage = useMay('image.add');
  const mayDocument = useMay('document.add');
  const [over, setOver] = useState(false);
  const [files, setFiles] = useState<readonly File[]>([]);
  // Enter and leave also come from every element inside.
  const depth = useRef(0);
  const may = mayImage || mayDocument;
  const take = useCallback((given: readonly File[]) => setFiles(given), []);
  const close = useCallback(() => setFiles([]), []);
  const handlers = useMemo(() => {
    const holdsFiles = (event: DragEvent) => may && event.dataTransfer.types.includes('Files');
    return {
      onDragEnter(event: DragEvent) {
        if (!holdsFiles(event)) return;
        depth.current++;
        setOver(true);
      },
      onDragOver(event: DragEvent) {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDragLeave(event: DragEvent) {
        if (!holdsFiles(event)) return;
        depth.current--;
        if (depth.current === 0) setOver(false);
      },
      onDrop(event: DragEvent) {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        setFiles([...event.dataTransfer.files]);
      },
    };
  }, [may]);
  return (
    <DropContext value={take}>
      {/* Dropping is one way; the button that opens a choice of files is the way by keyboard. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      <div className={classes.ground} {...handlers}>
        {children}
        {over && (
          <div className={classes.over}>
            <FileUp size={32} aria-hidden />
            <strong>{t('chart.drop.here', { name })}</strong>
            <span>{t('chart.drop.hint')}</span>
          </div>
        )}
      </div>
      <TakeFiles patient={patient} name={name} files={files} onClose={close} />
    </DropContext>
  );
}
