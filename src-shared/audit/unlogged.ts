/**
 * Procedures whose calls leave no entry when they are allowed (a denial always does), each with the reason. Everything else is logged. A procedure without
 * audit verb that is not here fails a test: say why, or log it.
 */
const nothing = 'neither a patient nor the configuration is touched';
const own = 'own settings and half-typed texts of the person who asks, shown to nobody else';
const state = 'a state of the workstation without patients; what changes it is logged';
const part = (of: string) => `a part of what ${of} opens, which is logged; one entry an opening`;

export const unlogged: Readonly<Record<string, string>> = {
  'session.status': nothing,
  'session.touch': nothing,
  'setup.lookAtVault': 'before a vault is open there is no log; bringing it here is logged',
  'drafts.save': own,
  'drafts.get': own,
  'drafts.list': own,
  'drafts.remove': own,
  'settings.get': 'settings that every screen needs; changing one is logged',
  'secondFactor.state': own,
  'radiology.preferences': own,
  'radiology.setPreferences': own,
  'radiology.templates': state,
  'jobs.list': 'names of work under way, without patients; starting it is logged',
  'jobs.cancel': 'work whose start and end are logged',
  'backup.state': state,
  'patients.search': 'written as one entry when typing rests (patients.searched), with all that was shown',
  'patients.recent': 'what this person has opened themselves, and was logged for then',
  'uploads.begin': 'bytes on their way in; taking them into a record is logged',
  'uploads.chunk': 'bytes on their way in; taking them into a record is logged',
  'uploads.finish': 'bytes on their way in; taking them into a record is logged',
  'uploads.discard': 'bytes on their way in; taking them into a record is logged',
  'handouts.read': 'the next piece of a document; making it is logged',
  'readings.heatMap': part('readings.get'),
  'documents.page': part('documents.get'),
  'imaging.geometry': part('imaging.study'),
  'imaging.frame': part('imaging.study'),
  'imaging.frames': part('imaging.study'),
  'imaging.prefetch': part('imaging.study'),
  'imaging.overlays': part('imaging.study'),
  'imaging.thumbnail': part('imaging.studies'),
  'imaging.presentation': part('imaging.study'),
  'imaging.annotations': part('imaging.study'),
  'imaging.photographMarks': part('images.picture'),
  'imaging.keyImages': part('imaging.study'),
  'models.list': state,
  'models.history': state,
  'models.publishers': state,
  'models.providers': state,
  'models.tryOut': state,
  'models.watch': 'counts of readings without patients',
  'batches.list': 'counts of pictures without patients; reading them is logged',
  'pacs.state': state,
  'pacs.echo': state,
  'retention.rules': state,
  'sync.status': state,
  'audit.state': 'how long the log is; reading it is logged',
  'incidents.waiting': 'a number; reading the incidents is logged',
  'incidents.rules': 'thresholds; changing one is logged',
};
