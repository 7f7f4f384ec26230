/** A z-score on a small scale with the bands at which its rules act. */
import { classes } from '@/lib/classes'
import { type Bands, gaugeOf } from '@/lib/gauge'
import { formatNumber, formatSigned } from '@/lib/numbers'

interface BandGaugeProps extends Bands {
  z: number | null
  faded?: boolean
}

const percent = (share: number) => `${(100 * share).toFixed(2)}%`

function Band({ at: [low, high], className }: { at: [number, number]; className: string }) {
  return (
    <span
      className={classes('absolute inset-y-0', className)}
      style={{ left: percent(low), width: percent(high - low) }}
    />
  )
}

export function BandGauge({ z, faded = false, ...bands }: BandGaugeProps) {
  const { needle, beyond, entry, exit, stop } = gaugeOf(z, bands)
  const words = [
    z === null ? 'No z-score' : `z-score ${formatSigned(z)}`,
    `exit ${formatNumber(bands.exit)}`,
    `entry ${formatNumber(bands.entry)}`,
    ...(bands.stop === null ? [] : [`stop ${formatNumber(bands.stop)}`]),
  ]
  return (
    <span
      role="img"
      aria-label={words.join(', ')}
      className={classes('relative block h-5', faded && 'opacity-50')}
    >
      <span className="absolute inset-x-0 inset-y-1.5 overflow-hidden rounded-full bg-warn/35">
        <Band at={entry} className="bg-raised" />
        <Band at={exit} className="bg-gain/35" />
      </span>
      {[...entry, ...(stop ?? [])].map((share, index) => (
        <span
          key={share}
          className={classes('absolute inset-y-1 w-px', index < 2 ? 'bg-line-strong' : 'bg-loss')}
          style={{ left: percent(share) }}
        />
      ))}
      {needle !== null && (
        <span
          className={classes(
            'absolute inset-y-0 w-1.5 -translate-x-1/2 rounded-full bg-spread transition-[left] duration-200',
            beyond && 'ring-2 ring-loss',
          )}
          style={{ left: percent(needle) }}
        />
      )}
    </span>
  )
}
