/** Pictures, studies, and the road to the archive. */
import type { Entry } from './entry.ts';

export const imaging = {
  'image-empty': { message: 'The image file is empty.', action: 'Take or export the picture again.', status: 400 },
  'image-unreadable': {
    message: 'This is not an image that can be read.',
    action: 'Send a JPEG, PNG or TIFF file.',
    status: 400,
  },
  'image-truncated': {
    message: 'The image file breaks off before its end.',
    action: 'Copy it again from the camera; the card may have been pulled too early.',
    status: 400,
  },
  'image-too-large': {
    message: 'The image has {megapixels} megapixels; the limit is {limit}.',
    action: 'Send it at a smaller size.',
    status: 413,
  },
  'picture-too-large': {
    message: 'The picture takes {size} when it is unpacked; up to {limit} is shown.',
    action:
      'It is kept as it is. Ask the sender for it at a smaller size, or open an export of it in a program for such pictures.',
    status: 413,
  },
  'cuts-too-large': {
    message: 'The slices of this series take {size} together; other cuts are made of up to {limit}.',
    action: 'Page through the slices themselves, or choose a series with fewer or smaller slices.',
    status: 413,
  },
  'image-unsupported': { message: 'This image format is not supported.', action: 'Send a JPEG, PNG or TIFF file.', status: 415 },
  'dicom-not': {
    message: 'This is not a DICOM file.',
    action: 'Export the images as DICOM from the scanner or the archive and send them again.',
    status: 415,
  },
  'dicom-damaged': {
    message: 'The DICOM file is damaged: {what}.',
    action: 'Fetch it again from the scanner, the archive or the disc.',
    status: 400,
  },
  'dicom-unsupported': {
    message: 'The DICOM file uses {what}, which Lamplight cannot show.',
    action: 'It is kept as it is. Ask the sender for it in another encoding.',
    status: 415,
  },
  'dicom-no-picture': {
    message: 'There is no picture in this DICOM file: {what}.',
    action: 'What else it says can be read. Ask the sender for the whole file if a picture was expected.',
    status: 422,
  },
  'dicom-pixels-damaged': {
    message: 'The picture in this DICOM file is damaged: {what}.',
    action: 'It is not shown, as it could mislead. Fetch the file again from where it came.',
    status: 422,
  },
  'dicom-conflict': {
    message: 'Another file with the same DICOM number (SOP Instance UID) but other content is here already.',
    action: 'The first one was kept. Ask the sender which one is right; delete the other at its source.',
    status: 409,
  },
  'pacs-unknown': {
    message: 'This archive is not known here.',
    action: 'Choose one of the list, or ask IT to add it in the settings.',
    status: 404,
  },
  'pacs-unreachable': {
    message: 'The archive cannot be reached.',
    action: 'Check the network; if the archive is new, ask IT to check its address and port.',
    status: 503,
  },
  'pacs-refused': {
    message: 'The archive refused: {what}.',
    action: 'Ask whoever runs the archive to let this workstation in under its AE title.',
    status: 403,
  },
  'pacs-not-taken': {
    message: 'The archive does not take this kind of request or object.',
    action: 'Ask whoever runs the archive which services it offers.',
    status: 501,
  },
  'pacs-broke-off': {
    message: 'The archive broke the connection off.',
    action: 'Try again. What came before is kept.',
    status: 502,
  },
  'pacs-not-understood': {
    message: 'What the archive answered could not be understood.',
    action: 'Check the address; what answers there may not be a DICOM archive.',
    status: 502,
  },
  'pacs-elsewhere': {
    message: 'The archive sends us on to another address ({where}).',
    action:
      'Lamplight does not follow: name and password would go along. If the address is right, ask IT to enter it in the settings.',
    status: 502,
  },
  'pacs-certificate': {
    message: 'The certificate of the archive cannot be trusted ({why}).',
    action: 'Nothing was sent. Ask whoever runs the archive; IT can install the hospital’s own authority on this machine.',
    status: 495,
  },
  'pacs-needs-receiver': {
    message: 'The archive can only send this to our receiver, and that is off.',
    action: 'Fetch over the same line instead, or turn the receiver on in the settings.',
    status: 409,
  },
  'pacs-cannot-listen': {
    message: 'The receiver cannot listen on {host}, port {port} ({why}).',
    action: 'Choose an address of this machine and a port that is free.',
    status: 409,
  },
  'archive-refused': {
    message: 'The archive was not opened: {what}.',
    action: 'Unpack it yourself and send the files in it.',
    status: 413,
  },
} as const satisfies Record<string, Entry>;
