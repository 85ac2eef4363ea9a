/** Pictures read by the models of this machine: one at a time, or in batches. */
export { offeredProviders } from './engine/providers.ts';
export { type ImageResult, resultOfFailure as refusedResult, resultOfStored } from './image-result.ts';
export { addImage, type NewImage } from './images.ts';
export { isTask, TASKS } from './manifest.ts';
export { makePackage } from './package.ts';
export { readingProcedures } from './procedures.ts';
export { listPictures, readImages } from './read-files.ts';
export { acceptedObservation } from './readings.ts';
