/** Small JPEG pictures drawn and encoded with Pillow 13 (libjpeg-turbo), and what Pillow decodes them to. */
const from = (base64: string): Buffer => Buffer.from(base64, 'base64');

/** 8x8, three channels, chroma halved both ways as in Tiny-ImageNet. */
export const colour = from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdB' +
    'RkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P' +
    'T09PT09PT09PT09PT0//wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAZEAEAAgMAAAAAAAAA' +
    'AAAAAAAABRIGIqH/xAAVAQEBAAAAAAAAAAAAAAAAAAACA//EABoRAAIDAQEAAAAAAAAAAAAAAAECAAMEITH/2gAMAwEAAhED' +
    'EQA/AJ0Tjdq6cARzILEDN7Hg33ikdn//2Q==',
);
/** 8x8, one channel. */
export const grey = from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdB' +
    'RkxOUlNSMj5aYVpQYEpRUk//wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABkQAAEFAAAAAAAAAAAAAAAA' +
    'AAAFBiIyof/aAAgBAQAAPwAW6gUhh//Z',
);
/** 16 high, 8 wide. */
export const tall = from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdB' +
    'RkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P' +
    'T09PT09PT09PT09PT0//wAARCAAQAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAA' +
    'AAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJgAD//Z',
);

/** Of each: the first bytes R G B, pixel [5, 6], and the sum of all bytes. */
export const decoded = {
  colour: { first: [6, 2, 0, 21, 4, 0, 50, 7, 0, 78, 7, 5], at5x6: [181, 153, 152], sum: 17562 },
  grey: { first: [0, 0, 0, 14, 14, 14, 34, 34, 34, 51, 51, 51], at5x6: [187, 187, 187], sum: 22704 },
} as const;
