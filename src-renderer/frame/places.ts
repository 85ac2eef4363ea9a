/** The screens one can go to, who sees them, and their keys: rail, palette and menu read this list. */
import {
  Archive,
  BookOpen,
  Images,
  Layers,
  type LucideIcon,
  MessageCircleQuestion,
  RefreshCw,
  ScrollText,
  Server,
  Settings,
  ShieldAlert,
  ShieldCheck,
  SunMedium,
  UserPlus,
  Users,
} from 'lucide-react';
import { useMemo } from 'react';
import { decide, type Permission } from '../../src-shared/access/permissions.ts';
import { useSession } from '../core/session.tsx';

interface Place {
  to:
    | '/'
    | '/patients'
    | '/patients/new'
    | '/images'
    | '/archive'
    | '/letters'
    | '/batches'
    | '/coach'
    | '/sync'
    | '/audit'
    | '/incidents'
    | '/retention'
    | '/compliance'
    | '/settings';
  command: string;
  title: `frame.go.${'today' | 'patients' | 'register' | 'images' | 'archive' | 'letters' | 'batches' | 'coach' | 'sync' | 'audit' | 'incidents' | 'retention' | 'compliance' | 'settings'}`;
  icon: LucideIcon;
  keys: string;
  /** Addresses under which one is still in this place: a chart belongs to the patients. */
  holds?: readonly string[];
  /** Any of these permissions opens it; none: everybody. */
  needs?: readonly Permission[];
  /** Reached by command and button alone. */
  offRail?: boolean;
}

export const places: readonly Place[] = [
  { to: '/', command: 'screen.today', title: 'frame.go.today', icon: SunMedium, keys: 'g t' },
  {
    to: '/patients',
    command: 'screen.patients',
    title: 'frame.go.patients',
    icon: Users,
    keys: 'g p',
    holds: ['/patient/'],
    needs: ['patient.search'],
  },
  {
    to: '/patients/new',
    command: 'patient.register',
    title: 'frame.go.register',
    icon: UserPlus,
    keys: 'g r',
    needs: ['patient.register'],
    offRail: true,
  },
  {
    to: '/images',
    command: 'screen.images',
    title: 'frame.go.images',
    icon: Images,
    keys: 'g m',
    holds: ['/archive'],
    needs: ['image.read'],
  },
  {
    to: '/archive',
    command: 'screen.archive',
    title: 'frame.go.archive',
    icon: Server,
    keys: 'g v',
    needs: ['pacs.find'],
    offRail: true,
  },
  {
    to: '/letters',
    command: 'screen.letters',
    title: 'frame.go.letters',
    icon: ScrollText,
    keys: 'g l',
    needs: ['document.find'],
  },
  {
    to: '/batches',
    command: 'screen.batches',
    title: 'frame.go.batches',
    icon: Layers,
    keys: 'g b',
    needs: ['batch.run'],
  },
  {
    to: '/coach',
    command: 'screen.coach',
    title: 'frame.go.coach',
    icon: MessageCircleQuestion,
    keys: 'g c',
    needs: ['coaching.ask'],
  },
  { to: '/sync', command: 'screen.sync', title: 'frame.go.sync', icon: RefreshCw, keys: 'g s', needs: ['sync.read'] },
  { to: '/audit', command: 'screen.audit', title: 'frame.go.audit', icon: BookOpen, keys: 'g a', needs: ['audit.read'] },
  {
    to: '/retention',
    command: 'screen.retention',
    title: 'frame.go.retention',
    icon: Archive,
    keys: 'g k',
    needs: ['lifetime.read'],
    offRail: true,
  },
  {
    to: '/incidents',
    command: 'screen.incidents',
    title: 'frame.go.incidents',
    icon: ShieldAlert,
    keys: 'g i',
    needs: ['incident.read'],
  },
  {
    to: '/compliance',
    command: 'screen.compliance',
    title: 'frame.go.compliance',
    icon: ShieldCheck,
    keys: 'g o',
    needs: ['compliance.verify'],
  },
  { to: '/settings', command: 'screen.settings', title: 'frame.go.settings', icon: Settings, keys: 'g e' },
];

export function useVisiblePlaces(): readonly Place[] {
  const { roles } = useSession().person;
  return useMemo(
    () => places.filter(({ needs }) => !needs || needs.some((permission) => decide(permission, roles, true) === 'allowed')),
    [roles],
  );
}
