/**
 * Towards Understanding the Regularization of Adversarial Robustness on Neural Networks (Wen, Li, Jia; ICML 2020):
 * its training runs, figures and tables, declared once for all scales. Profiles say how large, stages how.
 */
import { file, pipeline, step } from 'ar-pipe';
import figure1 from './stages/figure-1.ts';
import figure12 from './stages/figure-12.ts';
import figure2 from './stages/figure-2.ts';
import figure5 from './stages/figure-5.ts';
import figure6 from './stages/figure-6.ts';
import figure8 from './stages/figure-8.ts';
import figureGaps from './stages/figure-gaps.ts';
import figureMargins from './stages/figure-margins.ts';
import lemmaStage from './stages/lemma.ts';
import lossVariationTable from './stages/loss-variation-table.ts';
import performanceTable from './stages/performance-table.ts';
import {
  blocksOf,
  captionOf,
  each,
  grouping,
  lacking,
  subjectOf,
  type Group,
} from './stages/study/groups.ts';
import { laptop, paper, quick } from './stages/study/profiles.ts';
import { cifar10, cifar100, tinyImageNet } from './stages/study/data-sets.ts';
import type { Study } from './stages/study/profile.ts';
import claims from './stages/trends.ts';

const font = (name: string) => file(`node_modules/dejavu-fonts-ttf/ttf/${name}`);
const fonts = { font: font('DejaVuSans.ttf'), boldFont: font('DejaVuSans-Bold.ttf') };

const pgd = { attack: 'pgd', sp: 'none', curve: true } as const;
const fgsm = { attack: 'fgsm', sp: 'none', curve: false } as const;

export default pipeline({
  name: 'regularization-of-adversarial-robustness',
  seed: 2020,
  profiles: { quick, laptop, paper },
  defaultProfile: 'quick',
  default: ['fig5'],
  targets({ profile, profileName }) {
    const { main, other, wide, deeper, plain, spectralNorms } = profile;
    const { train } = grouping(profile);
    const deep = (study: Study | null) => study && { ...study, ...deeper };

    // The training runs: three strengths each, in the paper 30 with one seed.
    const first = train(main, pgd);
    const second = train(other, pgd);
    const third = train(wide, pgd);
    const controlled = spectralNorms.map((sp) => train(main, { ...pgd, sp, curve: false })).flat();
    const deepFirst = train(deep(main), { ...pgd, curve: false });
    const deepSecond = train(deep(other), { ...pgd, curve: false });
    const fgsmFirst = train(main, fgsm);
    const fgsmSecond = train(other, fgsm);
    const both = [...first, ...second];
    const deepBoth = [...deepFirst, ...deepSecond];
    const fgsmBoth = [...fgsmFirst, ...fgsmSecond];

    const withoutOther = other ? [] : ['CIFAR-100'];
    const withoutWide = wide ? [] : ['Tiny-ImageNet'];
    const caption = (groups: readonly Group[], absent: readonly string[] = []) =>
      captionOf(profileName, groups, absent);
    const histograms = (groups: readonly Group[]) => groups.map((group) => group.histograms);

    const fig1 = step('fig1', figure1, {
      params: { caption: caption(first) },
      needs: {
        spectra: each(first, 'spectrum'),
        histograms: first[0]!.histograms,
        summaries: each(first, 'evaluation'),
        attacks: each(first, 'attacks'),
        ...fonts,
      },
    });
    const fig2 = step('fig2', figure2, { needs: fonts });
    const fig3 = step('fig3', figureGaps, {
      params: { id: 'fig3', caption: caption([...both, ...third], [...withoutOther, ...withoutWide]) },
      needs: { summaries: each([...both, ...third], 'evaluation'), ...fonts },
    });
    const fig4 = step('fig4', figureMargins, {
      params: { id: 'fig4', caption: caption(both, withoutOther) },
      needs: { histograms: histograms(both), ...fonts },
    });
    const fig5 = step('fig5', figure5, {
      params: { caption: caption(both, withoutOther) },
      needs: { histograms: first[0]!.histograms, spectra: each(both, 'spectrum'), ...fonts },
    });
    const levels = [...first, ...controlled];
    const fig6 = step('fig6', figure6, {
      params: { caption: caption(levels), levels: ['none', ...spectralNorms.toSorted((a, b) => b - a)] },
      needs: { summaries: each(levels, 'evaluation'), training: each(levels, 'weights'), ...fonts },
    });
    const fig7 = step('fig7', figureGaps, {
      params: { id: 'fig7', caption: caption(deepBoth, withoutOther) },
      needs: { summaries: each(deepBoth, 'evaluation'), ...fonts },
    });
    const fig8 = step('fig8', figure8, {
      params: { caption: caption(both, withoutOther) },
      needs: { variations: each(both, 'variation'), ...fonts },
    });
    const fig9 = step('fig9', figureGaps, {
      params: { id: 'fig9', caption: caption(fgsmBoth, withoutOther) },
      needs: { summaries: each(fgsmBoth, 'evaluation'), ...fonts },
    });
    const fig10 = step('fig10', figureMargins, {
      params: { id: 'fig10', caption: caption(fgsmBoth, withoutOther) },
      needs: { histograms: histograms(fgsmBoth), ...fonts },
    });
    const fig11 = step('fig11', figure5, {
      params: { id: 'fig11', caption: caption(fgsmBoth, withoutOther) },
      needs: { histograms: fgsmFirst[0]!.histograms, spectra: each(fgsmBoth, 'spectrum'), ...fonts },
    });
    const attacked = [...both, ...deepBoth, ...third];
    const fig12 = step('fig12', figure12, {
      params: { caption: caption(attacked, [...withoutOther, ...withoutWide]) },
      needs: { attacks: each(attacked, 'attacks'), ...fonts },
    });

    // A block of rows a group; where the profile lacks the data set, the table says so.
    const table1 = step('table1', lossVariationTable, {
      params: { caption: caption(both, withoutOther), blocks: [...blocksOf(both), ...lacking(withoutOther)] },
      needs: { variations: each(both, 'variation') },
    });
    const performance = (groups: readonly Group[]) => ({
      summaries: each(groups, 'evaluation'),
      attacks: each(groups, 'attacks'),
      training: each(groups, 'weights'),
    });
    const table2 = step('table2', performanceTable, {
      params: {
        id: 'table2',
        caption: caption(fgsmBoth, withoutOther),
        blocks: [...blocksOf(fgsmBoth), ...lacking(withoutOther)],
      },
      needs: performance(fgsmBoth),
    });
    const onMain = [...controlled, ...first, ...deepFirst];
    const table3 = step('table3', performanceTable, {
      params: { id: 'table3', caption: caption(onMain), blocks: blocksOf(onMain) },
      needs: performance(onMain),
    });
    const onOther = [...second, ...deepSecond];
    const table4 = step('table4', performanceTable, {
      params: {
        id: 'table4',
        caption: caption(onOther, withoutOther),
        blocks: [...blocksOf(onOther), ...lacking(withoutOther)],
      },
      needs: performance(onOther),
    });
    const table5 = step('table5', performanceTable, {
      params: {
        id: 'table5',
        caption: caption(third, withoutWide),
        blocks: [...blocksOf(third), ...lacking(withoutWide)],
      },
      needs: performance(third),
    });

    const everything = [...onMain, ...onOther, ...third, ...fgsmBoth];
    const trends = step('trends', claims, {
      params: {
        caption: caption(everything, [...withoutOther, ...withoutWide]),
        scope: profile.scope,
        variationEpsilon: profile.evaluation.fixed.epsilon,
        roles: {
          main: subjectOf(first, cifar10)!,
          other: subjectOf(second, cifar100),
          wide: subjectOf(third, tinyImageNet),
          deeper: subjectOf(deepFirst, cifar10),
          deeperOther: subjectOf(deepSecond, cifar100),
          fgsm: subjectOf(fgsmFirst, cifar10),
          fgsmOther: subjectOf(fgsmSecond, cifar100),
          controlled: spectralNorms.map((level, i) => ({
            level,
            subject: subjectOf([controlled[i]!], cifar10)!,
          })),
        },
      },
      needs: {
        test: each(everything, 'evaluation'),
        train: each(everything, 'evaluation'),
        attacks: each(everything, 'attacks'),
        masking: each(everything, 'attacks'),
        attacked: each(everything, 'attacks'),
        spectra: each([...both, ...fgsmBoth], 'spectrum'),
        variations: each(both, 'variation'),
        history: each(everything, 'weights'),
        training: each(everything, 'weights'),
      },
    });

    // Theorem 3.1's ingredients for every net on the first data set; Lemma 3.1 on a plain net, as the theory has it.
    const theory = each(first, 'theory');
    const [plainRun] = train(
      { ...main, ...plain, training: { ...main.training, ...plain.training } },
      { ...pgd, curve: false },
    );
    const lemma = step('lemma', lemmaStage, {
      needs: { weights: plainRun!.runs[0]!.weights, test: plainRun!.pictures },
    });

    const figures = { fig1, fig2, fig3, fig4, fig5, fig6, fig7, fig8, fig9, fig10, fig11, fig12 };
    const tables = { table1, table2, table3, table4, table5 };
    const results = { ...figures, ...tables, trends, lemma };
    return { ...results, theory, all: [...Object.values(results), ...theory] };
  },
});
