/** The colours of a p-value map with the values they stand for. */
import { SCALE_TICKS, scaleGradient } from '@/lib/pValueScale'
import { isDark } from '@/lib/theme'
import { useThemeVersion } from './useThemeVersion'

export function HeatMapLegend({ level }: { level: number }) {
  useThemeVersion()
  const gradient = scaleGradient(isDark() ? 'dark' : 'light')
  return (
    <div
      role="img"
      aria-label={`Legend: p from 1 to 0.0001, dotted below ${level}`}
      className="w-60 max-w-full text-xs"
    >
      <div className="h-2.5 rounded-xs border border-line" style={{ background: gradient }} />
      <div className="flex justify-between text-muted">
        {SCALE_TICKS.map(({ label }) => (
          <span key={label}>{label}</span>
        ))}
      </div>
    </div>
  )
}
