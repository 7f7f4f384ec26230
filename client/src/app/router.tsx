/** The addresses of the client, and who reads the search parameters of each; `useView` has what was read. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { readAlertView } from '@/features/alerts/alertWords'
import { readBacktestView } from '@/features/backtests/backtestView'
import { readJobView } from '@/features/jobs/jobStates'
import { readChartView } from '@/features/markets/chartView'
import { readInstrumentView } from '@/features/markets/instrumentView'
import { readPairSearch } from '@/features/pairs/pairSearch'
import { readExplorerSearch } from '@/features/scans/explorerSearch'
import { readResultView } from '@/features/scans/resultView'
import { readSweepStartSearch } from '@/features/sweeps/sweepStartSearch'
import { readSweepView } from '@/features/sweeps/sweepView'
import { readingTexts } from '@/lib/search'
import { PageError } from './PageError'
import { HomePage } from './pages/HomePage'
import { NotFoundPage } from './pages/NotFoundPage'
import { Shell } from './Shell'
import { SignIn } from './SignIn'

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFoundPage /> })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readingTexts('q'),
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
  validateSearch: readInstrumentView,
  component: lazyRouteComponent(() => import('./pages/InstrumentsPage'), 'InstrumentsPage'),
})

const instrument = createRoute({
  getParentRoute: () => root,
  path: '/instruments/$symbol',
  validateSearch: readChartView,
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
  validateSearch: readPairSearch,
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
  validateSearch: readExplorerSearch,
  component: lazyRouteComponent(() => import('./pages/ExplorePage'), 'ExplorePage'),
})

const scan = createRoute({
  getParentRoute: () => root,
  path: '/scans/$id',
  validateSearch: readResultView,
  component: lazyRouteComponent(() => import('./pages/ScanPage'), 'ScanPage'),
})

const backtests = createRoute({
  getParentRoute: () => root,
  path: '/backtests',
  validateSearch: readBacktestView,
  component: lazyRouteComponent(() => import('./pages/BacktestsPage'), 'BacktestsPage'),
})

const compare = createRoute({
  getParentRoute: () => root,
  path: '/backtests/compare',
  validateSearch: readingTexts('a', 'b'),
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
  validateSearch: readSweepStartSearch,
  component: lazyRouteComponent(() => import('./pages/SweepsPage'), 'SweepsPage'),
})

const sweep = createRoute({
  getParentRoute: () => root,
  path: '/sweeps/$id',
  validateSearch: readSweepView,
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
  validateSearch: readAlertView,
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
  validateSearch: readJobView,
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
  validateSearch: readingTexts('problem'),
  component: SignIn,
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
