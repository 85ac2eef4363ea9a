import type { FastifyInstance } from 'fastify';
import { ledgerPage, ledgerPull, ledgerPush, ledgerPushed } from '../../src-shared/ledger/event.ts';
import type { House } from '../house.ts';
import { pullNotices, receiveNotices } from '../ledger/index.ts';
import { serve } from './serve.ts';

export async function ledgerRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  serve(app, {
    method: 'POST',
    url: '/api/v1/ledger',
    summary: 'Send signed notices: care relations, legal holds, incidents, erasures',
    from: 'body',
    input: ledgerPush,
    output: ledgerPushed,
    async run(input, { device }) {
      const last = await receiveNotices(house.database, device, input, house.now().toISOString());
      // What it asks for takes as long as it takes; the server's own notice says when it is done.
      void house.erasures.settle();
      return { last };
    },
  });
  serve(app, {
    method: 'GET',
    url: '/api/v1/ledger',
    summary: "A page of everybody's notices, in the order in which they came",
    from: 'querystring',
    input: ledgerPull,
    output: ledgerPage,
    run: ({ after }, { device }) => pullNotices(house.database, device, after),
  });
}
