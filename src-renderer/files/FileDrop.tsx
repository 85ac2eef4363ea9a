/** A screen on which files may be dropped anywhere. What each is taken for and where it will go is said before it is taken. */
import { useLocation } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import {
  createContext,
  type DragEvent,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { type Command, useCommands } from '../commands/registry.ts';
import { useMay } from '../core/session.tsx';
import { areStudies, droppedFiles, holdsFolder } from './dropped.ts';
import classes from './files.module.css';
import { FILES_MAX } from './offered.ts';
import { TakeFiles } from './TakeFiles.tsx';

const ImportDicom = lazy(() => import('../screens/imaging/ImportDicom.tsx').then((module) => ({ default: module.ImportDicom })));

const DropContext = createContext<(files: readonly File[]) => void>(() => {});

/** Opens the same question for files that were chosen instead of dropped. */
export function useTakeFiles(): (files: readonly File[]) => void {
  return useContext(DropContext);
}

interface Props {
  /** The chart on which they are dropped; outside of one only records that name their patients are taken. */
  patient?: PatientId;
  name?: string;
  children: ReactNode;
}

export function FileDrop({ patient, name, children }: Props) {
  const { t } = useTranslation();
  const may = useMayTake(patient !== undefined);
  const [over, setOver] = useState(false);
  const [asked, setAsked] = useState(false);
  const [files, setFiles] = useState<readonly File[]>([]);
  // Enter and leave also come from every element inside.
  const depth = useRef(0);
  const take = useCallback((given: readonly File[]) => {
    setFiles(given);
    setAsked(true);
  }, []);
  const [study, setStudy] = useState<readonly File[] | null>(null);
  const mayStudies = useMay('imaging.import');
  const close = useCallback(() => {
    setStudy(null);
    setAsked(false);
    setFiles([]);
  }, []);
  // Whoever follows a link to what was taken is done here.
  const place = useLocation({ select: ({ pathname }) => pathname });
  useEffect(close, [place, close]);
  const commands = useMemo<Command[]>(
    () => (may ? [{ id: 'import.open', title: t('files.command'), group: 'do', keys: 'mod+o', run: () => take([]) }] : []),
    [may, t, take],
  );
  useCommands(commands);

  /** A chart inside the frame takes what is dropped on it for itself. */
  function mine(event: DragEvent): boolean {
    if (!event.dataTransfer.types.includes('Files')) return false;
    event.preventDefault();
    event.stopPropagation();
    return may;
  }
  return (
    <DropContext value={take}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way; Ctrl O and the buttons are the way by keyboard */}
      <div
        className={classes.ground}
        onDragEnter={(event) => {
          if (mine(event)) setOver(++depth.current > 0);
        }}
        onDragOver={(event) => {
          event.dataTransfer.dropEffect = mine(event) ? 'copy' : 'none';
        }}
        onDragLeave={(event) => {
          if (mine(event)) setOver(--depth.current > 0);
        }}
        onDrop={(event) => {
          depth.current = 0;
          setOver(false);
          if (!mine(event)) return;
          const folder = event.isTrusted && holdsFolder(event.dataTransfer);
          // Chromium 108 ends when entries are asked for that no hand has dragged in.
          const given = event.isTrusted ? droppedFiles(event.dataTransfer) : Promise.resolve([...event.dataTransfer.files]);
          void given.then(async (dropped) => {
            // What a person drags off a disc is a study of hundreds of files: it is taken as one.
            const whole = mayStudies && (folder || dropped.length > FILES_MAX) && (await areStudies(dropped));
            if (whole) setStudy(dropped);
            else take(dropped);
          });
        }}
      >
        {children}
        {over && (
          <div className={classes.over}>
            <FileUp size={32} aria-hidden />
            <strong>{name ? t('files.here', { name }) : t('files.hereRecords')}</strong>
            <span>{name ? t('files.hint') : t('files.hintRecords')}</span>
          </div>
        )}
      </div>
      {study && (
        <Suspense>
          <ImportDicom opened patient={patient} check given={study} onFiles={() => {}} onClose={() => setStudy(null)} />
        </Suspense>
      )}
      <TakeFiles patient={patient} name={name} asked={asked} files={files} onChosen={take} onClose={close} />
    </DropContext>
  );
}

function useMayTake(onChart: boolean): boolean {
  const mayImage = useMay('image.add');
  const mayDocument = useMay('document.add');
  const mayImport = useMay('records.import');
  return mayImport || (onChart && (mayImage || mayDocument));
}
