/**
 * TensorFlow.js with the best backend this machine has, and gradients as native operations.
 *
 * @module ar-pipe/tf
 */
export { BackendUnavailable, type BackendName } from './choose.ts';
export { type Core, type Tf } from './backend/core.ts';
export { loadBackend, type LoadOptions } from './backend/load.ts';
export { batchNormTrain, type BatchNormed } from './gradients/batch-norm.ts';
export { softmaxCrossEntropy } from './gradients/cross-entropy.ts';
export { clip } from './gradients/clip.ts';
export { compile, type Compiled, type CompileOptions } from './replay/compile.ts';
export { NotRecordable } from './replay/record.ts';
export type * from '@tensorflow/tfjs-core';
