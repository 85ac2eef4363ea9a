/** The question before files are taken: each with what it is taken for, where it will go, and the way to leave it out. */
import { Button, FileButton, Group, Modal, Stack, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { FileRow } from './FileRow.tsx';
import classes from './files.module.css';
import { FILES_MAX, useOffered } from './offered.ts';

interface Props {
  patient?: PatientId;
  name?: string;
  asked: boolean;
  files: readonly File[];
  onChosen: (files: readonly File[]) => void;
  onClose: () => void;
}

export function TakeFiles({ patient, name, asked, files, onChosen, onClose }: Props) {
  const { t } = useTranslation();
  const { offered, change, leaveOut, take, leaveAll } = useOffered(patient, files, onClose);
  const ready = offered.filter(({ state, target }) => state.name === 'whole' && target !== null);
  const busy = offered.some(({ state }) => state.name === 'sending' || state.name === 'taking');
  const done = offered.length > 0 && offered.every(({ state }) => state.name === 'taken');
  return (
    <Modal
      opened={asked}
      onClose={leaveAll}
      size="lg"
      title={files.length === 0 ? t('files.choose') : t('files.title', { count: Math.min(FILES_MAX, files.length) })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
      closeOnClickOutside={false}
    >
      <Stack gap="md">
        <Text fw={600}>{name ? t('files.of', { name }) : t('files.ofNobody')}</Text>
        {files.length === 0 && <Text>{name ? t('files.hint') : t('files.hintRecords')}</Text>}
        {files.length > FILES_MAX && <Text>{t('files.tooMany', { max: FILES_MAX })}</Text>}
        <ul className={classes.rows}>
          {offered.map((each) => (
            <FileRow
              key={each.key}
              offered={each}
              onChart={patient !== undefined}
              onChange={(part) => change(each.key, part)}
              onLeaveOut={() => leaveOut(each.key)}
            />
          ))}
        </ul>
        {files.length > 0 && offered.length === 0 && <Text c="dimmed">{t('files.nothing')}</Text>}
        <Group gap="sm">
          {files.length === 0 && (
            <FileButton multiple onChange={onChosen} inputProps={{ 'aria-label': t('files.choose') }}>
              {(props) => (
                <Button {...props} leftSection={<FileUp size={16} aria-hidden />} data-autofocus>
                  {t('files.choose')}
                </Button>
              )}
            </FileButton>
          )}
          {files.length > 0 && !done && (
            <Button onClick={take} disabled={ready.length === 0 || busy} data-autofocus>
              {t('files.take', { count: ready.length || 1 })}
            </Button>
          )}
          <Button variant="default" onClick={leaveAll}>
            {done ? t('do.close') : t('files.leaveAll')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
