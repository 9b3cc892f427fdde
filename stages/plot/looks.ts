/** How curves look, and the scales that turn their names into looks. */

export interface Look {
  readonly colour: string;
  /** Lengths of dashes and gaps, so that lines differ without colour too. */
  readonly dash: readonly number[];
  /** Vega's name of the marks' shape. */
  readonly shape: string;
  /** Marks with a white middle. */
  readonly hollow?: boolean;
}

/** A channel of a Vega-Lite encoding that names its curves in the legend. */
interface NameChannel {
  readonly field: string;
  readonly type: 'nominal';
  readonly title: string;
  readonly scale: { readonly domain: readonly string[]; readonly range: readonly unknown[] };
}

/** Rows drawn with these scales carry the name of their curve in `field`. */
export interface Scales {
  readonly color: NameChannel;
  readonly strokeDash: NameChannel;
  /** By the names of the colours. */
  readonly looks: ReadonlyMap<string, Look>;
}

type Named = readonly [field: string, title: string, looks: ReadonlyMap<string, Look>];

/** Colours and dashes name curves together, in one legend; or dashes by another field, in a second legend. */
export const scalesOf = (colours: Named, dashes: Named = colours): Scales => ({
  color: channel(colours, ({ colour }) => colour),
  strokeDash: channel(dashes, ({ dash }) => [...dash]),
  looks: colours[2],
});

function channel([field, title, looks]: Named, valueOf: (look: Look) => unknown): NameChannel {
  const scale = { domain: [...looks.keys()], range: [...looks.values()].map(valueOf) };
  return { field, type: 'nominal', title, scale };
}
