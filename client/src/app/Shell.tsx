/** What surrounds every page: navigation, connection, theme, user; and the sign-in page instead, for visitors. */
import { Outlet, useLocation, useRouterState } from '@tanstack/react-router'
import { type RefObject, useEffect, useRef, useSyncExternalStore } from 'react'
import { useQuery } from 'urql'
import { AlertCount } from '@/features/alerts/AlertCount'
import { AlertToasts } from '@/features/alerts/AlertToasts'
import { useAlertStream } from '@/features/alerts/useAlertStream'
import { useJobsUpdates } from '@/features/jobs/useJobUpdates'
import { SignInPage } from '@/features/users/SignInPage'
import { UserMenu, UserMenuFields } from '@/features/users/UserMenu'
import { signedOut } from '@/graphql/session'
import { graphql } from '@/graphql/tada'
import { ConnectionBadge } from './ConnectionBadge'
import { Navigation } from './Navigation'
import { ThemeButton } from './ThemeButton'

const ShellQuery = graphql(
  `
    query Shell {
      viewer {
        id
        ...UserMenuFields
      }
      serverInfo {
        version
      }
    }
  `,
  [UserMenuFields],
)

/** A button that leads to another page goes with its page; who presses it by keyboard goes on in the new one. */
function useFocusIn(content: RefObject<HTMLElement | null>) {
  const shown = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const before = useRef(shown)
  useEffect(() => {
    const moved = before.current !== undefined && before.current !== shown
    before.current = shown
    if (moved && document.activeElement === document.body) content.current?.focus({ preventScroll: true })
  }, [shown, content])
}

function Frame() {
  const content = useRef<HTMLElement>(null)
  useFocusIn(content)
  const [{ data }] = useQuery({ query: ShellQuery })
  useJobsUpdates()
  const { unseen, events } = useAlertStream()
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-4 focus:py-2 focus:text-accent-ink"
      >
        Skip to the content
      </a>
      <Navigation
        status={
          <>
            <ConnectionBadge />
            <AlertCount unseen={unseen} />
          </>
        }
      >
        <ThemeButton />
        {data && <UserMenu user={data.viewer} />}
      </Navigation>
      <main
        ref={content}
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-7xl grow px-4 py-6 outline-none sm:px-6"
      >
        <Outlet />
      </main>
      <footer className="border-t border-line">
        <p className="mx-auto flex max-w-7xl flex-wrap justify-between gap-x-6 gap-y-1 px-4 py-4 text-xs text-muted sm:px-6">
          <span>TITAN {data?.serverInfo.version} · Results of the past promise nothing.</span>
          <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank" className="hover:underline">
            Charts: TradingView Lightweight Charts™, © 2026 TradingView, Inc.
          </a>
        </p>
      </footer>
      <AlertToasts events={events} />
    </div>
  )
}

export function Shell() {
  const visitor = useSyncExternalStore(signedOut.subscribe, signedOut.get)
  const { pathname } = useLocation()
  if (pathname === '/sign-in') return <Outlet />
  if (visitor) return <SignInPage problem={undefined} />
  return <Frame />
}
