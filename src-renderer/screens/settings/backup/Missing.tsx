/** Encrypted files that the vault has lost: how many, of how many patients, whether the last backup has them, and the way back. */
import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { Notice } from '../../../components/Notice.tsx';

/** Ids that are shown; IT finds all of them by `backup run --json`. */
const SHOWN_MAX = 5;

interface Props {
  of: NonNullable<Output<'backup.state'>['missing']>;
  /** Somebody has looked, and these were in no backup that could be read. */
  stillMissing: boolean;
  /** Left out where this person may not, or something runs. */
  onPutBack?: (() => void) | undefined;
  onChoose?: (() => void) | undefined;
}

export function Missing({ of: { count, files, patients, lacks }, stillMissing, onPutBack, onChoose }: Props) {
  const { t } = useTranslation();
  const more = count - Math.min(count, SHOWN_MAX);
  return (
    <Notice tone="critical" title={t('backup.missing', { count })} role="alert">
      <Text>
        {t('backup.missingOf', { count: patients })}{' '}
        {stillMissing
          ? t('backup.missingStill')
          : lacks === 0
            ? t('backup.missingHeld', { count })
            : t('backup.missingLacks', { count: lacks })}
      </Text>
      <Text fz="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {files.slice(0, SHOWN_MAX).join(' ')}
        {more > 0 && ` ${t('backup.missingMore', { count: more })}`}
      </Text>
      {onPutBack && onChoose && (
        <Group gap="sm" mt={6}>
          <Button variant="default" onClick={onPutBack}>
            {t('backup.putBack')}
          </Button>
          <Button variant="subtle" onClick={onChoose}>
            {t('backup.putBackFrom')}
          </Button>
        </Group>
      )}
    </Notice>
  );
}
