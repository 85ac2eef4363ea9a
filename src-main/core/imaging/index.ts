/** DICOM: opened, decoded, kept, shown, exported. */
export { dicomInfo, type FileInfo } from './cli-info.ts';
export { type DicomPool, openDicomPool } from './pool.ts';
