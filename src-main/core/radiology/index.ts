/** Reports on imaging studies, their templates, and what each person likes in the viewer. */
import type { Handlers } from '../bind.ts';
import type { Handouts } from '../handouts/index.ts';
import type { PrintedPicture } from '../imaging/index.ts';
import { preferenceProcedures } from './preferences.ts';
import { reportProcedures } from './reports.ts';
import { templateProcedures } from './templates.ts';
import { worklistProcedures } from './worklist.ts';

/** @param printed draws key images for paper */
export const radiologyProcedures = (handouts: Handouts, printed?: PrintedPicture): Handlers => ({
  ...preferenceProcedures,
  ...templateProcedures,
  ...worklistProcedures,
  ...reportProcedures(handouts, printed),
});
