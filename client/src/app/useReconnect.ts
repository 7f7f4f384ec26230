/** Runs something when live updates flow again after a break. */
import { useEffect, useRef } from 'react'
import { onReconnect } from '@/graphql/socket'

export function useReconnect(listener: () => void): void {
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => onReconnect(() => latest.current()), [])
}
