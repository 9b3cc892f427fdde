/** Replaced by the build with the version of package.json. */
declare const __AR_PIPE_VERSION__: string | undefined;
export const version: string = typeof __AR_PIPE_VERSION__ === 'string' ? __AR_PIPE_VERSION__ : '0.0.0-source';
