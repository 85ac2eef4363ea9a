/** DICOM: opened, decoded, kept, shown, exported. */
export { dicomInfo, type FileInfo } from './cli-info.ts';
export { type DicomPool, openDicomPool } from './pool.ts';
export { openImaging } from './procedures.ts';
export { type DicomImportOptions, type IncomingFile, importDicom } from './store/import.ts';
