/** Says that there is nothing here, and where to go on. */
import { Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { PageHeader } from '@/components/PageHeader'

export function NotFoundPage({ what = 'such a page' }: { what?: string }) {
  return (
    <>
      <PageHeader title="Nothing here" />
      <EmptyState
        title={`There isn’t ${what}`}
        action={
          <Link to="/" className={buttonClasses()}>
            To the overview
          </Link>
        }
      >
        It may have been removed, or belong to somebody else.
      </EmptyState>
    </>
  )
}
