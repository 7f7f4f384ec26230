/** One press that keeps a given pair and opens its page, for the periods of the address if it has any. */
import { useNavigate } from '@tanstack/react-router'
import { Button } from '@/components/Button'
import { readPairSearch } from './pairSearch'
import { type Legs, usePairCreation } from './usePairCreation'

export function CreatePairButton({ y, x }: Legs) {
  const navigate = useNavigate()
  const { busy, problems, create } = usePairCreation()
  const onPress = async () => {
    const legs = await create({ y, x })
    if (legs) await navigate({ to: '/pairs/$y/$x', params: legs, search: (now) => readPairSearch(now) })
  }
  const messages = [...Object.values(problems.fields), ...problems.form]
  return (
    <>
      <Button look="primary" busy={busy} onClick={() => void onPress()}>
        Keep {y}/{x}
      </Button>
      {messages.map((message) => (
        <p key={message} role="alert" className="mt-2 text-sm text-loss">
          {message}
        </p>
      ))}
    </>
  )
}
