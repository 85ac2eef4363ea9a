/** DICOM comes in: dropped anywhere on what stands inside, or chosen. Files, folders and zip archives; what each became is told. */
import { Button, FileButton, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { FileUp, FolderUp } from 'lucide-react';
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Notice } from '../../components/Notice.tsx';
import { call } from '../../core/connection.ts';
import { jobResult, useJob } from '../../core/jobs.ts';
import { refresh } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { droppedFiles } from '../../files/dropped.ts';
import { discard, upload } from '../../files/upload.ts';
import classes from './images.module.css';

/** How many files one job takes (the contract's limit). */
const BATCH = 64;
/** Refusals that are listed one by one. */
const REFUSED_SHOWN = 20;

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Something was dropped. */
  onFiles: () => void;
  /** Whose it is, whatever the files say. */
  patient?: PatientId;
  /** With a patient: what names somebody else waits for a decision. */
  check?: boolean;
  /** Dropped before this was opened: taken only when the person says so. */
  given?: readonly File[];
  children?: ReactNode;
}

type State =
  | { name: 'asking' }
  | { name: 'sending'; done: number; total: number }
  | { name: 'running'; job: string; done: number; total: number }
  | { name: 'done'; result: ImagingImportResult /** Not handed over: somebody stopped it. */; left: number }
  | { name: 'failed'; error: unknown };

export function ImportDicom({ opened, onClose, onFiles, patient, check = false, given, children }: Props) {
  const { t } = useTranslation();
  const may = useMay('imaging.import');
  const [state, setState] = useState<State>({ name: 'asking' });
  const folder = useRef<HTMLInputElement>(null);
  const stopped = useRef(false);
  const box = useRef<HTMLDivElement>(null);
  const { name } = state;
  // The button that was pressed is gone: the focus stays in the dialog, and Escape closes that alone.
  useEffect(() => {
    if (name !== 'asking') box.current?.focus();
  }, [name]);
  const busy = state.name === 'sending' || state.name === 'running';

  async function take(all: readonly File[]) {
    if (all.length === 0) return;
    const files = [...all].sort((one, other) => Number(isDirectory(one)) - Number(isDirectory(other)));
    const sum: ImagingImportResult = { results: [], waiting: [] };
    stopped.current = false;
    try {
      for (let from = 0; from < files.length && !stopped.current; from += BATCH) {
        const uploads: string[] = [];
        for (const [index, file] of files.slice(from, from + BATCH).entries()) {
          if (stopped.current) break;
          setState({ name: 'sending', done: from + index, total: files.length });
          uploads.push((await upload(file, patient, () => {})).upload);
        }
        if (stopped.current) {
          for (const handle of uploads) discard(handle);
          break;
        }
        const { job } = await call('imaging.import', { uploads, patient, ...(check && patient ? { check } : {}) });
        setState({ name: 'running', job, done: from, total: files.length });
        // The job's result is declared beside the procedure.
        const result = (await jobResult(job)) as ImagingImportResult;
        sum.results.push(...result.results);
        sum.waiting.push(...result.waiting.filter((one) => !sum.waiting.includes(one)));
      }
      setState({ name: 'done', result: sum, left: stopped.current ? files.length - sum.results.length : 0 });
    } catch (error) {
      setState({ name: 'failed', error });
    }
    refresh('imaging.studies');
    refresh('radiology.worklist');
    refresh('imaging.review');
  }
  const over = (event: DragEvent) => {
    if (!may || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way; the button is the way by keyboard
    <div
      className={classes.ground}
      onDragEnter={over}
      onDragOver={over}
      onDrop={(event) => {
        over(event);
        if (!may || busy) return;
        onFiles();
        // Chromium 108 ends when entries are asked for that no hand has dragged in.
        const given = event.isTrusted ? droppedFiles(event.dataTransfer) : Promise.resolve([...event.dataTransfer.files]);
        void given.then(take);
      }}
    >
      {children}
      <Modal
        opened={opened}
        onClose={() => {
          if (!busy) setState({ name: 'asking' });
          onClose();
        }}
        title={t('imaging.import.title')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Stack gap="md" ref={box} tabIndex={-1} style={{ outline: 'none' }}>
          <Text>{t(`imaging.import.${patient ? (check ? 'meansChart' : 'meansPatient') : 'means'}`)}</Text>
          {given && state.name === 'asking' && (
            <Group gap="sm">
              <Button data-autofocus onClick={() => void take(given)}>
                {t('imaging.import.take', { count: given.length })}
              </Button>
              <Button variant="default" onClick={onClose}>
                {t('do.cancel')}
              </Button>
            </Group>
          )}
          {!busy && !given && (
            <Group gap="sm">
              <FileButton
                multiple
                onChange={(files) => void take(files)}
                inputProps={{ 'aria-label': t('imaging.import.choose') }}
              >
                {(props) => (
                  <Button {...props} data-autofocus leftSection={<FileUp size={16} aria-hidden />}>
                    {t('imaging.import.choose')}
                  </Button>
                )}
              </FileButton>
              <Button variant="default" leftSection={<FolderUp size={16} aria-hidden />} onClick={() => folder.current?.click()}>
                {t('imaging.import.folder')}
              </Button>
              {/* React knows no attribute for folders; the browser does. */}
              <input
                ref={(input) => {
                  input?.setAttribute('webkitdirectory', '');
                  folder.current = input;
                }}
                type="file"
                hidden
                aria-label={t('imaging.import.folder')}
                onChange={(event) => void take([...(event.currentTarget.files ?? [])])}
              />
            </Group>
          )}
          {state.name === 'sending' && (
            <div role="status">
              <Text size="sm">{t('imaging.import.sending', { done: state.done, total: state.total })}</Text>
              <Progress value={(100 * state.done) / state.total} aria-label={t('imaging.import.title')} my="xs" />
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  stopped.current = true;
                }}
              >
                {t('imaging.import.stop')}
              </Button>
            </div>
          )}
          {state.name === 'running' && (
            <>
              {state.total > BATCH && (
                <Text size="sm">{t('imaging.import.sending', { done: state.done, total: state.total })}</Text>
              )}
              <Running job={state.job} />
            </>
          )}
          {state.name === 'failed' && <ErrorNotice error={state.error} />}
          {state.name === 'done' && state.left > 0 && (
            <Notice tone="doubt" title={t('imaging.import.stopped', { count: state.left })} />
          )}
          {state.name === 'done' && <Outcome result={state.result} />}
        </Stack>
      </Modal>
    </div>
  );
}

function Running({ job: id }: { job: string }) {
  const job = useJob(id);
  return job ? <JobBar job={job} /> : null;
}

function Outcome({ result: { results, waiting } }: { result: ImagingImportResult }) {
  const { t } = useTranslation();
  // What waits is in nobody's chart yet.
  const taken = results.filter(({ status, patients }) => status === 'imported' || (status === 'partly' && patients.length > 0));
  const notWhole = results.filter(({ status, reason }) => status === 'refused' || (status === 'partly' && reason));
  const reasons = new Map<string, string[]>();
  for (const { file, reason = '' } of notWhole) reasons.set(reason, [...(reasons.get(reason) ?? []), file]);
  return (
    <Stack gap="sm" role="status">
      {taken.length > 0 && <Notice tone="good" title={t('imaging.import.taken', { count: taken.length })} />}
      {waiting.length > 0 && <Notice tone="doubt" title={t('imaging.import.waiting', { count: waiting.length })} />}
      {reasons.size > 0 && (
        <Notice tone="doubt" title={t('imaging.import.refused', { count: notWhole.length })}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys */}
          <ul className={classes.refused} tabIndex={0} aria-label={t('imaging.import.refused', { count: notWhole.length })}>
            {[...reasons].slice(0, REFUSED_SHOWN).map(([reason, files]) => (
              <li key={reason}>
                <strong>{files.length === 1 ? files[0] : t('imaging.import.files', { count: files.length })}</strong> {reason}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </Stack>
  );
}

/** Of a disc: it is compared with what came along, so it goes last. */
const isDirectory = (file: File) => file.name.toUpperCase() === 'DICOMDIR';
