interface Entry {
  /** What is wrong. */
  message: string;
  /** What to do. */
  action: string;
  /** HTTP status where the code is answered by a server. */
  status: number;
}

const entries = {
  internal: { message: 'Something went wrong inside Lamplight.', action: 'Nothing was changed. Try again; if it happens again, give IT the time and this code.', status: 500 },
  'invalid-input': { message: 'The input does not fit: {what}.', action: 'Correct it and try again.', status: 400 },
  'unknown-procedure': { message: 'There is no procedure called {name}.', action: 'Check the name; `cli call --help` lists them all.', status: 404 },
  'not-found': { message: 'The {what} was not found.', action: 'It may have been removed or the number mistyped. Search again.', status: 404 },
  forbidden: { message: 'Your role does not allow this.', action: 'Ask an administrator if you need it for your work. The attempt is in the audit log.', status: 403 },
  'not-in-care-team': { message: 'You are not in the care team of this patient.', action: 'Ask the care team to add you, or break the glass with a reason in an emergency.', status: 403 },
  'hidden-for-sensitivity': { message: 'A label keeps this entry from you.', action: 'Ask a clinician of the care team, or break the glass with a reason in an emergency.', status: 403 },
  'roles-resting': { message: 'Administration rests until your second factor is on.', action: 'Turn it on in the settings, under Security. Patients can be cared for meanwhile.', status: 403 },
  'not-signed-in': { message: 'Nobody is signed in.', action: 'Sign in and try again.', status: 401 },
  'sign-in-failed': { message: 'User name, password or code is wrong.', action: 'Try again. After ten wrong tries the account is locked.', status: 401 },
  'second-factor-code-wrong': { message: 'This code is not right.', action: 'Type the six digits that the authenticator shows now. If they keep failing, check the clock of the phone.', status: 400 },
  'second-factor-mandatory': { message: 'This clinic asks for a second factor from you.', action: 'Keep it on. For a new phone, make it again; for a lost one, ask another administrator.', status: 409 },
  'own-password-needed': { message: 'This is a one-time code: it only lets you set a password of your own.', action: 'Use “Sign in with a one-time code” and choose a password.', status: 403 },
  'one-time-code-expired': { message: 'The one-time code has expired.', action: 'Ask an administrator for a new one.', status: 401 },
  'last-administrator': { message: 'This is the last administrator.', action: 'Give somebody else this role first.', status: 409 },
  'second-factor-required': { message: 'This account needs a second factor.', action: 'Enter the six digits of your authenticator application.', status: 401 },
  'sign-in-slowed': { message: 'Too many wrong tries: wait {seconds} seconds.', action: 'Wait, then try again.', status: 429 },
  'account-locked': { message: 'This account is locked.', action: 'Ask an administrator to unlock it.', status: 403 },
  'account-disabled': { message: 'This account is switched off.', action: 'Ask an administrator.', status: 403 },
  'password-too-weak': { message: 'The password does not meet the rules: {rule}.', action: 'Choose a longer one; four or five unrelated words are good.', status: 400 },
  'user-exists': { message: 'A user of this name exists already.', action: 'Choose another name.', status: 409 },
  'legal-hold': { message: 'A legal hold lies on this record.', action: 'Nothing of it may be destroyed. Whoever set the hold, or the compliance officer, can lift it with a reason.', status: 409 },
  'name-not-confirmed': { message: 'The name that was typed is not the name of this patient.', action: 'Type given and family name as they stand in the record. Nothing was changed.', status: 400 },
  'not-due': { message: 'This can still be brought back until {date}.', action: 'Wait until then, or let it be.', status: 409 },
  'patient-erased': { message: 'This patient was erased here.', action: 'What others still send of them is set aside. Register the person again if they come back.', status: 410 },
  conflict: { message: 'Somebody changed this in the meantime.', action: 'Look at the newer version and enter your change again.', status: 409 },
  'look-alike': { message: 'Somebody who may be the same person is registered already.', action: 'Look at the candidates; choose one of them, or say that this is another person.', status: 409 },
  cancelled: { message: 'This was cancelled.', action: 'Nothing was kept of it. Start again when you like.', status: 499 },
  busy: { message: 'Too much of this is under way.', action: 'Wait until some of it has finished.', status: 429 },
  'time-limit': { message: 'This took longer than {seconds} seconds and was stopped.', action: 'Try a smaller file, or split it.', status: 504 },

  'vault-missing': { message: 'There is no vault in this folder.', action: 'Choose the folder of the vault, or create one with `vault create`.', status: 404 },
  'vault-exists': { message: 'There is a vault in this folder already.', action: 'Choose an empty folder; nothing was changed.', status: 409 },
  'vault-in-use': { message: 'Another program has this vault open.', action: 'Close the other Lamplight window or command and try again.', status: 423 },
  'vault-newer': { message: 'This vault was made by a newer version of Lamplight (schema {found}, this version knows {known}).', action: 'Install the newer version. Nothing was changed.', status: 409 },
  'vault-damaged': { message: 'The vault is damaged: {what}.', action: 'Do not delete anything. Restore the last backup or call IT.', status: 500 },
  'key-file-damaged': { message: 'The key file of the vault cannot be read.', action: 'Restore vault.keys from a backup. The data is intact but cannot be opened without it.', status: 500 },
  'device-key-missing': { message: "This machine's key for the vault is missing from the keychain.", action: 'Open the vault with the recovery code; that makes a new key for this machine.', status: 401 },
  'device-key-wrong': { message: "The key that this machine keeps for the vault is another one than the vault was set up with.", action: 'Put the right key back from a backup of this machine, or open the vault with the recovery code.', status: 401 },
  'keychain-changed': { message: 'The keychain of this machine cannot be reached, but the vault was set up with it.', action: 'Unlock or repair the keychain, or open the vault with the recovery code.', status: 401 },
  'recovery-code-wrong': { message: 'The recovery code is not right.', action: 'Check it letter by letter against the printed sheet.', status: 401 },
  'disk-full': { message: 'The disk is full.', action: 'Free some space. What was saved before is safe; the last step was not kept.', status: 507 },
  'disk-error': { message: 'The disk did not take the data ({what}).', action: 'Check the disk. What was saved before is safe; the last step was not kept.', status: 500 },
  'file-damaged': { message: 'An encrypted file is damaged or incomplete.', action: 'Fetch it again from the server or a backup.', status: 500 },

  'backup-foreign': { message: 'This is not a backup made by Lamplight.', action: 'Choose a file that ends in .lamplight-backup. Nothing was changed.', status: 400 },
  'backup-damaged': { message: 'The backup is damaged: {what}.', action: 'Nothing was changed. Fetch the file again from where it is kept, or take an older backup.', status: 422 },
  'backup-other-vault': { message: 'This is a backup of another vault.', action: 'Give the recovery code of that vault, or open that vault first.', status: 409 },
  'backup-no-plan': { message: 'No folder for backups has been chosen.', action: 'Choose one in the settings, best on another disk.', status: 409 },
  'backup-inside-vault': { message: 'A backup cannot lie in the folder of its vault.', action: 'Choose a folder on another disk.', status: 400 },
  'folder-not-empty': { message: 'The folder is not empty.', action: 'Choose an empty folder, or one that does not exist yet. Nothing was changed.', status: 409 },

  'file-empty': { message: 'The file is empty.', action: 'Check the file at its source and send it again.', status: 400 },
  'file-too-large': { message: 'The file has {size}; the limit is {limit}.', action: 'Make it smaller or split it.', status: 413 },
  'file-unreadable': { message: 'The file cannot be read.', action: 'Check that it exists and that you may read it.', status: 400 },
  'file-unknown': { message: 'Lamplight does not know this kind of file.', action: 'It takes FHIR bundles, photographs (JPEG, PNG, TIFF) and letters (PDF or images).', status: 415 },

  'image-empty': { message: 'The image file is empty.', action: 'Take or export the picture again.', status: 400 },
  'image-unreadable': { message: 'This is not an image that can be read.', action: 'Send a JPEG, PNG or TIFF file.', status: 400 },
  'image-truncated': { message: 'The image file breaks off before its end.', action: 'Copy it again from the camera; the card may have been pulled too early.', status: 400 },
  'image-too-large': { message: 'The image has {megapixels} megapixels; the limit is {limit}.', action: 'Send it at a smaller size.', status: 413 },
  'image-unsupported': { message: 'This image format is not supported.', action: 'Send a JPEG, PNG or TIFF file.', status: 415 },
  'dicom-not': { message: 'This is not a DICOM file.', action: 'Export the images as DICOM from the scanner or the archive and send them again.', status: 415 },
  'dicom-damaged': { message: 'The DICOM file is damaged: {what}.', action: 'Fetch it again from the scanner, the archive or the disc.', status: 400 },
  'dicom-unsupported': { message: 'The DICOM file uses {what}, which Lamplight cannot show.', action: 'It is kept as it is. Ask the sender for it in another encoding.', status: 415 },
  'dicom-no-picture': { message: 'There is no picture in this DICOM file: {what}.', action: 'What else it says can be read. Ask the sender for the whole file if a picture was expected.', status: 422 },
  'dicom-pixels-damaged': { message: 'The picture in this DICOM file is damaged: {what}.', action: 'It is not shown, as it could mislead. Fetch the file again from where it came.', status: 422 },
  'dicom-conflict': { message: 'Another file with the same DICOM number (SOP Instance UID) but other content is here already.', action: 'The first one was kept. Ask the sender which one is right; delete the other at its source.', status: 409 },
  'archive-refused': { message: 'The archive was not opened: {what}.', action: 'Unpack it yourself and send the files in it.', status: 413 },
  'model-missing': { message: 'The model for this task is not installed.', action: 'Ask IT to install it; pictures are kept and can be read later.', status: 503 },
  'model-damaged': { message: 'The model file does not match its manifest and was not used.', action: 'Ask IT to install the model again.', status: 503 },

  'model-untrusted': { message: 'The model is signed by a publisher who is not trusted here: {publisher}, key {key}.', action: 'If the publisher gave you this key by another way, an administrator can trust it under Settings, Models; then install again.', status: 403 },
  'model-package-broken': { message: 'This model package cannot be installed: {what}.', action: 'Nothing was changed. Ask the publisher for the package again.', status: 422 },
  'model-version': { message: 'This version of the model cannot be used so: {what}.', action: 'Look at the versions under Settings, Models.', status: 409 },
  'provider-unknown': { message: 'There is no way of computing called {name}.', action: 'Choose one of: {offered}.', status: 400 },

  'document-empty': { message: 'The document is empty.', action: 'Scan it again.', status: 400 },
  'document-encrypted': { message: 'The PDF is protected with a password.', action: 'Open it in a PDF program, save it without a password, and send it again.', status: 400 },
  'document-broken': { message: 'The document is damaged and cannot be opened.', action: 'Ask the sender for it again, or scan the paper.', status: 400 },
  'document-too-long': { message: 'The document has {pages} pages; the limit is {limit}.', action: 'Split it and send the parts.', status: 413 },
  'document-unsupported': { message: 'This kind of document cannot be read.', action: 'Send a PDF, JPEG, PNG or TIFF file.', status: 415 },
  'language-missing': { message: 'The reading language {language} is not installed.', action: 'Choose one of: {installed}.', status: 400 },

  'not-json': { message: 'The file is not JSON: {what}.', action: 'Export it again from the sending system.', status: 400 },
  'not-fhir': { message: 'The file is JSON but not a FHIR R4 resource or Bundle: {what}.', action: 'Export it as FHIR R4 and send it again.', status: 400 },
  'not-records': { message: 'This is {kind}, not a file of records.', action: 'Drop pictures and letters on the chart of their patient. Records are taken as FHIR R4 (JSON or NDJSON).', status: 415 },
  'fhir-invalid': { message: 'The FHIR content is not valid: {what}.', action: 'Give this sentence to the sender of the file.', status: 422 },
  'fhir-dangling': { message: 'The bundle refers to something that is neither in it nor here: {what}.', action: 'Ask the sender for a complete bundle.', status: 422 },
  'fhir-version': { message: 'The content is FHIR {found}; Lamplight takes R4.', action: 'Export it as FHIR R4.', status: 422 },

  'server-unreachable': { message: 'The server cannot be reached.', action: 'Work on: everything is kept here and sent when the server is back. Check the address if it is new.', status: 503 },
  'server-slow': { message: 'The server did not answer in time.', action: 'Work on: it will be tried again by itself.', status: 504 },
  'server-certificate': { message: 'The server shows another certificate than the one this workstation was paired with.', action: 'Nothing was sent. Ask IT whether the server was replaced; pair again only if they say so.', status: 495 },
  'server-rubbish': { message: 'What answered is not a Lamplight server, or speaks another version.', action: 'Check the address; behind a guest network, sign in there first.', status: 502 },
  'server-refused': { message: 'The server refused: {what}.', action: 'Look at the item in the synchronisation screen.', status: 403 },
  'not-paired': { message: 'This workstation is not paired with a server.', action: 'Pair it with the address and enrolment code that IT gives you.', status: 409 },
  'enrolment-code-wrong': { message: 'The enrolment code is wrong or was used up.', action: 'Ask IT for a new one; each code works once.', status: 401 },
  'clock-wrong': { message: 'The clock of this machine and that of the server are {minutes} minutes apart.', action: 'Set the clock right, or ask IT to. Nothing is lost: it never decides which change wins.', status: 409 },
  'plain-http': { message: 'Plain http is not allowed.', action: 'Use the https address.', status: 400 },

  'knowledge-missing': { message: 'There is no knowledge base here yet.', action: 'Synchronise once with the server, or ask IT to load it.', status: 503 },
  'question-not-clinical': { message: 'This does not look like a clinical question.', action: 'Ask about a disease, a finding, a medicine or a test.', status: 422 },
} as const satisfies Record<string, Entry>;

/** Code → what it means, what the person can do, HTTP status. */
export const catalogue: Readonly<Record<keyof typeof entries, Entry>> = entries;
