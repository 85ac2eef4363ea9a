/** Reports on imaging studies, their templates, and what each person likes in the viewer. */
import type { Handlers } from '../bind.ts';
import { preferenceProcedures } from './preferences.ts';
import { reportProcedures } from './reports.ts';
import { templateProcedures } from './templates.ts';

export const radiologyProcedures: Handlers = { ...preferenceProcedures, ...templateProcedures, ...reportProcedures };
