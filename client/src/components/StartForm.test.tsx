import { fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { NO_PROBLEMS } from '@/lib/problems'
import { TextField } from './Field'
import { MoreFields } from './MoreFields'
import { StartForm } from './StartForm'

const NAMES = ['stop']

function Form({ lazy, wrong }: { lazy: boolean; wrong: Readonly<Record<string, string>> }) {
  const [problems, setProblems] = useState(NO_PROBLEMS)
  const field = (name: string) => (
    <TextField label={name} problem={problems.fields[name]} onText={() => {}} value="" />
  )
  const onStart = async () => setProblems({ fields: { ...wrong }, form: [] })
  return (
    <StartForm label="Run" action="Start" busy={false} problems={problems} onStart={onStart}>
      {field('entry')}
      <MoreFields title="More" names={NAMES} problems={problems.fields} lazy={lazy}>
        {field('stop')}
      </MoreFields>
    </StartForm>
  )
}

const start = () => fireEvent.click(screen.getByRole('button', { name: 'Start' }))
const details = () => screen.getByText('More').closest('details')

test.each([true, false])(
  'a wrong field in a closed part is opened and has the focus, made late: %s',
  async (lazy) => {
    render(<Form lazy={lazy} wrong={{ stop: 'Too near' }} />)
    const found: unknown[] = []
    document.addEventListener('focusin', () => found.push(details()?.open), { once: true })
    expect(details()?.open).toBe(false)
    start()
    expect((await screen.findByRole('alert')).textContent).toBe('Too near')
    expect(document.activeElement).toBe(screen.getByLabelText('stop'))
    expect(found).toEqual([true])
  },
)

test('a part that was closed again opens at the next refusal', async () => {
  render(<Form lazy wrong={{ stop: 'Too near' }} />)
  start()
  await screen.findByRole('alert')
  const part = details()
  if (part) part.open = false
  if (part) fireEvent(part, new Event('toggle'))
  expect(screen.queryByLabelText('stop')).toBeNull()
  start()
  expect(await screen.findByLabelText('stop')).toBe(document.activeElement)
})

test('a part without a wrong field stays closed', async () => {
  render(<Form lazy={false} wrong={{ entry: 'Too small' }} />)
  start()
  await screen.findByRole('alert')
  expect(document.activeElement).toBe(screen.getByLabelText('entry'))
  expect(details()?.open).toBe(false)
})
