/** The picture archive: receiver, search, fetch, send, worklist. */
export { openPacs, type Pacs } from './procedures.ts';
