/** The sections of a backtest's report in their order, each as a part of the page and of the JSON document. */
import type { BacktestReport } from '../BacktestReport.js';
import { comparisonDocument, yearsDocument } from './document/benchmark.js';
import {
  daysDocument,
  equityDocument,
  exposureDocument,
  fallsDocument,
  monthsDocument,
  returnsDocument,
  statisticsDocument,
  summaryDocument,
} from './document/figures.js';
import type { SectionDocument } from './document/figures.js';
import { identityDocument, otherFillsDocument } from './document/origin.js';
import {
  costsDocument,
  excursionsDocument,
  fillsDocument,
  groupsDocument,
  pricesDocument,
  tradesDocument,
} from './document/trades.js';
import { excursionsSection } from './excursionsSection.js';
import { comparisonSection, yearsSection } from './benchmarkSections.js';
import { scenariosSection } from './fillScenariosSection.js';
import { fallsSection } from './fallsSection.js';
import { equitySection, summarySection } from './headlineSections.js';
import type { Html } from './html.js';
import { costsSection, groupsSection } from './performanceSections.js';
import { exposureSection, pricesSection } from './pricesSection.js';
import { fillModelOf, identitySection, modelSection } from './provenance.js';
import { returnsSection } from './returnsSection.js';
import { daysSection, monthsSection } from './periodSections.js';
import { statisticsSection } from './statisticsSections.js';
import { fillsSection, tradesSection } from './tradeLists.js';

/** See the module header. */
export interface ReportSection {
  /** The id of the element on the page and the key in the document. */
  readonly key: string;
  /** Nothing where the run has nothing to show. */
  readonly html: (report: BacktestReport) => Html;
  /** Null exactly where the page shows nothing. */
  readonly document: (report: BacktestReport) => SectionDocument;
}

/** See the module header. */
export const REPORT_SECTIONS: readonly ReportSection[] = [
  of(
    'summary',
    ({ result }) => summarySection(result),
    ({ result }) => summaryDocument(result),
  ),
  of(
    'equity',
    ({ result }) => equitySection(result),
    ({ result }) => equityDocument(result),
  ),
  of(
    'comparison',
    ({ result }) => comparisonSection(result.run),
    ({ result }) => comparisonDocument(result),
  ),
  of(
    'scenarios',
    ({ scenarios }) => scenariosSection(scenarios),
    ({ scenarios }) => otherFillsDocument(scenarios),
  ),
  of(
    'prices',
    ({ result }) => pricesSection(result),
    ({ result }) => pricesDocument(result),
  ),
  of(
    'years',
    ({ result }) => yearsSection(result.run),
    ({ result }) => yearsDocument(result),
  ),
  of(
    'months',
    ({ result }) => monthsSection(result.run),
    ({ result }) => monthsDocument(result),
  ),
  of(
    'days',
    ({ result }) => daysSection(result.run),
    ({ result }) => daysDocument(result),
  ),
  of(
    'falls',
    ({ result }) => fallsSection(result.run),
    ({ result }) => fallsDocument(result),
  ),
  of(
    'returns',
    ({ result }) => returnsSection(result.run),
    ({ result }) => returnsDocument(result),
  ),
  of(
    'exposure',
    ({ result }) => exposureSection(result),
    ({ result }) => exposureDocument(result),
  ),
  of(
    'statistics',
    ({ result }) => statisticsSection(result),
    ({ result }) => statisticsDocument(result),
  ),
  of(
    'excursions',
    ({ result }) => excursionsSection(result.run),
    ({ result }) => excursionsDocument(result),
  ),
  of(
    'groups',
    ({ result }) => groupsSection(result.run),
    ({ result }) => groupsDocument(result),
  ),
  of(
    'costs',
    ({ result }) => costsSection(result.run),
    ({ result }) => costsDocument(result),
  ),
  of(
    'trades',
    ({ result }) => tradesSection(result),
    ({ result }) => tradesDocument(result),
  ),
  of(
    'fills',
    ({ result }) => fillsSection(result),
    ({ result }) => fillsDocument(result),
  ),
  of(
    'model',
    ({ result }) => modelSection(result),
    ({ result }) => ({ ...fillModelOf(result) }),
  ),
  of('identity', identitySection, identityDocument),
];

function of(key: string, html: ReportSection['html'], document: ReportSection['document']): ReportSection {
  return { key, html, document };
}
