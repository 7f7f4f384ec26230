/** Overview: pairs and instruments. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { PairsSection } from '@/app/pages/PairsSection'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { PageHeader } from '@/components/PageHeader'
import { SearchBox } from '@/components/SearchBox'
import { useView } from '../useView'
import { InstrumentsSection } from './InstrumentsSection'
import { LiveSection } from './LiveSection'

const route = getRouteApi('/')

export function HomePage() {
  const { q = '' } = useView('/')
  const navigate = route.useNavigate()
  const onSearch = (text: string) => void navigate({ search: text ? { q: text } : {}, replace: true })
  return (
    <>
      <PageHeader
        title="Overview"
        description="Keep pairs of instruments, look at their spread, and test trading it."
        actions={
          <Link to="/pairs" className={buttonClasses('primary')}>
            New pair
          </Link>
        }
      />
      <div className="grid gap-6">
        <LiveSection />
        <PairsSection title="My pairs" first={6} />
        <Card
          title="Instruments"
          flush
          actions={<SearchBox label="Search instruments" text={q} onText={onSearch} />}
        >
          <InstrumentsSection key={q} view={q ? { q } : {}} />
        </Card>
      </div>
    </>
  )
}
