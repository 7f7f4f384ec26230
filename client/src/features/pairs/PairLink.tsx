/** A pair's name that leads to its page. */
import { Link } from '@tanstack/react-router'
import { PairName } from './PairName'

interface PairLinkProps {
  y: string
  x: string
}

export function PairLink({ y, x }: PairLinkProps) {
  return (
    <Link to="/pairs/$y/$x" params={{ y, x }} className="hover:underline">
      <PairName y={y} x={x} />
    </Link>
  )
}
