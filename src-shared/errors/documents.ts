/** Files and letters. */
import type { Entry } from './entry.ts';

export const documents = {
  'file-empty': { message: 'The file is empty.', action: 'Check the file at its source and send it again.', status: 400 },
  'file-too-large': {
    message: 'The file has {size}; the limit is {limit}.',
    action: 'Make it smaller or split it.',
    status: 413,
  },
  'file-unreadable': {
    message: 'The file cannot be read.',
    action: 'Check that it exists and that you may read it.',
    status: 400,
  },
  'file-unknown': {
    message: 'Lamplight does not know this kind of file.',
    action: 'It takes FHIR bundles, photographs (JPEG, PNG, TIFF) and letters (PDF or images).',
    status: 415,
  },
  'document-empty': { message: 'The document is empty.', action: 'Scan it again.', status: 400 },
  'document-encrypted': {
    message: 'The PDF is protected with a password.',
    action: 'Open it in a PDF program, save it without a password, and send it again.',
    status: 400,
  },
  'document-broken': {
    message: 'The document is damaged and cannot be opened.',
    action: 'Ask the sender for it again, or scan the paper.',
    status: 400,
  },
  'document-too-long': {
    message: 'The document has {pages} pages; the limit is {limit}.',
    action: 'Split it and send the parts.',
    status: 413,
  },
  'document-unsupported': {
    message: 'This kind of document cannot be read.',
    action: 'Send a PDF, JPEG, PNG or TIFF file.',
    status: 415,
  },
  'language-missing': {
    message: 'The reading language {language} is not installed.',
    action: 'Choose one of: {installed}.',
    status: 400,
  },
} as const satisfies Record<string, Entry>;
