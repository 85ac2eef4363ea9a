/** What went wrong, what to do, and a code for IT; stands where the error arose. */
import { Anchor, Button, Group, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AppError } from '../../src-shared/errors/index.ts';
import { copyText } from '../core/clipboard.ts';
import { ConnectionLost } from '../core/connection.ts';
import { codeOf, queryClient } from '../core/queries.ts';
import classes from './notice.module.css';

interface Props {
  error: unknown;
  /** What this means for the work or the patient, where the catalogue cannot know. */
  meaning?: string;
  /** The screen part itself failed, not a call. */
  broke?: boolean;
  onRetry?: () => void;
}

export function ErrorNotice({ error, meaning, broke = false, onRetry }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const { what, action } = useSentences(error, broke);
  const code = codeOf(error);
  const details = () =>
    t('error.details', { version: versionShown(), code, at: new Date().toISOString(), screen: screenShape() });
  return (
    <div role="alert" className={`${classes.error} lamplight-inset`}>
      <CircleAlert size={18} aria-hidden className={classes.sign} />
      <div className={classes.words}>
        <Text fw={600}>{what}</Text>
        {meaning && <Text>{meaning}</Text>}
        <Text>{action}</Text>
        <Group gap="sm" mt={6}>
          {onRetry && (
            <Button variant="default" onClick={onRetry}>
              {t('do.retry')}
            </Button>
          )}
          <Anchor
            component="button"
            type="button"
            onClick={() => {
              copyText(details());
              setCopied(true);
            }}
          >
            {copied ? t('do.copied') : t('error.copyDetails')}
          </Anchor>
          <Text c="dimmed" ff="monospace" fz="xs">
            {t('error.code', { code })}
          </Text>
        </Group>
      </div>
    </div>
  );
}

/** One line under a field or a button: what is wrong and what to do. */
export function useErrorSentence(error: unknown): string | undefined {
  const { what, action } = useSentences(error, false);
  return error ? `${what} ${action}` : undefined;
}

function useSentences(error: unknown, broke: boolean): { what: string; action: string } {
  const { t } = useTranslation();
  if (error instanceof AppError) return { what: error.message, action: error.action };
  if (error instanceof ConnectionLost) return { what: t('error.connectionLost'), action: t('error.connectionLostAction') };
  if (broke) return { what: t('error.panelBroke'), action: t('error.panelBrokeAction') };
  const internal = new AppError('internal');
  return { what: internal.message, action: internal.action };
}

/** The route without ids, so that copied details hold nothing of a patient. */
function screenShape(): string {
  return window.location.hash.replace(/^#/, '').replace(/\/[^/]*\d[^/]*/g, '/…') || '/';
}

function versionShown(): string {
  const status = queryClient.getQueryData<{ version: string }>(['session.status', {}]);
  return status?.version ?? '';
}
