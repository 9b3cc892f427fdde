import { describe, expect, it } from 'vitest';
import {
  listTraining,
  listValidation,
  parseClasses,
  parseWords,
  rootOf,
} from '../../../stages/data/tiny-layout.ts';

const classes = parseClasses('n2\nn1\n', 'wnids.txt');

describe('classes', () => {
  it('are numbered in the order of wnids.txt, not sorted', () => {
    expect([...classes]).toEqual([
      ['n2', 0],
      ['n1', 1],
    ]);
    expect([...parseClasses('n2\r\nn1', 'x').keys()]).toEqual(['n2', 'n1']);
    expect(() => parseClasses('n1\nn2\nn1\n', 'x')).toThrow('x names the class n1 twice');
    expect(() => parseClasses('', 'x')).toThrow('x names 0 classes');
  });

  it('get their words, whatever the order of the lines', () => {
    const words = 'n0\tentity\nn1\tgoldfish, Carassius auratus\nn2\tbullfrog';
    expect(parseWords(words, classes, 'x')).toEqual(['bullfrog', 'goldfish, Carassius auratus']);
    expect(() => parseWords('n2\tbullfrog', classes, 'x')).toThrow('x has no words for the class n1');
    expect(() => parseWords('n2\tbullfrog\nn1', classes, 'x')).toThrow('for the class n1');
  });
});

describe('the folder of the set', () => {
  it('is where wnids.txt lies', () => {
    expect(rootOf(['t/words.txt', 't/wnids.txt'], 'a.zip')).toBe('t/');
    expect(rootOf(['wnids.txt'], 'a.zip')).toBe('');
    expect(() => rootOf(['t/my-wnids.txt'], 'a.zip')).toThrow('a.zip has 0 members wnids.txt');
    expect(() => rootOf(['wnids.txt', 't/wnids.txt'], 'a.zip')).toThrow('has 2 members wnids.txt');
  });
});

describe('training pictures', () => {
  const of = (...names: string[]): string[] => names.map((name) => `t/train/${name}`);
  it('come in rounds over the classes, by number within a class', () => {
    const names = of(
      'n1/images/n1_10.JPEG',
      'n1/images/n1_9.JPEG',
      'n2/images/n2_300.JPEG',
      'n2/images/n2_0.JPEG',
      'n2/images/n2_7.JPEG',
      'n2/n2_boxes.txt',
    );
    const listed = listTraining([...names, 't/val/images/val_0.JPEG'], 't/', classes, 'a.zip');
    expect(listed.map(({ name, label }) => [name.split('/').at(-1), label])).toEqual([
      ['n2_0.JPEG', 0],
      ['n1_9.JPEG', 1],
      ['n2_7.JPEG', 0],
      ['n1_10.JPEG', 1],
      ['n2_300.JPEG', 0],
    ]);
    expect(listTraining([...names].reverse(), 't/', classes, 'a.zip')).toEqual(listed);
  });

  it('must be of the classes, and of all of them', () => {
    const list = (...names: string[]) => listTraining(of(...names), 't/', classes, 'a.zip');
    expect(() => list('n3/images/n3_0.JPEG')).toThrow(
      'a.zip holds t/train/n3/images/n3_0.JPEG, but its wnids.txt has no class n3',
    );
    expect(() => list('n2/images/n2_0.JPEG')).toThrow('a.zip has no training pictures of the class n1');
  });
});

describe('validation pictures', () => {
  const names = ['t/val/images/val_10.JPEG', 't/val/images/val_9.JPEG', 't/val/val_annotations.txt'];
  const list = (annotations: string) => listValidation(names, 't/', annotations, classes, 'notes');
  it('have the labels of val_annotations.txt', () => {
    expect(list('val_10.JPEG\tn2\t0\t0\t1\t1\nval_9.JPEG\tn1\t0\t0\t1\t1\n')).toEqual([
      { name: 't/val/images/val_9.JPEG', label: 1 },
      { name: 't/val/images/val_10.JPEG', label: 0 },
    ]);
  });

  it('must agree with it', () => {
    expect(() => list('val_9.JPEG\tn1')).toThrow(
      'notes has no line for the picture t/val/images/val_10.JPEG',
    );
    expect(() => list('val_9.JPEG\tn1\nval_10.JPEG\tn3')).toThrow(
      "notes, line 2: wnids.txt has no class 'n3' (picture 'val_10.JPEG')",
    );
    expect(() => list('val_9.JPEG\tn1\nval_9.JPEG\tn1')).toThrow(
      "notes, line 2: the picture 'val_9.JPEG' is not",
    );
    expect(() => list('../val_9.JPEG\tn1')).toThrow('is not in the archive');
    expect(() => list('nonsense')).toThrow("wnids.txt has no class ''");
    expect(() => listValidation([], 't/', '', classes, 'notes')).toThrow('notes names no pictures');
  });
});
