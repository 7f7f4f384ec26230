/** Links to the files of a finished run. */
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'

const FORMATS = [
  { ending: 'csv', label: 'CSV' },
  { ending: 'parquet', label: 'Parquet' },
  { ending: 'json', label: 'JSON' },
] as const
const FILES = [
  { name: 'trades', label: 'Trades' },
  { name: 'equity', label: 'Equity' },
] as const

export function ExportCard({ backtestId }: { backtestId: string }) {
  const folder = `/exports/backtests/${encodeURIComponent(backtestId)}`
  return (
    <Card title="Export" hint="The report is one page with its plots inside; it opens without a network.">
      <div className="flex flex-wrap gap-x-8 gap-y-4">
        {FILES.map((file) => (
          <div key={file.name} className="flex flex-wrap items-center gap-2">
            <span className="w-14 text-sm text-muted">{file.label}</span>
            {FORMATS.map(({ ending, label }) => (
              <a
                key={ending}
                href={`${folder}/${file.name}.${ending}`}
                download
                aria-label={`${file.label} as ${label}`}
                className={buttonClasses('secondary', 'small')}
              >
                {label}
              </a>
            ))}
          </div>
        ))}
        <div className="flex items-center gap-2">
          <span className="w-14 text-sm text-muted">Report</span>
          <a
            href={`${folder}/report.html`}
            download
            aria-label="Report as HTML"
            className={buttonClasses('secondary', 'small')}
          >
            HTML
          </a>
        </div>
      </div>
    </Card>
  )
}
