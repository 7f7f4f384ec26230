/** Alerts that rules have raised, and the rules. */
import { getRouteApi } from '@tanstack/react-router'
import { Card } from '@/components/Card'
import { ChoiceButtons } from '@/components/ChoiceButtons'
import { PageHeader } from '@/components/PageHeader'
import { AlertList } from '@/features/alerts/AlertList'
import { readAlertView } from '@/features/alerts/alertWords'
import { RulesCards } from '@/features/alerts/RulesCards'
import { useView } from '../useView'

const PAGE = 20
const route = getRouteApi('/alerts')

const CHOICES = [
  { value: 'unseen', label: 'Not acknowledged' },
  { value: 'all', label: 'All' },
] as const

export function AlertsPage() {
  const view = useView('/alerts')
  const { show = 'unseen', pair } = view
  const navigate = route.useNavigate()
  return (
    <>
      <PageHeader title="Alerts" description="What the rules about your watched pairs have raised." />
      <div className="grid gap-6">
        <Card
          title="My alerts"
          flush
          actions={
            <ChoiceButtons
              label="Which alerts"
              options={CHOICES}
              chosen={show}
              onChoose={(next) =>
                void navigate({
                  search: (now) => readAlertView({ ...now, show: next }),
                  replace: true,
                  resetScroll: false,
                })
              }
            />
          }
        >
          <AlertList key={show} choice={show} first={PAGE} />
        </Card>
        <RulesCards pair={pair} />
      </div>
    </>
  )
}
