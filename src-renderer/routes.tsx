/** Every address of the page. It lives in the hash, because the page is one file; state that somebody may come back to lives here, not in components. */
import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { ErrorNotice } from './components/ErrorNotice.tsx';
import { Frame } from './frame/Frame.tsx';
import { NotFound } from './frame/NotFound.tsx';
import { TodayScreen } from './screens/today/TodayScreen.tsx';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const today = createRoute({ getParentRoute: () => root, path: '/', component: TodayScreen });

const patients = createRoute({
  getParentRoute: () => root,
  path: '/patients',
  validateSearch: (search): { text?: string } => ({ text: typeof search.text === 'string' ? search.text : undefined }),
  component: lazyRouteComponent(() => import('./screens/patients/PatientsScreen.tsx'), 'PatientsScreen'),
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/patients/new',
  component: lazyRouteComponent(() => import('./screens/patients/RegisterScreen.tsx'), 'RegisterScreen'),
});

const chart = createRoute({
  getParentRoute: () => root,
  path: '/patient/$id',
  component: lazyRouteComponent(() => import('./screens/chart/ChartFrame.tsx'), 'ChartFrame'),
});
const inChart = () => chart;
const chartRoutes = [
  createRoute({
    getParentRoute: inChart,
    path: '/',
    component: lazyRouteComponent(() => import('./screens/chart/SummaryTab.tsx'), 'SummaryTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'timeline',
    component: lazyRouteComponent(() => import('./screens/chart/TimelineTab.tsx'), 'TimelineTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'problems',
    component: lazyRouteComponent(() => import('./screens/chart/ListTabs.tsx'), 'ProblemsTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'allergies',
    component: lazyRouteComponent(() => import('./screens/chart/ListTabs.tsx'), 'AllergiesTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'medicines',
    component: lazyRouteComponent(() => import('./screens/chart/ListTabs.tsx'), 'MedicinesTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'vitals',
    component: lazyRouteComponent(() => import('./screens/chart/VitalsTab.tsx'), 'VitalsTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'labs',
    component: lazyRouteComponent(() => import('./screens/chart/ListTabs.tsx'), 'LabsTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'documents',
    component: lazyRouteComponent(() => import('./screens/chart/DocumentsTab.tsx'), 'DocumentsTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'images',
    component: lazyRouteComponent(() => import('./screens/chart/ImagesTab.tsx'), 'ImagesTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'notes',
    component: lazyRouteComponent(() => import('./screens/chart/NotesTab.tsx'), 'NotesTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'notes/new',
    component: lazyRouteComponent(() => import('./screens/chart/NoteEditor.tsx'), 'NewNote'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'notes/$note',
    component: lazyRouteComponent(() => import('./screens/chart/NoteView.tsx'), 'NoteView'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'encounters',
    component: lazyRouteComponent(() => import('./screens/chart/ListTabs.tsx'), 'EncountersTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'team',
    component: lazyRouteComponent(() => import('./screens/chart/CareTeamTab.tsx'), 'CareTeamTab'),
  }),
  createRoute({
    getParentRoute: inChart,
    path: 'record',
    component: lazyRouteComponent(() => import('./screens/lifetime/RecordTab.tsx'), 'RecordTab'),
  }),
];
const documentReview = createRoute({
  getParentRoute: inChart,
  path: 'document/$doc',
  component: lazyRouteComponent(() => import('./screens/scan/DocumentScreen.tsx'), 'DocumentScreen'),
});
const imageReview = createRoute({
  getParentRoute: inChart,
  path: 'image/$image',
  component: lazyRouteComponent(() => import('./screens/reading/ImageScreen.tsx'), 'ImageScreen'),
});

const study = createRoute({
  getParentRoute: () => root,
  path: '/patient/$id/study/$study',
  validateSearch: (search): { series?: string } => ({ series: typeof search.series === 'string' ? search.series : undefined }),
  component: lazyRouteComponent(() => import('./screens/imaging/ViewerScreen.tsx'), 'ViewerScreen'),
});

const archive = createRoute({
  getParentRoute: () => root,
  path: '/archive',
  component: lazyRouteComponent(() => import('./screens/pacs/PacsScreen.tsx'), 'PacsScreen'),
});

const photographs = createRoute({
  getParentRoute: () => root,
  path: '/patient/$id/photographs',
  validateSearch: (search): { image?: string } => ({ image: typeof search.image === 'string' ? search.image : undefined }),
  component: lazyRouteComponent(() => import('./screens/imaging/PhotographsScreen.tsx'), 'PhotographsScreen'),
});
const images = createRoute({
  getParentRoute: () => root,
  path: '/images',
  component: lazyRouteComponent(() => import('./screens/imaging/ImagesScreen.tsx'), 'ImagesScreen'),
});
const letters = createRoute({
  getParentRoute: () => root,
  path: '/letters',
  component: lazyRouteComponent(() => import('./screens/scan/LettersScreen.tsx'), 'LettersScreen'),
});
const coach = createRoute({
  getParentRoute: () => root,
  path: '/coach',
  component: lazyRouteComponent(() => import('./screens/coaching/CoachScreen.tsx'), 'CoachScreen'),
});
const sync = createRoute({
  getParentRoute: () => root,
  path: '/sync',
  component: lazyRouteComponent(() => import('./screens/sync/SyncScreen.tsx'), 'SyncScreen'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: (search): { patient?: string } => ({
    patient: typeof search.patient === 'string' ? search.patient : undefined,
  }),
  component: lazyRouteComponent(() => import('./screens/audit/AuditScreen.tsx'), 'AuditScreen'),
});
const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  component: lazyRouteComponent(() => import('./screens/incidents/IncidentsScreen.tsx'), 'IncidentsScreen'),
});
const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('./screens/incidents/IncidentScreen.tsx'), 'IncidentScreen'),
});
const batches = createRoute({
  getParentRoute: () => root,
  path: '/batches',
  component: lazyRouteComponent(() => import('./screens/batch/BatchesScreen.tsx'), 'BatchesScreen'),
});
const batch = createRoute({
  getParentRoute: () => root,
  path: '/batches/$batch',
  component: lazyRouteComponent(() => import('./screens/batch/BatchScreen.tsx'), 'BatchScreen'),
});
const compliance = createRoute({
  getParentRoute: () => root,
  path: '/compliance',
  component: lazyRouteComponent(() => import('./screens/compliance/ComplianceScreen.tsx'), 'ComplianceScreen'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./screens/settings/SettingsScreen.tsx'), 'SettingsScreen'),
});

const retention = createRoute({
  getParentRoute: () => root,
  path: '/retention',
  component: lazyRouteComponent(() => import('./screens/lifetime/LifetimeScreen.tsx'), 'LifetimeScreen'),
});
const erasing = createRoute({
  getParentRoute: () => root,
  path: '/retention/erasing/$job',
  component: lazyRouteComponent(() => import('./screens/lifetime/ErasingScreen.tsx'), 'ErasingScreen'),
});
const erasureProof = createRoute({
  getParentRoute: () => root,
  path: '/retention/proof/$id',
  component: lazyRouteComponent(() => import('./screens/lifetime/ProofScreen.tsx'), 'ProofScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    today,
    patients,
    register,
    chart.addChildren([...chartRoutes, documentReview, imageReview]),
    study,
    archive,
    photographs,
    images,
    letters,
    batches,
    batch,
    coach,
    sync,
    audit,
    incidents,
    incident,
    compliance,
    settings,
    retention,
    erasing,
    erasureProof,
  ]),
  history: createHashHistory(),
  defaultErrorComponent: ({ error, reset }) => <ErrorNotice error={error} broke onRetry={reset} />,
  // The files lie on this machine: nothing is gained by fetching them ahead.
  defaultPreload: false,
  defaultPendingMs: 200,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
