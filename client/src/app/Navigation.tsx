/** The rooms of the client in a row of their own; on a narrow screen they fold into a menu. */
import { Link, useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { classes } from '@/lib/classes'

const ROOMS = [
  { to: '/', label: 'Overview' },
  { to: '/data', label: 'Data' },
  { to: '/instruments', label: 'Instruments' },
  { to: '/universes', label: 'Universes' },
  { to: '/pairs', label: 'Pairs' },
  { to: '/scans', label: 'Scans' },
  { to: '/backtests', label: 'Backtests' },
  { to: '/sweeps', label: 'Sweeps' },
  { to: '/walk-forwards', label: 'Walk-forwards' },
  { to: '/portfolios', label: 'Portfolios' },
  { to: '/campaigns', label: 'Campaigns' },
  { to: '/live', label: 'Live' },
  { to: '/alerts', label: 'Alerts' },
  { to: '/jobs', label: 'Jobs' },
] as const

const item =
  'rounded-md px-3 py-2 text-sm lg:px-2.5 lg:py-1.5 font-medium text-muted hover:bg-raised hover:text-ink'

interface NavigationProps {
  /** What is seen without opening the menu: whether updates arrive, and what is new. */
  status: ReactNode
  children: ReactNode
}

export function Navigation({ status, children }: NavigationProps) {
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the page changes
  useEffect(() => setOpen(false), [pathname])
  const head = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!open) return
    const onKey = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return
      setOpen(false)
      head.current?.querySelector<HTMLElement>('[aria-controls="menu"]')?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [open])
  return (
    <header ref={head} className="sticky top-0 z-30 border-b border-line bg-surface/95 backdrop-blur">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 px-4 sm:px-6">
        <Link to="/" className="flex items-center gap-2.5 py-3 font-semibold lg:pb-1.5 tracking-wide">
          <img src="/assets/titan.svg" alt="" width="26" height="26" />
          TITAN
        </Link>
        <div className="ml-auto flex items-center gap-x-3">{status}</div>
        <Button
          look="quiet"
          size="small"
          aria-expanded={open}
          aria-controls="menu"
          className="-mr-2.5 lg:hidden"
          onClick={() => setOpen(!open)}
        >
          <span aria-hidden="true">{open ? '✕' : '☰'}</span> Menu
        </Button>
        <div
          id="menu"
          className={classes('w-full flex-col gap-3 pb-3 lg:contents', open ? 'flex' : 'hidden')}
        >
          <nav
            aria-label="Main"
            className="flex flex-col lg:order-last lg:-mx-2.5 lg:w-full lg:flex-row lg:pb-2"
          >
            {ROOMS.map(({ to, label }) => (
              <Link
                key={to}
                to={to}
                activeOptions={{ exact: to === '/', includeSearch: false }}
                activeProps={{ className: 'bg-accent-soft text-accent!' }}
                className={item}
              >
                {label}
              </Link>
            ))}
            <a href="/graphiql" className={item}>
              GraphiQL
            </a>
          </nav>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 lg:px-0">{children}</div>
        </div>
      </div>
    </header>
  )
}
