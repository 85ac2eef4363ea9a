import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { ledgerNews, ledgerPage, ledgerPull, ledgerPush, ledgerPushed } from '../../src-shared/ledger/event.ts';
import type { House } from '../house.ts';
import { hasNotices, pullNotices, receiveNotices } from '../ledger/index.ts';
import { serve } from './serve.ts';

/** Well below what a workstation waits for an answer. */
const ANSWER_AFTER_MS = 20_000;
const NEWS_AFTER_MS = 25_000;

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
      house.news.tell();
      // Whoever orders an erasure is answered when it is done, or when it takes longer than a workstation waits: then the server's own notice says so.
      await Promise.race([house.erasures.settle(), pause(ANSWER_AFTER_MS, undefined, { ref: false })]);
      return { last };
    },
  });
  serve(app, {
    method: 'GET',
    url: '/api/v1/ledger/news',
    summary: 'Answers when there is a notice behind this number, or after 25 seconds',
    from: 'querystring',
    input: ledgerPull,
    output: ledgerNews,
    async run({ after }) {
      const said = house.news.wait(NEWS_AFTER_MS);
      if (!(await hasNotices(house.database, after))) await said;
      return { news: await hasNotices(house.database, after) };
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
