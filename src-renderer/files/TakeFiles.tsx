/** The question before files go into a chart: each with what it is taken for, where it will go, and the way to leave it out. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../src-shared/contract/types.ts';
import classes from './files.module.css';
import { FileRow } from './FileRow.tsx';
import { FILES_MAX, useOffered } from './offered.ts';

export function TakeFiles({ patient, name, files, onClose }: { patient: PatientId; name: string; files: readonly File[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { offered, change, leaveOut, take, leaveAll } = useOffered(patient, files, onClose);
  const ready = offered.filter(({ state, target }) => state.name === 'whole' && target !== null);
  const busy = offered.some(({ state }) => state.name === 'sending' || state.name === 'taking');
  const done = offered.length > 0 && offered.every(({ state }) => state.name === 'taken');
  return (
    <Modal
      opened={files.length > 0}
      onClose={leaveAll}
      size="lg"
      title={t('chart.drop.title', { count: Math.min(FILES_MAX, files.length) })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
      closeOnClickOutside={false}
    >
      <Stack gap="md">
        <Text fw={600}>{t('chart.drop.of', { name })}</Text>
        {files.length > FILES_MAX && <Text>{t('chart.drop.tooMany', { max: FILES_MAX })}</Text>}
        <ul className={classes.rows}>
          {offered.map((each) => (
            <FileRow key={each.key} offered={each} onChange={(part) => change(each.key, part)} onLeaveOut={() => leaveOut(each.key)} />
          ))}
        </ul>
        {offered.length === 0 && <Text c="dimmed">{t('chart.drop.nothing')}</Text>}
        <Group gap="sm">
          {!done && (
            <Button onClick={take} disabled={ready.length === 0 || busy} data-autofocus>
              {t('chart.drop.take', { count: ready.length || 1 })}
            </Button>
          )}
          <Button variant="default" onClick={leaveAll}>
            {done ? t('do.close') : t('chart.drop.leaveAll')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
