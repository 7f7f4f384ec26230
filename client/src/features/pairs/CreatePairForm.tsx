/** Two legs and a button: keeps a pair and opens its page. */
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { TextField } from '@/components/Field'
import { Problems } from '@/components/Problems'
import { InstrumentPicker } from '@/features/markets/InstrumentPicker'
import { usePairCreation } from './usePairCreation'

export function CreatePairForm() {
  const navigate = useNavigate()
  const { busy, problems, existing, create } = usePairCreation()
  const [y, setY] = useState('')
  const [x, setX] = useState('')
  const [market, setMarket] = useState('')

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const legs = await create({ y, x }, market)
    if (legs) await navigate({ to: '/pairs/$y/$x', params: legs })
  }
  const onSwap = () => {
    setY(x)
    setX(y)
  }

  return (
    <form onSubmit={(event) => void onSubmit(event)} className="grid gap-4" aria-label="New pair">
      <div className="grid items-start gap-3 sm:grid-cols-[1fr_auto_1fr_auto]">
        <InstrumentPicker
          label="Y, the explained leg"
          hint="Bought when the spread is low"
          placeholder="KO"
          symbol={y}
          problem={problems.fields['y']}
          onSymbol={setY}
        />
        <Button onClick={onSwap} aria-label="Swap the legs" className="sm:mt-6.5">
          ⇄
        </Button>
        <InstrumentPicker
          label="X, the explaining leg"
          hint="Its hedge"
          placeholder="PEP"
          symbol={x}
          problem={problems.fields['x']}
          onSymbol={setX}
        />
        <Button
          type="submit"
          look="primary"
          busy={busy}
          disabled={!y.trim() || !x.trim()}
          className="sm:mt-6.5"
        >
          Keep pair
        </Button>
      </div>
      {(market || problems.fields['market']) && (
        <TextField
          label="Market"
          className="sm:max-w-64"
          autoComplete="off"
          placeholder="US"
          value={market}
          problem={problems.fields['market']}
          onText={setMarket}
        />
      )}
      {existing && (
        <Link
          to="/pairs/$y/$x"
          params={existing}
          className="w-fit text-sm font-medium text-accent hover:underline"
        >
          Open {existing.y}/{existing.x}
        </Link>
      )}
      <Problems messages={problems.form} />
    </form>
  )
}
