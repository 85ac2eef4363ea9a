/** Every read goes through TanStack Query and is keyed [procedure, input]; events of the core say which have gone stale. */
import { keepPreviousData, QueryClient, type QueryKey, type UseQueryResult, useMutation, useQuery } from '@tanstack/react-query';
import type { Input, Output, ProcedureName } from '../../src-shared/contract/index.ts';
import type { CoreEvent } from '../../src-shared/contract/wire.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { ConnectionLost, call, connection, onCoreEvent } from './connection.ts';
import { topicsOf } from './topics.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The core says when something changed, so that nothing is fetched on a guess.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
      networkMode: 'always',
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ConnectionLost && count < 3,
      retryDelay: 0,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

interface ReadOptions {
  enabled?: boolean;
  /** Shows what was there before while the next is fetched: for search as you type. */
  keepPrevious?: boolean;
  /** Read anew whenever it comes on show, with what is known already on show meanwhile: for what changes by looking, which no event tells. */
  anew?: boolean;
}

/** Reads from the core: `useRead('chart.summary', { patient })`. */
export function useRead<Name extends ProcedureName>(
  name: Name,
  input: Input<Name>,
  options: ReadOptions = {},
): UseQueryResult<Output<Name>> {
  return useQuery<Output<Name>>({
    queryKey: [name, input],
    queryFn: () => call(name, input),
    enabled: options.enabled ?? true,
    placeholderData: options.keepPrevious ? (keepPreviousData as never) : undefined,
    ...(options.anew && { staleTime: 0 }),
  });
}

/** Does something in the core: `const add = useAct('chart.add'); add.mutate({ ... })`. */
export function useAct<Name extends ProcedureName>(name: Name) {
  return useMutation<Output<Name>, Error, Input<Name>>({ mutationFn: (input) => call(name, input) });
}

/** Fetches again whatever uses this procedure. */
export function refresh(name: ProcedureName): void {
  void queryClient.invalidateQueries({ queryKey: [name] });
}

/** Nothing of a patient stays in the page's memory while it is covered. */
export function forgetShown(): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session.status' });
}

/** Called once: lets events of the core and restarts of the core invalidate what is shown. */
export function watchCore(): void {
  onCoreEvent((event) => {
    if (event.name === 'changed') void queryClient.invalidateQueries({ predicate: (query) => isStale(query.queryKey, event) });
    if (event.name === 'session') refresh('session.status');
    if (event.name === 'sync') refresh('sync.status');
  });
  connection.subscribe(() => {
    // The session died with the core: what is known of it no longer holds. The question waits for the next core.
    if (connection.state() === 'lost') void queryClient.resetQueries({ queryKey: ['session.status'] });
  });
}

/** The code of any failure, for IT. */
export function codeOf(error: unknown): string {
  if (error instanceof AppError || error instanceof ConnectionLost) return error.code;
  return 'internal';
}

function isStale(key: QueryKey, event: Extract<CoreEvent, { name: 'changed' }>): boolean {
  const [name, input] = key;
  // Keys are made by useRead alone.
  const topics = topicsOf[name as ProcedureName];
  if (!topics?.some((topic) => event.topics.includes(topic))) return false;
  const patient = input && typeof input === 'object' && 'patient' in input ? input.patient : undefined;
  return !event.patient || !patient || patient === event.patient;
}
