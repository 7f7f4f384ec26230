import { createMemoryHistory, createRouter } from '@tanstack/react-router'
import { expect, test } from 'vitest'
import { router } from './router'

const DAYS = 'formationStart=2018-02-31&formationEnd=soon&tradingStart=7&tradingEnd={}'

/** Every address that says more than its path: nonsense, which leaves nothing, and sense, which stays. */
const ADDRESSES: [path: string, nonsense: string, sense: string][] = [
  ['/', 'q=&q2=x', 'q=coca'],
  [
    '/instruments',
    'q={}&market=7&kind=toString&timeframe=D9&prices=both&order=UP',
    'kind=EQUITY&order=NAME_ASC',
  ],
  ['/instruments/KO', 'market=[]&adjustment=constructor&timeframe=W9', 'market=US&adjustment=RAW'],
  ['/pairs/KO/PEP', `${DAYS}&prices=GOLD&hedge=toString`, 'prices=RAW&hedge=KALMAN&tradingEnd=2020-01-31'],
  [
    '/scans/explore',
    'market=1&symbols=[]&start=x&end=7&prices=x&trend=x&criterion=x&correction=x&level=high',
    'trend=CT',
  ],
  ['/scans/s', 'order=toString&maxP=2', 'order=HALF_LIFE_ASC&maxP=0.01'],
  ['/backtests', 'state=nonsense&order=toString', 'state=failed&order=SHARPE_ASC'],
  ['/backtests/compare', 'a=&b={}', 'a=b1&b=b2'],
  ['/sweeps', `${DAYS}&pair=7&prices=GOLD`, 'pair=KO/PEP&prices=RAW'],
  ['/sweeps/s', 'x=Q&y=R&figure=S&reduce=T', 'x=ENTRY&y=EXIT&figure=TRADES&reduce=BEST'],
  ['/alerts', 'show=nonsense&pair=7', 'show=all&pair=p'],
  ['/jobs', 'state=toString', 'state=active'],
  ['/sign-in', 'problem={}', 'problem=SIGN_IN_LINK_INVALID'],
]

/** What the page at an address is told, with the id of its route. */
async function viewAt(path: string, search: string) {
  const history = createMemoryHistory({ initialEntries: [`${path}?${search}`] })
  const opened = createRouter({ routeTree: router.routeTree, history })
  await opened.load()
  const match = opened.state.matches.at(-1)
  return { route: match?.routeId, view: match?._strictSearch }
}

test.each(ADDRESSES)('%s drops what it does not know', async (path, nonsense) => {
  expect((await viewAt(path, `${nonsense}&unknown=1`)).view).toEqual({})
})

test.each(ADDRESSES)('%s keeps what it knows', async (path, _nonsense, sense) => {
  const said = Object.fromEntries(new URLSearchParams(sense))
  const { view } = await viewAt(path, `${sense}&unknown=1`)
  expect(
    Object.fromEntries(Object.entries(view ?? {}).map(([name, value]) => [name, String(value)])),
  ).toEqual(said)
})

test('these are all the addresses that are read', async () => {
  const read = Object.values(router.routesById).flatMap((route) =>
    'validateSearch' in route.options ? [route.id as string] : [],
  )
  const tried = await Promise.all(ADDRESSES.map(async ([path]) => (await viewAt(path, '')).route))
  expect(tried.sort()).toEqual(read.sort())
})

const SOURCES = import.meta.glob<string>(['./*.tsx', './pages/*.tsx', '../features/*/*.tsx'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

test('no page takes raw search parameters from the router', () => {
  const raw = /\buseSearch\b|\bsearch: \((?!now\) => read[A-Z])|location\.search|useLocation\(\)\.search/
  const pages = Object.entries(SOURCES).filter(([name]) => !name.endsWith('.test.tsx'))
  expect(pages.length).toBeGreaterThan(100)
  expect(pages.filter(([, text]) => raw.test(text)).map(([name]) => name)).toEqual([])
})
