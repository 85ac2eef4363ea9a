/** A read in its four states: waiting (skeleton only after 200 ms), failed, empty, there. */
import { Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from './ErrorNotice.tsx';

/** Below this nothing is shown, so that nothing flickers. */
const SKELETON_AFTER_MS = 200;

interface Props<Data> {
  query: UseQueryResult<Data>;
  /** What is being fetched, for readers of the screen. */
  what?: string;
  lines?: number;
  isEmpty?: (data: Data) => boolean;
  empty?: ReactNode;
  children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ query, what, lines = 3, isEmpty, empty, children }: Props<Data>) {
  if (query.data !== undefined) {
    if (isEmpty?.(query.data)) return <Empty>{empty}</Empty>;
    return children(query.data);
  }
  if (query.isError) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting what={what} lines={lines} />;
}

export function Waiting({ what, lines = 3 }: { what?: string; lines?: number }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack
      className="lamplight-inset"
      gap="sm"
      role="status"
      aria-label={what ? t('state.loadingWhat', { what }) : t('state.loading')}
      mih={lines * 24}
    >
      {late &&
        Array.from({ length: lines }, (_, line) => (
          <Skeleton key={line} height={14} radius="sm" width={line % 3 === 2 ? '60%' : '100%'} />
        ))}
    </Stack>
  );
}

/** What one finds where there is nothing, and what to do about it. */
export function Empty({ children, action }: { children?: ReactNode; action?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Stack className="lamplight-inset lamplight-empty" gap="sm" align="flex-start">
      <Text c="dimmed">{children ?? t('state.empty')}</Text>
      {action}
    </Stack>
  );
}
