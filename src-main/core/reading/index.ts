/** Photographs read by the models of this machine. */
export { addImage, type NewImage } from './images.ts';
export { readingProcedures } from './procedures.ts';
export { type ImageResult, readImages } from './read-files.ts';
