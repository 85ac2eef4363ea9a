/** Models. */
import type { Entry } from './entry.ts';

export const reading = {
  'model-missing': {
    message: 'The model for this task is not installed.',
    action: 'Ask IT to install it; pictures are kept and can be read later.',
    status: 503,
  },
  'model-damaged': {
    message: 'The model file does not match its manifest and was not used.',
    action: 'Ask IT to install the model again.',
    status: 503,
  },
  'model-untrusted': {
    message: 'The model is signed by a publisher who is not trusted here: {publisher}, key {key}.',
    action:
      'If the publisher gave you this key by another way, an administrator can trust it under Settings, Models; then install again.',
    status: 403,
  },
  'model-package-broken': {
    message: 'This model package cannot be installed: {what}.',
    action: 'Nothing was changed. Ask the publisher for the package again.',
    status: 422,
  },
  'model-version': {
    message: 'This version of the model cannot be used so: {what}.',
    action: 'Look at the versions under Settings, Models.',
    status: 409,
  },
  'provider-unknown': {
    message: 'There is no way of computing called {name}.',
    action: 'Choose one of: {offered}.',
    status: 400,
  },
} as const satisfies Record<string, Entry>;
