/** What workstations tell each other beside records: taken in as it was signed, handed out in one order, and done here too where it concerns what lies here. */
export { type Erasures, erasedAmong, erasedSentence, openErasures, refuseErasedFile } from './erasure.ts';
export { type News, openNews } from './news.ts';
export { hasNotices, pullNotices, receiveNotices } from './notices.ts';
