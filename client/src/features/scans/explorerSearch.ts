/** The explorer's universe, window and method as the page's address says them. */
import { readPriceScale } from '@/features/pairs/priceScales'
import { isDay } from '@/lib/dates'
import { type RawSearch, readText } from '@/lib/search'
import { addSymbols } from '@/lib/symbols'
import { DEFAULT_DRAFT, type ScanDraft } from './scanDraft'
import { CORRECTIONS, CRITERIA, TRENDS } from './scanWords'

export interface ExplorerSearch {
  market?: string
  symbols?: string
  start?: string
  end?: string
  prices?: ScanDraft['prices']
  trend?: ScanDraft['trend']
  criterion?: ScanDraft['criterion']
  correction?: ScanDraft['correction']
  level?: number
}

const chosen = <T>(choices: readonly { value: T }[], text: unknown): T | undefined =>
  choices.find(({ value }) => value === text)?.value

const present = <T extends object>(object: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never

/** What an address says; anything that makes no sense is dropped. */
export function readExplorerSearch(search: RawSearch): ExplorerSearch {
  const { market, symbols, start, end, level } = search
  return present({
    market: readText(market),
    symbols: readText(symbols),
    start: isDay(start) ? start : undefined,
    end: isDay(end) ? end : undefined,
    prices: readPriceScale(search['prices']),
    trend: chosen(TRENDS, search['trend']),
    criterion: chosen(CRITERIA, search['criterion']),
    correction: chosen(CORRECTIONS, search['correction']),
    level: typeof level === 'number' && Number.isFinite(level) ? level : undefined,
  })
}

/** The draft that an address says, over the standard one. */
export function draftOf(search: ExplorerSearch): ScanDraft {
  const { symbols, start, end, level, ...rest } = search
  return {
    ...DEFAULT_DRAFT,
    ...rest,
    ...(symbols ? { universe: 'SYMBOLS' as const, symbols: addSymbols([], symbols) } : {}),
    ...(start && end ? { formation: { start, end } } : {}),
    ...(level === undefined ? {} : { level: String(level) }),
  }
}

/** The address that says a draft; what is standard is left out. */
export function searchOfDraft(draft: ScanDraft): ExplorerSearch {
  const differs = <K extends keyof ScanDraft>(key: K) =>
    draft[key] === DEFAULT_DRAFT[key] ? undefined : draft[key]
  const level = Number(draft.level)
  return present({
    market: draft.universe === 'MARKET' && draft.market ? draft.market : undefined,
    symbols: draft.universe === 'SYMBOLS' && draft.symbols.length > 0 ? draft.symbols.join(',') : undefined,
    start: draft.formation?.start,
    end: draft.formation?.end,
    prices: differs('prices'),
    trend: differs('trend'),
    criterion: differs('criterion'),
    correction: differs('correction'),
    level: draft.level.trim() === '' || !Number.isFinite(level) || level === 0.05 ? undefined : level,
  })
}
