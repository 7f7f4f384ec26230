/** All instruments: searched, narrowed, sorted; the view is in the address. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { SelectField } from '@/components/Field'
import { PageHeader } from '@/components/PageHeader'
import { SearchBox } from '@/components/SearchBox'
import { type InstrumentView, readInstrumentView } from '@/features/markets/instrumentView'
import { KIND_WORDS, optionsOf, TIMEFRAME_WORDS } from '@/features/markets/marketWords'
import { graphql } from '@/graphql/tada'
import { useView } from '../useView'
import { InstrumentsSection } from './InstrumentsSection'

const route = getRouteApi('/instruments')

const InstrumentMarkets = graphql(`
  query InstrumentMarkets {
    markets(first: 100) {
      nodes {
        id
        code
        name
      }
    }
  }
`)

const ANY = { value: '', label: 'Any' }

interface FiltersProps {
  view: InstrumentView
  onChange: (change: Record<string, string>) => void
}

function Filters({ view, onChange }: FiltersProps) {
  const [{ data }] = useQuery({ query: InstrumentMarkets })
  const markets = (data?.markets.nodes ?? []).map(({ code, name }) => ({ value: code, label: name }))
  const { market = '', kind = '', timeframe = '', prices = '' } = view
  const offered =
    market && !markets.some(({ value }) => value === market)
      ? [{ value: market, label: market }, ...markets]
      : markets
  return (
    <div className="grid grid-cols-2 gap-3 px-4 pb-4 sm:grid-cols-4 sm:px-5">
      <SelectField
        label="Market"
        value={market}
        options={[ANY, ...offered]}
        onValue={(chosen) => onChange({ market: chosen })}
      />
      <SelectField
        label="Kind"
        value={kind}
        options={[ANY, ...optionsOf<string>(KIND_WORDS)]}
        onValue={(chosen) => onChange({ kind: chosen })}
      />
      <SelectField
        label="With bars of"
        value={timeframe}
        options={[ANY, ...optionsOf<string>(TIMEFRAME_WORDS)]}
        onValue={(chosen) => onChange({ timeframe: chosen })}
      />
      <SelectField
        label="Prices"
        value={prices}
        options={[ANY, { value: 'observed', label: 'Observed' }, { value: 'generated', label: 'Generated' }]}
        onValue={(chosen) => onChange({ prices: chosen })}
      />
    </div>
  )
}

export function InstrumentsPage() {
  const view = useView('/instruments')
  const navigate = route.useNavigate()
  const onChange = (change: Record<string, string>) =>
    void navigate({
      search: (now) => readInstrumentView({ ...now, ...change }),
      replace: true,
      resetScroll: false,
    })
  return (
    <>
      <PageHeader
        title="Instruments"
        description="Everything that has bars, and whether they can be relied on."
        actions={
          <>
            <Link to="/universes" className={buttonClasses()}>
              Universes
            </Link>
            <Link to="/data" className={buttonClasses('primary')}>
              Import a file
            </Link>
          </>
        }
      />
      <Card
        title="Instruments"
        flush
        actions={<SearchBox label="Search instruments" text={view.q ?? ''} onText={(q) => onChange({ q })} />}
      >
        <Filters view={view} onChange={onChange} />
        <InstrumentsSection key={JSON.stringify(view)} view={view} onOrder={(order) => onChange({ order })} />
      </Card>
    </>
  )
}
