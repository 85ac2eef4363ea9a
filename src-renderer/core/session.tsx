/** Who is signed in, and what they may do. The page hides by the same table by which the core decides. */
import { createContext, type ReactNode, useContext } from 'react';
import { decide, type Permission } from '../../src-shared/access/permissions.ts';
import type { Person, Status } from '../../src-shared/contract/session.ts';

interface Here {
  status: Status;
  person: Person;
}

const SessionContext = createContext<Here | null>(null);

export function SessionProvider({ status, person, children }: Here & { children: ReactNode }) {
  return <SessionContext value={{ status, person }}>{children}</SessionContext>;
}

/** The clinic and the person who is signed in; only below the gate. */
export function useSession(): Here {
  const here = useContext(SessionContext);
  if (!here) throw new Error('useSession is used above the gate');
  return here;
}

/** May this person do this at all (on a patient of theirs)? The core decides again. */
export function useMay(permission: Permission): boolean {
  return decide(permission, useSession().person.roles, true) === 'allowed';
}
