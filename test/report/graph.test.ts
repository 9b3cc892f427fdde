import { describe, expect, it } from 'vitest';
import { graphDot } from '../../src/report/graph-dot.ts';
import { foldGraph, type DrawnGraph, type DrawnNode, type DrawnState } from '../../src/report/graph-fold.ts';
import { graphMermaid } from '../../src/report/graph-mermaid.ts';
import { graphText } from '../../src/report/graph-text.ts';

const single = (name: string, state: DrawnState): DrawnNode => ({ name, group: name, cell: {}, state });

/** data -> train (2 epsilons x 2 seeds) -> evaluate -> fig5; fig5 also reads data. */
function grid(): DrawnGraph {
  const cells = [4, 8].flatMap((epsilon) => [0, 1].map((seed) => ({ epsilon, seed })));
  const member = (kind: string, cell: { epsilon: number; seed: number }): DrawnNode => ({
    name: `${kind}/ar-${cell.epsilon}/seed-${cell.seed}`,
    group: `${kind}/ar-{epsilon}/seed-{seed}`,
    cell,
    state: kind === 'train' && cell.epsilon === 4 ? 'fresh' : kind === 'train' ? 'stale' : 'pending',
  });
  const train = cells.map((cell) => member('train', cell));
  const evaluate = cells.map((cell) => member('evaluate', cell));
  return {
    nodes: [single('data', 'fresh'), ...train, ...evaluate, single('fig5', 'pending')],
    edges: [
      ...train.map(({ name }) => ['data', name] as const),
      ...train.map(({ name }, i) => [name, evaluate[i]!.name] as const),
      ...evaluate.map(({ name }) => [name, 'fig5'] as const),
      ['data', 'fig5'],
    ],
  };
}

describe('foldGraph', () => {
  it('makes one node of a grid and one edge of its edges', () => {
    expect(foldGraph(grid())).toEqual({
      nodes: [
        single('data', 'fresh'),
        {
          name: 'train/ar-{epsilon}/seed-{seed}',
          group: 'train/ar-{epsilon}/seed-{seed}',
          count: 4,
          states: { fresh: 2, stale: 2 },
          estimatedMs: null,
        },
        {
          name: 'evaluate/ar-{epsilon}/seed-{seed}',
          group: 'evaluate/ar-{epsilon}/seed-{seed}',
          count: 4,
          states: { pending: 4 },
          estimatedMs: null,
        },
        single('fig5', 'pending'),
      ],
      edges: [
        ['data', 'train/ar-{epsilon}/seed-{seed}'],
        ['train/ar-{epsilon}/seed-{seed}', 'evaluate/ar-{epsilon}/seed-{seed}'],
        ['evaluate/ar-{epsilon}/seed-{seed}', 'fig5'],
        ['data', 'fig5'],
      ],
    });
  });

  it('says what a node still costs: time where all of it is known, else work', () => {
    const node = (i: number, more: Partial<DrawnNode>): DrawnNode => ({
      name: `s/${i}`,
      group: 's/{i}',
      state: 'stale',
      work: 2e9,
      ...more,
    });
    const text = (a: Partial<DrawnNode>, b: Partial<DrawnNode>) =>
      graphText(foldGraph({ nodes: [node(0, a), node(1, b)], edges: [] })).trim();
    expect(text({ estimatedMs: 2000 }, { estimatedMs: 3000 })).toBe('s/{i}  x2  stale  ~5.0 s');
    expect(text({ estimatedMs: 2000 }, { estimatedMs: null })).toBe('s/{i}  x2  stale  4.0e9 multiply-adds');
    expect(text({ state: 'fresh' }, { state: 'fresh' })).toBe('s/{i}  x2');
  });

  it('leaves a cell that stands alone under its own name, and drops edges within a group', () => {
    const node = (i: number): DrawnNode => ({ name: `s/${i}`, group: 's/{i}' });
    const alone: DrawnNode = { name: 't/1', group: 't/{i}' };
    const folded = foldGraph({
      nodes: [node(0), node(1), alone],
      edges: [
        ['s/0', 's/1'],
        ['s/1', 't/1'],
      ],
    });
    expect(folded.nodes.map(({ name }) => name)).toEqual(['s/{i}', 't/1']);
    expect(folded.edges).toEqual([['s/{i}', 't/1']]);
  });
});

describe('graphText', () => {
  it('draws results first, under each what it needs', () => {
    expect(graphText(foldGraph(grid()))).toBe(
      [
        'fig5  pending',
        '├─ evaluate/ar-{epsilon}/seed-{seed}  x4  pending',
        '│  └─ train/ar-{epsilon}/seed-{seed}  x4  2 stale, 2 fresh',
        '│     └─ data',
        '└─ data',
        '',
      ].join('\n'),
    );
  });

  it('does not draw twice what is needed twice', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((name) => ({ name, group: name }));
    const edges = [
      ['a', 'b'],
      ['b', 'c'],
      ['b', 'd'],
      ['c', 'd'],
    ] as const;
    expect(graphText({ nodes, edges })).toBe('d\n├─ b\n│  └─ a\n└─ c\n   └─ b  (above)\n');
  });

  it('draws a chain of 20,000 steps within 80 columns', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => ({ name: `step-${i}`, group: `step-${i}` }));
    const edges = nodes.slice(1).map(({ name }, i) => [`step-${i}`, name] as const);
    const lines = graphText({ nodes, edges }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
    for (const { name } of nodes.slice(0, 50)) expect(lines.some((line) => line.includes(name))).toBe(true);
    expect(lines[10]).toBe(`${' '.repeat(27)}└─ step-19989  (below)`);
    expect(lines[11]).toBe('step-19989');
  });

  it('draws every node also where folding has closed a circle', () => {
    const nodes = ['a', 'b'].map((name) => ({ name, group: name }));
    const text = graphText({
      nodes,
      edges: [
        ['a', 'b'],
        ['b', 'a'],
      ],
    });
    expect(text).toBe('b\n└─ a\n   └─ b  (above)\n');
  });

  it('is empty for an empty graph', () => {
    expect(graphText({ nodes: [], edges: [] })).toBe('');
  });
});

const awkward: DrawnGraph = {
  nodes: [
    { name: 'a"b\\c', group: 'x', state: 'failed' },
    { name: 'd#<e>{f}', group: 'y' },
  ],
  edges: [['a"b\\c', 'd#<e>{f}']],
};

describe('graphMermaid', () => {
  it('numbers the nodes and marks their state', () => {
    expect(graphMermaid(foldGraph(grid()))).toBe(
      [
        'flowchart LR',
        '  n0["data"]:::fresh',
        '  n1["train/ar-#123;epsilon#125;/seed-#123;seed#125;<br/>x4<br/>2 stale, 2 fresh"]:::stale',
        '  n2["evaluate/ar-#123;epsilon#125;/seed-#123;seed#125;<br/>x4<br/>pending"]:::pending',
        '  n3["fig5<br/>pending"]:::pending',
        '  n0 --> n1',
        '  n1 --> n2',
        '  n2 --> n3',
        '  n0 --> n3',
        '  classDef fresh fill:#e6f4ea,stroke:#34a853,color:#202124',
        '  classDef stale fill:#fef7e0,stroke:#f9ab00,color:#202124',
        '  classDef pending fill:#f1f3f4,stroke:#9aa0a6,color:#202124',
        '',
      ].join('\n'),
    );
  });

  it('escapes what has a meaning in Mermaid', () => {
    expect(graphMermaid(awkward)).toContain('n0["a#34;b#92;c<br/>failed"]:::failed');
    expect(graphMermaid(awkward)).toContain('n1["d#35;#60;e#62;#123;f#125;"]\n');
  });
});

describe('graphDot', () => {
  it('quotes names, labels and edges', () => {
    expect(graphDot(awkward).split('\n').slice(3)).toEqual([
      '  "a\\"b\\\\c" [label="a\\"b\\\\c\\nfailed", fillcolor="#fce8e6"];',
      '  "d#<e>{f}";',
      '  "a\\"b\\\\c" -> "d#<e>{f}";',
      '}',
      '',
    ]);
  });
});
