/** What workstations tell each other beside records, as signed notices in a chain a workstation (decision 0014). */
export { endElsewhere, followEverybody, knowsTeam, membersElsewhere, takeCare } from './care.ts';
export { type Built, buildNotice, checkNotices, keepOwn, type Received, receiveNotice, resend } from './chain.ts';
export { settleOutbox, tell, waitingNotices } from './outbox.ts';
export { nameOfWorkstation, tagOf } from './workstation.ts';
