/** The interactive screen: map and verdict follow the hand that moves the formation window. */
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button } from '@/components/Button'
import { Card } from '@/components/Card'
import { DayRangeSlider } from '@/components/DayRangeSlider'
import { EmptyState } from '@/components/EmptyState'
import { Notice } from '@/components/Notice'
import { Problems } from '@/components/Problems'
import { Skeleton } from '@/components/Skeleton'
import { classes } from '@/lib/classes'
import { defaultFormation } from '@/lib/formations'
import { formatCount } from '@/lib/numbers'
import { formatPeriod, type Period } from '@/lib/periods'
import { FoundPictures } from './FoundPictures'
import { CorrectionFields, FormationFields, MethodFields } from './ScanFields'
import { readDraft, type ScanDraft } from './scanDraft'
import { UniverseFields } from './UniverseFields'
import { UnusableMembers } from './UnusableMembers'
import { useOpenPair } from './useOpenPair'
import { useScanStart } from './useScanStart'
import { type Screened, useScreen } from './useScreen'
import { useFirstMarket, useUniverseHistory } from './useUniverseHistory'
import { Verdict } from './Verdict'

const SHORTEST_DAYS = 60
const ADDRESS_REST_MS = 300

interface ExplorerProps {
  asked: ScanDraft
  /** Told when the hand rests, so that the address can say where. */
  onSettled: (draft: ScanDraft) => void
}

function useMovingDraft({ asked, onSettled }: ExplorerProps) {
  const [moved, setMoved] = useState(asked)
  const first = useFirstMarket()
  const market = moved.market || first || ''
  const { history, loading } = useUniverseHistory({ ...moved, market })
  const formation = moved.formation ?? (history && defaultFormation(history))
  useEffect(() => {
    if (moved === asked) return
    const timer = setTimeout(() => onSettled(moved), ADDRESS_REST_MS)
    return () => clearTimeout(timer)
  }, [moved, asked, onSettled])
  const draft: ScanDraft = { ...moved, market, formation }
  return {
    draft,
    history,
    loading,
    onDraft: (change: Partial<ScanDraft>) => setMoved({ ...moved, ...change }),
  }
}

function AnswerTime({ screened: { screen, milliseconds, asking } }: { screened: Screened }) {
  if (!screen || milliseconds === undefined) return <span>{asking ? 'Asking…' : ''}</span>
  return (
    <span className={classes(asking && 'animate-pulse')}>
      {formatCount(screen.summary.pairsTested)} tests on {formatCount(screen.bars)} bars, answered in{' '}
      <span className="font-medium text-ink">{formatCount(milliseconds)} ms</span>
    </span>
  )
}

function Found({ screened, draft, formation }: { screened: Screened; draft: ScanDraft; formation: Period }) {
  const { problems, open } = useOpenPair(formation, draft.prices)
  const { screen, problem } = screened
  if (!screen) return problem ? null : <Skeleton className="h-[36rem]" />
  const level = Number(draft.level)
  return (
    <div className={classes('grid gap-6', problem !== undefined && 'opacity-40')}>
      <Verdict found={screen.summary} level={level} correction={draft.correction} />
      <Problems title="The pair cannot be opened" messages={problems} />
      <FoundPictures
        summary={screen.summary}
        matrix={screen.matrix}
        level={level}
        listing
        onOpen={(legs) => void open(legs)}
      />
      <UnusableMembers members={screen.unusable} />
    </div>
  )
}

function ScanButton({ draft }: { draft: ScanDraft }) {
  const navigate = useNavigate()
  const { busy, problems, start } = useScanStart()
  const messages = [...Object.values(problems.fields), ...problems.form]
  const onPress = async () => {
    const id = await start(readDraft(draft))
    if (id) await navigate({ to: '/scans/$id', params: { id } })
  }
  return (
    <div>
      <Button look="primary" size="small" busy={busy} onClick={() => void onPress()}>
        Keep as a scan
      </Button>
      {messages.map((message) => (
        <p key={message} role="alert" className="mt-1 text-sm text-loss">
          {message}
        </p>
      ))}
    </div>
  )
}

export function Explorer(props: ExplorerProps) {
  const { draft, history, loading, onDraft } = useMovingDraft(props)
  const read = readDraft(draft)
  const screened = useScreen('input' in read ? read.input : undefined)
  const problems = 'mistakes' in read ? read.mistakes : {}
  const fields = { draft, problems, onDraft }
  const { formation } = draft
  return (
    <div className="grid gap-6">
      <Card
        title={formation ? formatPeriod(formation) : 'Formation window'}
        hint={<AnswerTime screened={screened} />}
        actions={<ScanButton draft={draft} />}
      >
        <div className="grid gap-4">
          {history && formation && (
            <DayRangeSlider
              label="Formation window"
              history={history}
              period={formation}
              shortest={SHORTEST_DAYS}
              onPeriod={(period) => onDraft({ formation: period })}
            />
          )}
          {!history && loading && <Skeleton className="h-14" />}
          <details>
            <summary className="w-fit text-sm font-semibold text-accent">Universe, dates and method</summary>
            <div className="grid gap-4 pt-3">
              <UniverseFields draft={draft} problem={problems['universe']} onDraft={onDraft} />
              <FormationFields {...fields} history={history} formation={formation} loading={loading} />
              <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
                <MethodFields {...fields} />
                <CorrectionFields {...fields} />
              </div>
            </div>
          </details>
        </div>
      </Card>
      {screened.problem && (
        <Notice tone="warning" title="No answer for this window">
          {screened.problem}
        </Notice>
      )}
      {formation && 'input' in read && <Found screened={screened} draft={draft} formation={formation} />}
      {!formation && !loading && draft.market !== '' && (
        <EmptyState title="Nothing to screen">This universe has no daily bars.</EmptyState>
      )}
    </div>
  )
}
