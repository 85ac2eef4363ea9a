/** DICOM: opened, decoded, kept, shown, exported. */
export { dicomInfo, type FileInfo } from './cli-info.ts';
export { type Film, openFilm, saysOf } from './film.ts';
export { clean } from './parse/charset.ts';
export { type DicomPool, openDicomPool } from './pool.ts';
export { openImaging, type PrintedPicture } from './procedures.ts';
export { looksLikeDicom } from './sniff.ts';
export { type DicomImportOptions, type IncomingFile, importDicom } from './store/import.ts';
export { instanceById, instancesOf, originalsOf, patientsWithStudy } from './store/instances.ts';
export { matchPatient } from './store/matching.ts';
export { isZip, zipEntries } from './store/zip.ts';
