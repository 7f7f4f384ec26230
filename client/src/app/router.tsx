/** The addresses of the client and what each may say in its search parameters. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { type AlertChoice, readAlertChoice } from '@/features/alerts/alertWords'
import { type BacktestView, readBacktestView } from '@/features/backtests/backtestView'
import { type JobChoice, readJobChoice } from '@/features/jobs/jobStates'
import { type ChartView, readChartView } from '@/features/markets/chartView'
import { type InstrumentView, readInstrumentView } from '@/features/markets/instrumentView'
import { type PairSearch, readPairSearch } from '@/features/pairs/pairSearch'
import { type ExplorerSearch, readExplorerSearch } from '@/features/scans/explorerSearch'
import { type ResultView, readResultView } from '@/features/scans/resultView'
import { readSweepStartSearch, type SweepStartSearch } from '@/features/sweeps/sweepStartSearch'
import { readSweepView, type SweepView } from '@/features/sweeps/sweepView'
import { PageError } from './PageError'
import { HomePage } from './pages/HomePage'
import { NotFoundPage } from './pages/NotFoundPage'
import { Shell } from './Shell'

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFoundPage /> })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { q?: string } =>
    typeof search['q'] === 'string' && search['q'] ? { q: search['q'] } : {},
  component: HomePage,
})

const data = createRoute({
  getParentRoute: () => root,
  path: '/data',
  component: lazyRouteComponent(() => import('./pages/DataPage'), 'DataPage'),
})

const barImport = createRoute({
  getParentRoute: () => root,
  path: '/imports/$id',
  component: lazyRouteComponent(() => import('./pages/ImportPage'), 'ImportPage'),
})

const instruments = createRoute({
  getParentRoute: () => root,
  path: '/instruments',
  validateSearch: (search: Record<string, unknown>): InstrumentView => readInstrumentView(search),
  component: lazyRouteComponent(() => import('./pages/InstrumentsPage'), 'InstrumentsPage'),
})

const instrument = createRoute({
  getParentRoute: () => root,
  path: '/instruments/$symbol',
  validateSearch: (search: Record<string, unknown>): ChartView => readChartView(search),
  component: lazyRouteComponent(() => import('./pages/InstrumentPage'), 'InstrumentPage'),
})

const universes = createRoute({
  getParentRoute: () => root,
  path: '/universes',
  component: lazyRouteComponent(() => import('./pages/UniversesPage'), 'UniversesPage'),
})

const pairs = createRoute({
  getParentRoute: () => root,
  path: '/pairs',
  component: lazyRouteComponent(() => import('./pages/PairsPage'), 'PairsPage'),
})

const pair = createRoute({
  getParentRoute: () => root,
  path: '/pairs/$y/$x',
  validateSearch: (search: Record<string, unknown>): PairSearch => readPairSearch(search),
  component: lazyRouteComponent(() => import('./pages/PairPage'), 'PairPage'),
})

const scans = createRoute({
  getParentRoute: () => root,
  path: '/scans',
  component: lazyRouteComponent(() => import('./pages/ScansPage'), 'ScansPage'),
})

const explore = createRoute({
  getParentRoute: () => root,
  path: '/scans/explore',
  validateSearch: (search: Record<string, unknown>): ExplorerSearch => readExplorerSearch(search),
  component: lazyRouteComponent(() => import('./pages/ExplorePage'), 'ExplorePage'),
})

const scan = createRoute({
  getParentRoute: () => root,
  path: '/scans/$id',
  validateSearch: (search: Record<string, unknown>): ResultView => readResultView(search),
  component: lazyRouteComponent(() => import('./pages/ScanPage'), 'ScanPage'),
})

const backtests = createRoute({
  getParentRoute: () => root,
  path: '/backtests',
  validateSearch: (search: Record<string, unknown>): BacktestView => readBacktestView(search),
  component: lazyRouteComponent(() => import('./pages/BacktestsPage'), 'BacktestsPage'),
})

const compare = createRoute({
  getParentRoute: () => root,
  path: '/backtests/compare',
  validateSearch: (search: Record<string, unknown>): { a?: string; b?: string } => ({
    ...(isText(search['a']) ? { a: search['a'] } : {}),
    ...(isText(search['b']) ? { b: search['b'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/ComparePage'), 'ComparePage'),
})

const backtest = createRoute({
  getParentRoute: () => root,
  path: '/backtests/$id',
  component: lazyRouteComponent(() => import('./pages/BacktestPage'), 'BacktestPage'),
})

const sweeps = createRoute({
  getParentRoute: () => root,
  path: '/sweeps',
  validateSearch: (search: Record<string, unknown>): SweepStartSearch => readSweepStartSearch(search),
  component: lazyRouteComponent(() => import('./pages/SweepsPage'), 'SweepsPage'),
})

const sweep = createRoute({
  getParentRoute: () => root,
  path: '/sweeps/$id',
  validateSearch: (search: Record<string, unknown>): SweepView => readSweepView(search),
  component: lazyRouteComponent(() => import('./pages/SweepPage'), 'SweepPage'),
})

const walkForwards = createRoute({
  getParentRoute: () => root,
  path: '/walk-forwards',
  component: lazyRouteComponent(() => import('./pages/WalkForwardsPage'), 'WalkForwardsPage'),
})

const walkForward = createRoute({
  getParentRoute: () => root,
  path: '/walk-forwards/$id',
  component: lazyRouteComponent(() => import('./pages/WalkForwardPage'), 'WalkForwardPage'),
})

const campaigns = createRoute({
  getParentRoute: () => root,
  path: '/campaigns',
  component: lazyRouteComponent(() => import('./pages/CampaignsPage'), 'CampaignsPage'),
})

const campaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$id',
  component: lazyRouteComponent(() => import('./pages/CampaignPage'), 'CampaignPage'),
})

const live = createRoute({
  getParentRoute: () => root,
  path: '/live',
  component: lazyRouteComponent(() => import('./pages/LivePage'), 'LivePage'),
})

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: (search: Record<string, unknown>): { show?: AlertChoice; pair?: string } => ({
    ...(readAlertChoice(search['show']) === 'all' ? { show: 'all' } : {}),
    ...(typeof search['pair'] === 'string' ? { pair: search['pair'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/AlertsPage'), 'AlertsPage'),
})

const portfolios = createRoute({
  getParentRoute: () => root,
  path: '/portfolios',
  component: lazyRouteComponent(() => import('./pages/PortfoliosPage'), 'PortfoliosPage'),
})

const portfolio = createRoute({
  getParentRoute: () => root,
  path: '/portfolios/$id',
  component: lazyRouteComponent(() => import('./pages/PortfolioPage'), 'PortfolioPage'),
})

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): { state?: JobChoice } => {
    const state = readJobChoice(search['state'])
    return state === 'all' ? {} : { state }
  },
  component: lazyRouteComponent(() => import('./pages/JobsPage'), 'JobsPage'),
})

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/AccountPage'), 'AccountPage'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { problem?: string } =>
    typeof search['problem'] === 'string' ? { problem: search['problem'] } : {},
  component: () => null,
})

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    data,
    barImport,
    instruments,
    instrument,
    universes,
    pairs,
    pair,
    scans,
    explore,
    scan,
    backtests,
    compare,
    backtest,
    sweeps,
    sweep,
    walkForwards,
    walkForward,
    portfolios,
    portfolio,
    campaigns,
    campaign,
    live,
    alerts,
    jobs,
    account,
    signIn,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
