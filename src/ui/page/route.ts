/** What is shown, as the part of the address after `#`: it survives a reload and can be bookmarked. Pure. */
export const tabs = ['graph', 'results', 'steps', 'history'] as const;
export type Tab = (typeof tabs)[number];

export type Route =
  | {
      readonly tab: Exclude<Tab, 'history'>;
      /** A step, or a folded node of the graph, shown beside the tab. */
      readonly open?: { readonly kind: 'step' | 'node'; readonly name: string };
    }
  | { readonly tab: 'history'; readonly compare?: readonly [a: string, b: string] };

export function routeOf(hash: string): Route {
  const [tab = '', kind, ...rest] = hash.replace(/^#\/?/, '').split('/').map(decode);
  if (tab === 'history') {
    const [a, b] = rest;
    return kind === 'compare' && a && b ? { tab, compare: [a, b] } : { tab };
  }
  const known = tabs.find((name): name is Exclude<Tab, 'history'> => name === tab) ?? 'graph';
  const name = rest.join('/');
  return (kind === 'step' || kind === 'node') && name !== ''
    ? { tab: known, open: { kind, name } }
    : { tab: known };
}

export function hashOf(route: Route): string {
  if (route.tab === 'history')
    return [
      '#',
      'history',
      ...(route.compare ? ['compare', ...route.compare.map(encodeURIComponent)] : []),
    ].join('/');
  const { tab, open } = route;
  return ['#', tab, ...(open ? [open.kind, encodeURIComponent(open.name)] : [])].join('/');
}

/** Somebody may have typed it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
