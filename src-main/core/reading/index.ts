/** Photographs read by the models of this machine. */
export { type NewImage, addImage, readingProcedures } from './procedures.ts';
export { type ImageResult, readImages } from './read-files.ts';
