import { describe, expect, it } from 'vitest';
import { edgePath, layersOf, type Box } from '../../src/report/edge-path.ts';

const a: Box = { x: 50, y: 100, width: 40, height: 20 };
const wide: Box = { x: 150, y: 0, width: 100, height: 20 };
const narrow: Box = { x: 150, y: 200, width: 20, height: 20 };
const far: Box = { x: 300, y: 50, width: 40, height: 20 };
const layers = layersOf([a, wide, narrow, far], 'across');

describe('edgePath', () => {
  it('knows the widest box of each layer', () => {
    expect([...layers]).toEqual([
      [50, 20],
      [150, 50],
      [300, 20],
    ]);
  });

  it('swings from the middle of one side to the middle of the other', () => {
    expect(edgePath(a, wide, [], layers, 'across')).toBe('M70,100C85,100 85,0 100,0');
  });

  it('swings only between layers, and is level within one', () => {
    expect(edgePath(a, narrow, [], layers, 'across')).toBe('M70,100C85,100 85,200 100,200L140,200');
    expect(edgePath(narrow, far, [], layers, 'across')).toBe('M160,200L200,200C240,200 240,50 280,50');
  });

  it('passes the boxes of a layer at the height of its bend there; bends between layers do not count', () => {
    const bends = [
      { x: 85, y: 7 },
      { x: 150, y: 90 },
      { x: 240, y: 7 },
    ];
    expect(edgePath(a, far, bends, layers, 'across')).toBe(
      'M70,100C85,100 85,90 100,90L200,90C240,90 240,50 280,50',
    );
  });

  it('runs back where a folded graph has a circle', () => {
    expect(edgePath(wide, a, [], layers, 'across')).toBe('M100,0C85,0 85,100 70,100');
  });

  it('does the same downwards', () => {
    const turned = ({ x, y, width, height }: Box): Box => ({ x: y, y: x, width: height, height: width });
    const down = layersOf([turned(a), turned(wide)], 'down');
    expect(edgePath(turned(a), turned(wide), [], down, 'down')).toBe('M100,70C100,85 0,85 0,100');
  });
});
