/** The interactive screen of a small universe. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { buttonClasses } from '@/components/Button'
import { PageHeader } from '@/components/PageHeader'
import { Explorer } from '@/features/scans/Explorer'
import { draftOf, searchOfDraft } from '@/features/scans/explorerSearch'
import type { ScanDraft } from '@/features/scans/scanDraft'
import { useView } from '../useView'

const route = getRouteApi('/scans/explore')

export function ExplorePage() {
  const search = useView('/scans/explore')
  const navigate = route.useNavigate()
  const asked = useMemo(() => draftOf(search), [search])
  const onSettled = useCallback(
    (draft: ScanDraft) => void navigate({ search: searchOfDraft(draft), replace: true, resetScroll: false }),
    [navigate],
  )
  return (
    <>
      <PageHeader
        title="Explore"
        description="Drag the window: every pair of a universe of up to 150 instruments is tested again."
        actions={
          <Link to="/scans" className={buttonClasses()}>
            All scans
          </Link>
        }
      />
      <Explorer asked={asked} onSettled={onSettled} />
    </>
  )
}
