/** How a domain binds its functions to procedures of the contract. */
import type { Output, ParsedInput, ProcedureName } from '../../src-shared/contract/index.ts';
import type { Context, Tx } from './context.ts';

/** Names for the log the model that spoke in a read (`id version`) and what it said. */
export type Speaks = (idAndVersion: string, outcome: string) => void;

/** Reads only, on the open vault. */
export interface QueryHandler<In, Out> {
  query(context: Context, input: In, speaks?: Speaks): Out | Promise<Out>;
}

/** `prepare` may take its time and writes nothing; `commit` is one synchronous transaction. */
export interface CommandHandler<In, Out> {
  prepare(context: Context, input: In): Promise<unknown>;
  commit(context: Context, tx: Tx, input: In, prepared: unknown): Out;
}

/** Starts a job and answers with its id. */
export interface JobHandler<In, Out> {
  start(context: Context, input: In): Promise<Out>;
}

export type Handler<In, Out> = QueryHandler<In, Out> | CommandHandler<In, Out> | JobHandler<In, Out>;
export type Handlers = { [Name in ProcedureName]?: Handler<ParsedInput<Name>, Output<Name>> };

export const query = <In, Out>(
  run: (context: Context, input: In, speaks: Speaks) => Out | Promise<Out>,
): QueryHandler<In, Out> => ({
  query: (context, input, speaks = () => undefined) => run(context, input, speaks),
});

export const command = <In, Out>(commit: (context: Context, tx: Tx, input: In) => Out): CommandHandler<In, Out> => ({
  prepare: async () => undefined,
  commit,
});

export function preparedCommand<In, Out, Prepared>(
  prepare: (context: Context, input: In) => Promise<Prepared>,
  commit: (context: Context, tx: Tx, input: In, prepared: Prepared) => Out,
): CommandHandler<In, Out> {
  // Dispatch hands `commit` exactly what `prepare` of the same handler answered.
  return { prepare, commit: (context, tx, input, prepared) => commit(context, tx, input, prepared as Prepared) };
}

export const startJob = <In, Out>(start: (context: Context, input: In) => Promise<Out>): JobHandler<In, Out> => ({ start });
