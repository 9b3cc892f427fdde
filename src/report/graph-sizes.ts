/** Text sizes of drawn nodes, in pixels: what lays them out and what draws them must agree. */
export const textSizes = { titleSize: 13, lineSize: 11, lineHeight: 15, padding: 10 } as const;
