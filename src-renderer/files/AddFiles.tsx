/** The way by keyboard to what dropping does. */
import { Button, FileButton } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useTakeFiles } from './FileDrop.tsx';

export function AddFiles() {
  const { t } = useTranslation();
  const take = useTakeFiles();
  return (
    <FileButton multiple onChange={(files) => take(files)} inputProps={{ 'aria-label': t('files.button') }}>
      {(props) => (
        <Button {...props} leftSection={<FileUp size={16} aria-hidden />}>
          {t('files.button')}
        </Button>
      )}
    </FileButton>
  );
}
