/** Names what would be lost if this person left the screen now, and lets them stay. */
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorSentence } from '../components/ErrorNotice.tsx';
import { Notice } from '../components/Notice.tsx';
import { refusedDrafts, useSaveState } from '../core/drafts.ts';
import { stay, useLeaving } from './leaving.ts';

export function LeavingSheet() {
  const { t } = useTranslation();
  const leaving = useLeaving();
  const { refusal, refused } = useSaveState();
  const why = useErrorSentence(refusal);
  // A question that was not answered before the screen was locked is not asked of whoever comes next.
  useEffect(() => stay, []);
  if (!leaving) return null;
  return (
    <Modal opened onClose={stay} title={t('frame.leaving.title')} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <Stack gap="md">
        {refused > 0 ? (
          <>
            <Text>{t(leaving.how === 'switch' ? 'frame.leaving.switch' : 'frame.leaving.signOut', { count: refused })}</Text>
            <List size="sm" fw={600}>
              {refusedDrafts().map(({ key, title }) => (
                <List.Item key={key}>{title}</List.Item>
              ))}
            </List>
            {why && <Notice tone="doubt">{why}</Notice>}
          </>
        ) : (
          <Notice tone="good">{t('frame.leaving.keptNow')}</Notice>
        )}
        <Group gap="sm">
          <Button onClick={stay} data-autofocus>
            {t('frame.leaving.stay')}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              stay();
              leaving.go();
            }}
          >
            {refused > 0 ? t('frame.leaving.lose', { count: refused }) : t('frame.leaving.go')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
