/** Reports on imaging studies, their templates, and what each person likes in the viewer. */
import type { Handlers } from '../bind.ts';
import type { Handouts } from '../handouts/index.ts';
import { preferenceProcedures } from './preferences.ts';
import { reportProcedures } from './reports.ts';
import { templateProcedures } from './templates.ts';
import { worklistProcedures } from './worklist.ts';

export const radiologyProcedures = (handouts: Handouts): Handlers => ({
  ...preferenceProcedures,
  ...templateProcedures,
  ...worklistProcedures,
  ...reportProcedures(handouts),
});
